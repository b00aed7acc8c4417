import type { MergeConflict } from "../model/merge_request.js";
import { decision, mergeId } from "../model/testing/merges.js";
import { conflictsIn } from "./requested_conflicts.js";

const BIG = 18446744073709551615n;

const asked = (n: number, onto: bigint, verdict?: "accepted" | "rejected") => ({
  merge: decision(n, onto, 7),
  comments: [],
  ...(verdict && { decision: { verdict, by: "cleo@lab.org", at: 1 } }),
});
const row = (...merges: ReturnType<typeof asked>[]) => ({
  act: mergeId(1),
  onto: "7",
  merges,
});
const told: MergeConflict = {
  merge: mergeId(1),
  kind: "merged elsewhere",
  segment: "7",
  whole: "9",
};

describe("What is in the way of a merge that is asked for", () => {
  it("is what the server tells, and each end that is no segment of what is in view", () => {
    const isGone = (id: bigint) => id === BIG;
    expect(
      conflictsIn(
        row(asked(1, BIG), asked(2, BIG - 1n)),
        { conflicts: [told] },
        isGone,
      ),
    ).toEqual([
      { merge: mergeId(1), kind: "target gone", segment: String(BIG) },
      told,
    ]);
  });

  it("is told once where the server knows it too, and not of what is rejected", () => {
    const gone: MergeConflict = {
      merge: mergeId(1),
      kind: "target gone",
      segment: "7",
    };
    const isGone = (id: bigint) => id === 7n;
    expect(
      conflictsIn(row(asked(1, 8n, "accepted")), { conflicts: [gone] }, isGone),
    ).toEqual([gone]);
    expect(
      conflictsIn(row(asked(1, 8n, "rejected")), { conflicts: [gone] }, isGone),
    ).toEqual([]);
  });
});
