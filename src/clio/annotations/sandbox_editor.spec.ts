import { centerOf, withAnchor } from "../model/geometry.js";
import { findSandbox } from "../store/sandboxes.js";
import { Fault } from "../store/testing/faults.js";
import { cleanUp, DEMO, markId } from "../store/testing/marks.js";
import { closeTabs, until } from "../store/testing/tabs.js";
import { Preparation } from "./exchange/prepare.js";
import {
  DESCRIPTION,
  disposeEditors,
  move,
  place,
  startEditor,
} from "./testing/editors.js";
import { prepared } from "./testing/prepared.js";

let fault: Fault | undefined;

afterEach(async () => {
  disposeEditors();
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
});

/** Makes every write fail as on a full disk, until `fault.heal()`. */
function fillDisk(): void {
  fault = new Fault("full", 1);
}

describe("The editor of a sandbox", () => {
  it("puts a new point on disk before it says that it is done", async () => {
    const { editor, unsaved, onDisk } = await startEditor();
    const before = Date.now();
    await place(editor, 1, [3, 4, 5]);
    const record = await onDisk(1);
    expect(record).toEqual({
      id: markId(1),
      kind: "point",
      position: [3, 4, 5],
      description: "",
      tags: [],
      checked: false,
      user: DEMO.user,
      created: jasmine.any(Number),
      modified: jasmine.any(Number),
    });
    expect(record!.created).toBeGreaterThanOrEqual(before);
    expect(record!.modified).toBe(record!.created);
    expect(unsaved).toEqual([]);
  });

  it("notes with the first point what the points lie in", async () => {
    const { tab, editor } = await startEditor();
    expect(await findSandbox(tab.db, DEMO)).toBeUndefined();
    await place(editor, 1, [0, 0, 0]);
    await until(
      async () => (await findSandbox(tab.db, DEMO))?.image !== undefined,
    );
    expect(await findSandbox(tab.db, DEMO)).toEqual(
      jasmine.objectContaining(DESCRIPTION),
    );
  });

  it("moves a point and keeps all else that is known of it", async () => {
    const { editor, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    const placed = await onDisk(1);
    await move(editor, 1, [6, 7, 8]);
    const moved = await onDisk(1);
    expect(moved).toEqual({
      ...withAnchor(placed!, 0, [6, 7, 8]),
      modified: moved!.modified,
    });
    expect(moved!.modified).toBeGreaterThanOrEqual(placed!.modified);
  });

  it("deletes a point, and does not bring it back by a move that came too late", async () => {
    const { editor, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    await editor.edit("Delete point", [markId(1)], () => undefined);
    expect(await onDisk(1)).toBeUndefined();
    await expectAsync(move(editor, 1, [6, 7, 8])).toBeRejectedWithError(
      "it was deleted meanwhile",
    );
    expect(await onDisk(1)).toBeUndefined();
  });

  it("says what the disk refused, and goes on from there", async () => {
    const { tab, editor, unsaved, onDisk } = await startEditor();
    fillDisk();
    await place(editor, 1, [3, 4, 5]);
    await move(editor, 1, [6, 7, 8]);
    await place(editor, 2, [0, 0, 0]);
    await editor.edit("Delete point", [markId(2)], () => undefined);
    await expectAsync(move(editor, 2, [1, 1, 1])).toBeRejectedWithError(
      "it was deleted meanwhile",
    );
    expect(unsaved.map(({ label }) => label)).toEqual([
      "Place point",
      "Move point",
      "Place point",
      "Delete point",
    ]);
    expect(tab.store.unsaved.value).toEqual(unsaved);
    expect(await onDisk(1)).toBeUndefined();

    fault!.heal();
    await tab.store.retry();
    expect(centerOf((await onDisk(1))!)).toEqual([6, 7, 8]);
    expect(await onDisk(2)).toBeUndefined();
  });

  it("tells of a change before it is on disk, and of none that the store does not take", async () => {
    const { editor, onDisk } = await startEditor();
    const told: string[] = [];
    editor.onItsWay.add(({ label }) => told.push(label));
    const placing = place(editor, 1, [3, 4, 5]).then(() => told.push("done"));
    expect(told).toEqual(["Place point"]);
    await placing;
    expect(await onDisk(1)).toBeDefined();
    await expectAsync(place(editor, 2, [3, NaN, 5])).toBeRejected();
    expect(told).toEqual(["Place point", "done"]);
  });

  it("does not move what it cannot read, and says why", async () => {
    const { tab, editor } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    tab.store.dispose();
    await expectAsync(move(editor, 1, [6, 7, 8])).toBeRejectedWithError(
      "the storage is closed",
    );
  });

  it("loses nothing where two tabs change different fields of one record at once", async () => {
    const here = await startEditor();
    const there = await startEditor(here.tab.store.name);
    await place(here.editor, 1, [3, 4, 5]);
    const ids = [markId(1)];
    const changes: Promise<void>[] = [];
    for (let i = 0; i < 10; i += 1) {
      changes.push(
        here.editor.edit("Edit description", ids, (record) => ({
          ...record,
          description: `${record.description}${i}`,
        })),
        there.editor.edit("Tag mark", ids, (record) => ({
          ...record,
          tags: [...record.tags, `t${i}`],
        })),
      );
    }
    await Promise.all(changes);
    const record = await here.onDisk(1);
    expect(record!.description).toBe("0123456789");
    expect(record!.tags.join()).toBe("t0,t1,t2,t3,t4,t5,t6,t7,t8,t9");
    for (let i = 0; i < 20; i += 1) await there.editor.undo();
    const undone = await here.onDisk(1);
    expect(undone!.description).toBe("");
    expect(undone!.tags).toEqual([]);
  });

  it("edits many records as one step, and leaves out those that stay as they are or are gone", async () => {
    const { editor, acts, onDisk } = await startEditor();
    for (const n of [1, 2]) await place(editor, n, [n, n, n]);
    const ids = [1, 2, 3].map(markId);
    await editor.edit("Check marks", ids, (record) =>
      record.id === markId(1) ? record : { ...record, checked: true },
    );
    await editor.edit("Check marks", [markId(1)], (record) => record);
    expect((await onDisk(1))!.checked).toBeFalse();
    expect((await onDisk(2))!.checked).toBeTrue();
    expect(acts).toEqual([
      "done: Place point",
      "done: Place point",
      "done: Check marks",
    ]);
    expect(await editor.undo()).toEqual({
      label: "Check marks",
      left: markId(2),
    });
    expect((await onDisk(2))!.checked).toBeFalse();
    await expectAsync(
      editor.edit("Check marks", [markId(7), markId(8)], (record) => record),
    ).toBeRejectedWithError("they were deleted meanwhile");
  });

  it("says how far an act on many is, and changes nothing where it is cancelled by then", async () => {
    const { editor, acts, onDisk } = await startEditor();
    for (const n of [1, 2, 3]) await place(editor, n, [3, 4, n]);
    const stop = new AbortController();
    const told: number[][] = [];
    const check = () =>
      editor.edit(
        "Check marks",
        [1, 2, 3].map(markId),
        (record) => ({ ...record, checked: true }),
        {
          signal: stop.signal,
          progress: (done, of) => {
            told.push([done, of]);
            stop.abort();
          },
        },
      );
    await expectAsync(check()).toBeRejected();
    expect(told).toEqual([[3, 3]]);
    expect((await onDisk(3))!.checked).toBeFalse();
    expect(acts.length).toBe(3);
  });

  it("brings back what an import has put records over", async () => {
    const { editor, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    const placed = (await onDisk(1))!;
    const records = [1, 2].map((n) =>
      editor.newRecord({ kind: "point", position: [9, 9, n] }, markId(n)),
    );
    await editor.putPrepared(prepared(records), "Import a.csv (2 marks)");
    expect(await onDisk(1)).toEqual(records[0]);
    expect(await onDisk(2)).toEqual(records[1]);
    await editor.undo();
    expect(await onDisk(1)).toEqual(placed);
    expect(await onDisk(2)).toBeUndefined();
    await editor.redo();
    expect(await onDisk(1)).toEqual(records[0]);
  });

  it("takes back marks that were made ready elsewhere together with what came over others", async () => {
    const { editor, acts, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    const placed = (await onDisk(1))!;
    const [changed, ...fresh] = [1, 2, 3].map((n) =>
      editor.newRecord({ kind: "point", position: [9, 9, n] }, markId(n)),
    );
    const rows = fresh.map((record, line) => ({
      ...{ line, record },
      ...{ would: "add" as const, isFresh: true },
    }));
    const marks = new Preparation([
      ...rows,
      { line: 9, would: "change", record: changed, differs: ["place"] },
    ]).finish();
    await editor.putPrepared(marks, "Import a.csv (3 marks)");
    expect(await Promise.all([1, 2, 3].map(onDisk))).toEqual([
      changed,
      ...fresh,
    ]);
    expect((await editor.undo())?.label).toBe("Import a.csv (3 marks)");
    expect(await Promise.all([1, 2, 3].map(onDisk))).toEqual([
      placed,
      undefined,
      undefined,
    ]);
    await editor.redo();
    expect(await onDisk(3)).toEqual(fresh[1]);
    expect(acts.length).toBe(4);
  });

  it("keeps what the program notes by itself out of undo, and its time of change as it was", async () => {
    const { editor, acts, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    const placed = (await onDisk(1))!;
    const segments = { source: "precomputed://a", supervoxels: ["7"] };
    await editor.note([markId(1)], (record) => ({ ...record, segments }));
    expect(await onDisk(1)).toEqual({ ...placed, segments });
    expect(acts).toEqual(["done: Place point"]);
    expect(await editor.undo()).toEqual({
      label: "Place point",
      left: undefined,
    });
    expect(await onDisk(1)).toBeUndefined();
  });
});
