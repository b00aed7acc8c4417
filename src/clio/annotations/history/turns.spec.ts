import type { AnnotationRecord } from "../../model/annotation.js";
import { withFields } from "../../model/record_fields.js";
import { noteDelivered, readWaiting } from "../../store/outbox.js";
import { receiveRecords } from "../../store/received.js";
import { Fault } from "../../store/testing/faults.js";
import { cleanUp, DEMO, markId } from "../../store/testing/marks.js";
import { closeTabs, type Tab, until } from "../../store/testing/tabs.js";
import {
  disposeEditors,
  move,
  place,
  startEditor,
} from "../testing/editors.js";

let fault: Fault | undefined;

afterEach(async () => {
  disposeEditors();
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
});

function waiting({ db }: Tab) {
  return readWaiting(db, DEMO.user, { changes: 99, edits: 99 });
}

/** Has the server acknowledge all that was done. */
async function deliverAll(tab: Tab): Promise<void> {
  const { changes } = await waiting(tab);
  await noteDelivered(tab.db, DEMO.user, changes, []);
}

/** Has the server tell of a mark that another device has changed. */
function receive({ store }: Tab, record: AnnotationRecord): Promise<void> {
  return receiveRecords(store, DEMO, [{ id: record.id, record }], 5);
}

describe("Undo and redo of an editor", () => {
  it("says what undo and redo would do, whichever tab did it", async () => {
    const here = await startEditor();
    const there = await startEditor(here.tab.store.name);
    const reads = (undo: string | undefined, redo: string | undefined) =>
      Promise.all(
        [here, there].map(({ editor: { steps } }) =>
          until(() => steps.value.undo === undo && steps.value.redo === redo),
        ),
      );
    await place(here.editor, 1, [3, 4, 5]);
    await reads("Place point", undefined);
    await move(there.editor, 1, [6, 7, 8]);
    await reads("Move point", undefined);
    await here.editor.undo();
    await reads("Place point", "Move point");
    await there.editor.undo();
    await reads(undefined, "Place point");
    expect(await there.editor.undo()).toBeUndefined();
    expect(here.acts).toEqual(["done: Place point", "undone: Move point"]);
    expect(there.acts).toEqual(["done: Move point", "undone: Place point"]);
  });

  it("takes back only what a step has changed, and leaves what was done since by the program and on other devices", async () => {
    const { tab, editor, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    const write = (title: string) =>
      editor.edit("Edit title", [markId(1)], (record) => ({
        ...record,
        title,
      }));
    await write("one");
    await write("two");
    const segments = { source: "precomputed://a", supervoxels: ["7"] };
    await editor.note([markId(1)], (record) => ({ ...record, segments }));
    await deliverAll(tab);
    const theirs = { ...(await onDisk(1))!, description: "theirs" };
    await receive(tab, theirs);
    for (const [turn, title] of [
      ["undo", "one"],
      ["undo", undefined],
      ["redo", "one"],
      ["redo", "two"],
    ] as const) {
      await editor[turn]();
      const { modified } = (await onDisk(1))!;
      const expected = withFields(theirs, { ...theirs, title }, ["title"]);
      expect(await onDisk(1))
        .withContext(turn)
        .toEqual({ ...expected, modified });
    }
    // The server is told of the parts alone, and comes to the same.
    const { changes } = await waiting(tab);
    expect(changes.map(({ change: { edits } }) => edits)).toEqual(
      changes.map(() => [jasmine.objectContaining({ changed: ["title"] })]),
    );
  });

  it("leaves a deleted mark as another device has brought it back", async () => {
    const { tab, editor, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    const placed = (await onDisk(1))!;
    await editor.edit("Delete point", [markId(1)], () => undefined);
    await deliverAll(tab);
    const theirs = { ...placed, description: "theirs" };
    await receive(tab, theirs);
    await editor.undo();
    expect(await onDisk(1)).toEqual(theirs);
    await editor.redo();
    expect(await onDisk(1)).toBeUndefined();
    await editor.undo();
    expect(await onDisk(1)).toEqual(placed);
  });

  it("takes a step that did something elsewhere there first, and leaves it where that cannot be", async () => {
    const { tab, editor } = await startEditor();
    const { store } = tab;
    const carried: string[] = [];
    let isAway = true;
    store.undoStack.carriers.set("others", (what, direction) => {
      if (isAway) return Promise.reject(new Error("the server is away"));
      carried.push(`${direction} ${String(what)}`);
      return Promise.resolve();
    });
    await store.apply(
      {
        ...{ id: crypto.randomUUID(), ...DEMO, at: 1 },
        ...{ label: "Set type of body 5", edits: [] },
      },
      [],
      { by: "others", what: "type" },
    );
    await expectAsync(editor.undo()).toBeRejectedWithError(
      "the server is away",
    );
    isAway = false;
    expect((await editor.undo())?.label).toBe("Set type of body 5");
    expect(await editor.undo()).toBeUndefined();
    expect((await editor.redo())?.label).toBe("Set type of body 5");
    expect(carried).toEqual(["undo type", "redo type"]);
  });

  it("takes no other step where one comes on top of what is being taken elsewhere", async () => {
    const { tab, editor, onDisk } = await startEditor();
    const { store } = tab;
    store.undoStack.carriers.set("others", () => place(editor, 1, [3, 4, 5]));
    await store.apply(
      {
        ...{ id: crypto.randomUUID(), ...DEMO, at: 1 },
        ...{ label: "Set type of body 5", edits: [] },
      },
      [],
      { by: "others", what: "type" },
    );
    expect((await editor.undo())?.label).toBe("Set type of body 5");
    expect(await onDisk(1)).toBeDefined();
    expect((await editor.undo())?.label).toBe("Place point");
  });

  it("takes nothing back on a full disk, and says why", async () => {
    const { editor, acts, onDisk } = await startEditor();
    await place(editor, 1, [3, 4, 5]);
    fault = new Fault("full", 1);
    await expectAsync(editor.undo()).toBeRejectedWithError(/full\.$/);
    fault.heal();
    expect(await onDisk(1)).toBeDefined();
    expect(acts).toEqual(["done: Place point"]);
  });
});
