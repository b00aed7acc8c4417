import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { Conflict } from "../../model/sync.js";
import { openConflicts, settledConflicts } from "../../store/conflicts.js";
import { beginSync, readWaiting } from "../../store/outbox.js";
import { unpackEdits } from "../../store/packed_edits.js";
import { readRecord } from "../../store/reader.js";
import { noteRevision } from "../../store/received.js";
import {
  change,
  cleanUp,
  DEMO,
  mark,
  markId,
} from "../../store/testing/marks.js";
import { readyTab, type Tab } from "../../store/testing/tabs.js";
import { type Choice, settle } from "./settle.js";

const { user } = DEMO;

afterEach(cleanUp);

const inDone: Partial<AnnotationRecord> = { set: "done" };

/** A tab with mark 1, of which two devices have changed a part. */
async function clash(
  part: Partial<Conflict>,
  more: Partial<AnnotationRecord> = {},
): Promise<Tab> {
  const tab = await readyTab();
  await beginSync(tab.db, user);
  await tab.store.apply({
    ...change(""),
    edits: [
      {
        op: "put",
        record: { ...mark(1), title: "kept", ...more } as AnnotationRecord,
      },
    ],
  });
  const conflict: Conflict = {
    id: "one",
    dataset: DEMO.dataset,
    record: markId(1),
    field: "title",
    kept: "kept",
    refused: "refused",
    change: markId(9),
    at: 1,
    revision: 4,
    settled: false,
    ...part,
  };
  await noteRevision(tab.db, user, 4, [conflict]);
  return tab;
}

/** Settles the conflict; returns what the mark is then, and what is delivered of it beside that it is settled. */
async function settled(
  { db, store }: Tab,
  choice: Choice,
): Promise<[AnnotationRecord | undefined, unknown[]]> {
  const [row] = await openConflicts(db, user);
  await settle(store, row, choice);
  expect(await openConflicts(db, user)).toEqual([]);
  expect((await settledConflicts(db, user)).length).toBe(1);
  const most = { changes: 9, edits: 9 };
  const [, ...changes] = (await readWaiting(db, user, most)).changes;
  return [
    await readRecord(db, DEMO, markId(1)),
    changes.flatMap((each) => unpackEdits(each.change.edits)),
  ];
}

describe("Settling a conflict", () => {
  it("leaves the mark as it is where the value in place is kept", async () => {
    const [record, edits] = await settled(await clash({}), "kept");
    expect(record?.title).toBe("kept");
    expect(edits).toEqual([]);
  });

  it("puts the refused value in place of the other, and changes no other part", async () => {
    const tab = await clash({});
    const [record, edits] = await settled(tab, "refused");
    expect(record).toEqual({
      ...mark(1),
      title: "refused",
      modified: record!.modified,
    });
    expect(edits).toEqual([
      jasmine.objectContaining({ op: "put", changed: ["title"] }),
    ]);
    // It can be taken back as whatever else a person does.
    await tab.store.undoStack.undo(DEMO);
    const undone = await readRecord(tab.db, DEMO, markId(1));
    expect(undone?.title).toBe("kept");
  });

  it("takes a part away that the other device had taken away", async () => {
    const [record] = await settled(await clash({ refused: null }), "refused");
    expect(record?.title).toBe(undefined);
  });

  it("deletes the mark that another device had deleted, only where the person wants that", async () => {
    const part = { field: "record", kept: mark(1), refused: null };
    const [stays] = await settled(await clash(part), "kept");
    expect(stays?.title).toBe("kept");
    const [gone, edits] = await settled(await clash(part), "refused");
    expect(gone).toBe(undefined);
    expect(edits).toEqual([{ op: "delete", id: markId(1) }]);
  });

  it("changes no mark of a locked set, and none into one, until the person unlocks it", async () => {
    const lockedSets = new WatchableValue<ReadonlySet<string>>(new Set());
    for (const part of [
      { field: "set", kept: null, refused: "done" },
      { field: "set", kept: "done", refused: null },
      { field: "title" },
      { field: "record", kept: mark(1), refused: null },
    ]) {
      const tab = await clash(part, part.refused === "done" ? {} : inDone);
      const before = await readRecord(tab.db, DEMO, markId(1));
      lockedSets.value = new Set(["done"]);
      const unlock = tab.store.locked.add(DEMO, lockedSets);
      await expectAsync(settled(tab, "refused")).toBeRejectedWithError(
        /^the set “done” is locked; unlock it/,
      );
      expect(await readRecord(tab.db, DEMO, markId(1))).toEqual(before);
      expect((await openConflicts(tab.db, user)).length).toBe(1);
      unlock();
      const [after] = await settled(tab, "refused");
      expect(after).not.toEqual(before);
    }
    const tab = await clash({}, inDone);
    tab.store.locked.add(DEMO, lockedSets);
    // Which leaves the mark as it is.
    const [record] = await settled(tab, "kept");
    expect(record?.set).toBe("done");
  });

  it("asks nothing of a mark that is gone", async () => {
    const tab = await clash({});
    await tab.store.apply(change("-1"));
    const [record, edits] = await settled(tab, "refused");
    expect(record).toBe(undefined);
    expect(edits.length).toBe(1);
  });
});
