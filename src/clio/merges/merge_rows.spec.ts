import type { MergeRecord } from "../model/merge.js";
import { commentOf, rowsOf } from "./merge_rows.js";

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
});
