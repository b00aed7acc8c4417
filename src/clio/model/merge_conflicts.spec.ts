import { conflictsOf } from "./merge_conflicts.js";
import type { MergeRecord } from "./merge.js";
import type { MergeRequest } from "./merge_request.js";
import { MergeSets } from "./merge_sets.js";
import { decision, mergeId, requestOf } from "./testing/merges.js";

const BIG = 18446744073709551615n;
const NEAR = 18446744073709551614n;

/** What is in the way of one merge of 10 and 11, beside what is there. */
function inTheWay(there: {
  public?: readonly MergeRecord[];
  others?: readonly MergeRequest[];
  gone?: readonly string[];
  more?: readonly MergeRecord[];
  isHidden?: boolean;
}) {
  const sets = new MergeSets();
  for (const each of there.public ?? []) sets.put(each);
  return conflictsOf(requestOf([decision(1, 10, 11), ...(there.more ?? [])]), {
    public: sets,
    others: there.others ?? [],
    isShown: () => there.isHidden !== true,
    isGone: (segment) => there.gone?.includes(segment) === true,
  })
    .filter(({ merge }) => merge === mergeId(1))
    .map(({ kind, segment, whole, request }) =>
      [kind, segment, whole, request?.title].filter(Boolean).join(" "),
    );
}

const other = (...merges: MergeRecord[]) =>
  requestOf(merges, { id: mergeId(0xdef) });

describe("Conflicts of a merge", () => {
  it("are none where nobody has said anything of its segments", () => {
    expect(inTheWay({})).toEqual([]);
    expect(
      inTheWay({
        public: [decision(2, 20, 21), decision(3, 10, 12)],
        others: [other(decision(4, 30, 31), decision(5, 10, 12))],
        gone: ["12"],
      }),
    ).toEqual([]);
  });

  it("say that it is merged already, in a few steps too", () => {
    expect(inTheWay({ public: [decision(2, 10, 11)] })).toEqual([
      "already merged 11 10",
    ]);
    const steps = [
      decision(2, 11, 12),
      decision(3, 13, 12),
      decision(4, 10, 13),
    ];
    expect(inTheWay({ public: steps })).toEqual(["already merged 11 10"]);
  });

  it("say of either end that it was merged elsewhere, and of which whole it is", () => {
    expect(inTheWay({ public: [decision(2, 36980, 11)] })).toEqual([
      "merged elsewhere 11 36980",
    ]);
    expect(inTheWay({ public: [decision(2, BIG, 10)] })).toEqual([
      `merged elsewhere 10 ${BIG}`,
    ]);
  });

  it("say that a segment is gone", () => {
    expect(inTheWay({ gone: ["11"] })).toEqual(["target gone 11"]);
  });

  it("say which other request makes a segment a part of another whole", () => {
    const text = "contradicts another request 11 20 Two axons";
    expect(inTheWay({ others: [other(decision(2, 20, 11))] })).toEqual([text]);
    // By way of others that it merges.
    expect(
      inTheWay({ others: [other(decision(2, 12, 11), decision(3, 20, 12))] }),
    ).toEqual([text]);
    // Not where one of the two makes both wholes one.
    expect(
      inTheWay({ others: [other(decision(2, 10, 12), decision(3, 10, 11))] }),
    ).toEqual([]);
    expect(
      inTheWay({
        others: [other(decision(2, 20, 11))],
        more: [decision(6, 10, 20)],
      }),
    ).toEqual([]);
  });

  it("say of a request that whoever asks may not see that it is there, and nothing of it", () => {
    const others = [other(decision(2, 20, 11))];
    expect(inTheWay({ others, isHidden: true })).toEqual([
      "contradicts another request 11",
    ]);
  });

  it("tell ids of 64 bits apart", () => {
    expect(inTheWay({ public: [decision(2, BIG, NEAR)] })).toEqual([]);
  });

  it("are not asked of what was rejected, here or there", () => {
    const rejected = other(decision(2, 20, 11));
    rejected.rounds[0].merges[0].decision = {
      ...{ verdict: "rejected", by: "cleo@lab.org", at: 1 },
    };
    expect(inTheWay({ others: [rejected] })).toEqual([]);
  });
});
