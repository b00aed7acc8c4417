import type { MergeRecord } from "../model/merge.js";
import {
  commentOf,
  matchingRows,
  type MergeOrder,
  rowsOf,
  sortedRows,
} from "./merge_rows.js";
import { MergeSets } from "./merge_sets.js";

function decided(
  id: string,
  act: string,
  [onto, merged]: readonly [string, string],
  created: number,
  parts: Partial<MergeRecord> = {},
): MergeRecord {
  const own = { kind: "merge", description: "", user: "ann" } as const;
  return {
    id,
    act,
    onto,
    merged,
    created,
    modified: created,
    ...own,
    ...parts,
  };
}

const DECISIONS = [
  decided("d3", "older", ["9007199254740993", "4"], 1),
  decided("d1", "newer", ["7", "8"], 2, { description: "one axon" }),
  decided("d2", "newer", ["7", "9"], 2, { description: "one axon" }),
  decided("d4", "newest", ["2", "1"], 3, { user: "Bea" }),
];

const acts = (rows: readonly { act: string }[]) => rows.map(({ act }) => act);

describe("The rows of merges", () => {
  it("are acts, the newest first, each with what it has merged in the order of the selection", () => {
    const rows = rowsOf(DECISIONS.toReversed());
    expect(acts(rows)).toEqual(["newest", "newer", "older"]);
    expect(rows[1].decisions.map(({ merged }) => merged)).toEqual(["8", "9"]);
    expect(rows[2].onto).toBe(9007199254740993n);
    expect(commentOf(rows[1])).toBe("one axon");
    expect(commentOf(rows[0])).toBe("");
  });

  it("have the id that the act gave the whole: that of its newest decision", () => {
    const chain = [
      decided("d1", "chain", ["1", "2"], 1),
      decided("d2", "chain", ["3", "2"], 1),
    ];
    expect(rowsOf(chain)[0].onto).toBe(3n);
  });

  it("are found by a piece of an id, of a comment or of the author", () => {
    const rows = rowsOf(DECISIONS);
    expect(matchingRows(rows, " ")).toEqual(rows);
    expect(acts(matchingRows(rows, "9007"))).toEqual(["older"]);
    expect(acts(matchingRows(rows, "AXON"))).toEqual(["newer"]);
    expect(acts(matchingRows(rows, "bea"))).toEqual(["newest"]);
    expect(matchingRows(rows, "nothing")).toEqual([]);
  });

  it("are sorted by any column, those that are equal newest first", () => {
    const rows = rowsOf(DECISIONS);
    const sets = new MergeSets();
    for (const each of DECISIONS) sets.put(each);
    const sorted = (order: MergeOrder, descending: boolean) =>
      acts(sortedRows(rows, order, descending, sets));
    expect(sorted("main", false)).toEqual(["newest", "newer", "older"]);
    expect(sorted("count", true)).toEqual(["newer", "newest", "older"]);
    expect(sorted("author", false)).toEqual(["newest", "newer", "older"]);
    expect(sorted("comment", true)).toEqual(["newer", "newest", "older"]);
    expect(sorted("created", false)).toEqual(["older", "newer", "newest"]);
  });
});
