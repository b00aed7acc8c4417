import fc from "fast-check";
import {
  headOf,
  type MergeRequest,
  type RequestAct,
  REQUEST_STEPS,
  type RequestState,
  roundOf,
} from "./merge_request.js";
import {
  actOn,
  isRefusal,
  maySee,
  type RequestActor,
} from "./merge_request_acts.js";
import { decision, mergeId, requestOf } from "./testing/merges.js";

const RUNS = 300;

/** Ada asks; Cleo and Dora review, and so may Ada herself; Bob may do nothing; on one machine there is nobody but its user. */
const PEOPLE: readonly RequestActor[] = [
  { user: "ada@lab.org", isReviewer: true, isAlone: false },
  { user: "bob@lab.org", isReviewer: false, isAlone: false },
  { user: "cleo@lab.org", isReviewer: true, isAlone: false },
  { user: "dora@lab.org", isReviewer: true, isAlone: false },
];
const ALONE: RequestActor = {
  user: "ada@lab.org",
  isReviewer: true,
  isAlone: true,
};

const MERGES = [decision(1, 10, 11), decision(2, 20, 21), decision(3, 30, 31)];
const ALL = MERGES.map(({ id }) => id);
const other = { ...MERGES[2], onto: "40" };

const anyStep = fc
  .record({
    // What ends a request is rarer, so that some get far.
    act: fc.constantFrom(
      ...REQUEST_STEPS,
      ...(["submit", "approve", "approve", "approve", "apply"] as const),
    ),
    content: fc.constantFrom(undefined, [MERGES[0], other], MERGES),
  })
  .map(({ act, content }): RequestAct => {
    const step = { revision: 0, note: "because" };
    return act === "submit" && content !== undefined
      ? {
          ...{ act, ...step },
          content: { title: "Again", reason: "", merges: content },
        }
      : { act, ...step };
  });
/** What is said of a merge, by somebody who has seen so many rounds less than there are. */
const anyWord = fc.record({
  merges: fc.constantFrom(
    ...[[mergeId(1)], [mergeId(2)], [mergeId(3)], [mergeId(9)]],
    ...[ALL, ALL, ALL],
  ),
  verdict: fc.constantFrom("accepted", "rejected", undefined, "accepted"),
  isComment: fc.boolean(),
  late: fc.constantFrom(0, 0, 0, 0, 0, 0, 1),
});
type Word = typeof anyWord extends fc.Arbitrary<infer T> ? T : never;

function saying(
  { merges, verdict, isComment, late }: Word,
  { rounds }: MergeRequest,
): RequestAct {
  const round = rounds.length - late;
  return isComment
    ? { act: "comment", round, merge: merges[0], text: "why?" }
    : { act: "decide", round, merges, verdict };
}

const anyActs = fc.array(
  fc.record({
    who: fc.nat(PEOPLE.length - 1),
    what: fc.oneof(
      { weight: 1, arbitrary: anyStep },
      { weight: 3, arbitrary: anyWord },
    ),
  }),
  { minLength: 5, maxLength: 60 },
);

/** Where each step leads, written once more, as a person would draw it. */
const DRAWN: readonly (readonly [RequestState, string, RequestState])[] = [
  ["draft", "submit", "submitted"],
  ["draft", "withdraw", "withdrawn"],
  ["submitted", "request changes", "changes requested"],
  ["submitted", "approve", "approved"],
  ["submitted", "reject", "rejected"],
  ["submitted", "withdraw", "withdrawn"],
  ["changes requested", "submit", "submitted"],
  ["changes requested", "withdraw", "withdrawn"],
  ["approved", "apply", "applied"],
  ["approved", "request changes", "changes requested"],
  ["approved", "reject", "rejected"],
  ["approved", "withdraw", "withdrawn"],
];

function deepCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** What holds of each act that was not refused. */
function check(
  before: MergeRequest,
  act: RequestAct,
  actor: RequestActor,
  after: MergeRequest,
): void {
  // Whoever does something sees it; nobody else sees what was not sent.
  expect(maySee(headOf(before), actor)).toBe(true);
  const [, , cleo] = PEOPLE;
  const wasSent = after.steps.some(({ step }) => step === "submit");
  expect(maySee(headOf(after), cleo)).toBe(wasSent);
  expect(after.revision).toBe(before.revision + 1);
  const isAuthor = actor.user === before.author;
  if (act.act === "decide" || act.act === "comment") {
    expect(after.state).toBe(before.state);
    expect(after.steps).toEqual(before.steps);
    expect(["draft", "applied", "withdrawn", "rejected"]).not.toContain(
      before.state,
    );
  } else {
    expect(DRAWN).toContain([before.state, act.act, after.state]);
    expect(after.steps.at(-1)?.by).toBe(actor.user);
    const isOwnStep = act.act === "submit" || act.act === "withdraw";
    expect(isOwnStep ? isAuthor : actor.isReviewer).toBe(true);
  }
  const isReview = !["submit", "withdraw", "comment"].includes(act.act);
  if (isReview) expect(isAuthor && !actor.isAlone).toBe(false);
  // What was asked for never changes once it was sent: it is only asked for anew.
  if (act.act !== "submit" || before.state !== "draft") {
    const asked = ({ rounds }: MergeRequest) =>
      rounds.map(({ title, merges }) => [
        title,
        ...merges.map(({ merge }) => merge),
      ]);
    expect(asked(after).slice(0, before.rounds.length)).toEqual(asked(before));
    expect(after.rounds.slice(0, -1)).toEqual(
      act.act === "submit" ? before.rounds : before.rounds.slice(0, -1),
    );
  }
  if (after.state === "approved" || after.state === "applied") {
    const { merges, decided, accepted } = headOf(after);
    expect(decided).toBe(merges);
    expect(accepted).toBeGreaterThan(0);
  }
  for (const { merge, decision: said } of roundOf(after).merges) {
    expect(merge.user).toBe(before.author);
    if (said !== undefined && !actor.isAlone) {
      expect(said.by).not.toBe(before.author);
      expect(said.by).not.toBe("bob@lab.org");
    }
  }
}

describe("A request of merges", () => {
  it("goes the ways that there are and no others, whatever whoever does to it", () => {
    fc.assert(
      fc.property(anyActs, fc.boolean(), (acts, isDraft) => {
        let request = requestOf(MERGES, {
          state: isDraft ? "draft" : "submitted",
        });
        for (const [at, { who, what }] of acts.entries()) {
          const act = "act" in what ? what : saying(what, request);
          const actor = PEOPLE[who];
          const before = deepCopy(request);
          const result = actOn(request, act, actor, 1000 + at);
          expect(request).toEqual(before);
          if (isRefusal(result)) {
            expect(result.reason).not.toBe("");
            continue;
          }
          check(before, act, actor, result);
          request = result;
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("is reviewed and applied by whoever asks where nobody else is there", () => {
    let request = requestOf([MERGES[0]], { state: "draft" });
    const step = { revision: 1, note: "" };
    const acts: RequestAct[] = [
      { act: "submit", ...step },
      { act: "decide", round: 1, merges: [mergeId(1)], verdict: "accepted" },
      { act: "approve", ...step },
      { act: "apply", ...step },
    ];
    for (const act of acts) {
      const result = actOn(request, act, ALONE, 2000);
      if (isRefusal(result)) throw new Error(result.reason);
      check(request, act, ALONE, result);
      request = result;
    }
    expect(request.state).toBe("applied");
  });

  it("keeps what was said of a merge that is asked for again unchanged, and of no other", () => {
    const [, , cleo] = PEOPLE;
    const [ada] = PEOPLE;
    const run = (request: MergeRequest, act: RequestAct, who: RequestActor) => {
      const result = actOn(request, act, who, 2000);
      if (isRefusal(result)) throw new Error(result.reason);
      return result;
    };
    let request = requestOf(MERGES);
    const merges = [mergeId(1), mergeId(3)];
    const verdict = "accepted";
    request = run(request, { act: "decide", round: 1, merges, verdict }, cleo);
    const step = { revision: 0, note: "another main" };
    request = run(request, { act: "request changes", ...step }, cleo);
    const content = { title: "Again", reason: "", merges: [MERGES[0], other] };
    const asked = run(request, { act: "submit", ...step, content }, ada);
    expect(roundOf(asked).merges.map((each) => each.decision?.verdict)).toEqual(
      ["accepted", undefined],
    );
    for (const change of [
      { created: 99 },
      { description: "x" },
      { position: [1, 2, 3] as [number, number, number] },
    ]) {
      const changed = { ...content, merges: [{ ...MERGES[0], ...change }] };
      const act = { act: "submit", ...step, content: changed } as const;
      const [each] = roundOf(run(request, act, ada)).merges;
      expect(each.decision).toBe(undefined);
    }
    request = asked;
    expect(request.rounds.length).toBe(2);
  });
});
