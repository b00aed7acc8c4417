import type { Change } from "../model/change.js";
import { mergesDataset, type MergeRecord } from "../model/merge.js";
import type { StoredRecord } from "../model/record.js";
import { LOCAL_USER } from "../model/sandbox.js";
import type { ClioDatabase } from "./database.js";
import { maintain } from "./maintenance.js";
import { readRecord, readSandbox } from "./reader.js";
import {
  change,
  cleanUp,
  DEMO,
  edits,
  freshName,
  markId,
  marks,
} from "./testing/marks.js";
import { closeTabs, Tab } from "./testing/tabs.js";

const MERGES = {
  user: LOCAL_USER,
  dataset: mergesDataset({ dataset: DEMO.dataset, version: "" }),
};

afterEach(async () => {
  closeTabs();
  await cleanUp();
});

/** The merge of a segment beyond 2^53 onto its neighbour. */
function merge(number: number): MergeRecord {
  const first = 18446744073709550000n + BigInt(2 * number);
  return {
    id: markId(number),
    kind: "merge",
    onto: String(first),
    merged: String(first + 1n),
    act: markId(number),
    description: "",
    user: LOCAL_USER,
    created: number,
    modified: number,
  };
}

function merging(label: string, ...numbers: number[]): Change<StoredRecord> {
  return {
    id: crypto.randomUUID(),
    ...MERGES,
    at: 0,
    label,
    edits: numbers.map((number) => ({ op: "put", record: merge(number) })),
  };
}

async function merges(db: ClioDatabase): Promise<MergeRecord[]> {
  const found: MergeRecord[] = [];
  await readSandbox<MergeRecord>(db, MERGES, (records) => {
    found.push(...records);
  });
  return found.sort((a, b) => a.created - b.created);
}

async function openTab(): Promise<Tab> {
  const tab = new Tab({ name: freshName() });
  await tab.reach("ready");
  return tab;
}

describe("Merges in the store", () => {
  it("come back as they were made, from the journal, from pages and where they were packed, beside the marks", async () => {
    const { store, db } = await openTab();
    const many = Array.from({ length: 600 }, (_, number) => number);
    await store.apply(change("+1 +2"));
    await store.apply(merging("Merge many", ...many));
    expect(await merges(db)).toEqual(many.map(merge));
    await maintain(db, MERGES);
    await maintain(db, DEMO);
    await store.apply(merging("Merge 2 segments", 600));
    expect(await merges(db)).toEqual([...many, 600].map(merge));
    expect(await readRecord<MergeRecord>(db, MERGES, markId(7))).toEqual(
      merge(7),
    );
    expect(await marks(db)).toBe("1.0 2.0");
  });

  it("are undone and done again in turn with the marks, in the order in which all was done", async () => {
    const { store, db } = await openTab();
    await store.apply(change("+1"), edits("-1"));
    await store.apply(merging("Merge 2 segments", 1), edits("-1"));
    await store.apply(change("+2"), edits("-2"));
    const { undoStack } = store;
    expect(await undoStack.next(DEMO)).toEqual({
      undo: "+2",
      redo: undefined,
    });
    await undoStack.undo(DEMO);
    expect((await undoStack.peek(DEMO, "undo"))?.key).toEqual(MERGES);
    const taken = await undoStack.undo(DEMO);
    expect(taken).toEqual({
      key: MERGES,
      label: "Merge 2 segments",
      edits: edits("-1"),
    });
    expect(await merges(db)).toEqual([]);
    expect(await marks(db)).toBe("1.0");
    await undoStack.redo(DEMO);
    expect(await merges(db)).toEqual([merge(1)]);
    await undoStack.redo(DEMO);
    expect(await marks(db)).toBe("1.0 2.0");
    expect(await undoStack.next(MERGES)).toEqual({});
  });

  it("are no marks: a change that puts one among them is refused, and nothing of it is kept", async () => {
    const { store, db } = await openTab();
    const wrong = { ...merging("Merge 2 segments", 1), ...DEMO };
    expect(() => store.apply(wrong)).toThrowError(/^Not a change: edits/);
    expect(await marks(db)).toBe("");
  });
});
