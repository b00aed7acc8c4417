/** What may be done with a request, by whom and when, and what it is afterwards. */
import type { MergeRecord } from "./merge.js";
import {
  headOf,
  type MergeRequest,
  type RequestAct,
  type RequestHead,
  type RequestState,
  type RequestStep,
  requestedMerges,
  roundOf,
} from "./merge_request.js";
import { sameValue } from "./record_fields.js";

/** Somebody who wants to do something with a request. */
export interface RequestActor {
  readonly user: string;
  /** Whether they may write what belongs to others in the dataset. */
  readonly isReviewer: boolean;
  /** Whether they may review what they ask for themselves: on a machine that has no other user. */
  readonly isAlone: boolean;
}

/** Why something cannot be done: who asks may not, or not now. */
export interface RequestRefusal {
  readonly kind: "not allowed" | "not now";
  /** A sentence for the person. */
  readonly reason: string;
}

/** Who takes a step: whoever asks, or whoever reviews. */
type Role = "author" | "reviewer";

interface Transition {
  readonly by: Role;
  readonly from: readonly RequestState[];
  readonly to: RequestState;
}

/** All steps that there are. */
export const TRANSITIONS: Readonly<Record<RequestStep, Transition>> = {
  submit: {
    by: "author",
    from: ["draft", "changes requested"],
    to: "submitted",
  },
  withdraw: {
    by: "author",
    from: ["draft", "submitted", "changes requested", "approved"],
    to: "withdrawn",
  },
  "request changes": {
    by: "reviewer",
    // What is in the way may be seen as late as when it is to be applied.
    from: ["submitted", "approved"],
    to: "changes requested",
  },
  approve: { by: "reviewer", from: ["submitted"], to: "approved" },
  reject: {
    by: "reviewer",
    from: ["submitted", "approved"],
    to: "rejected",
  },
  apply: { by: "reviewer", from: ["approved"], to: "applied" },
};

/** Whether somebody may see a request: nobody but its author sees what was never submitted. */
export function maySee(
  { author, wasSubmitted }: Pick<RequestHead, "author" | "wasSubmitted">,
  { user, isReviewer }: RequestActor,
): boolean {
  return author === user || (isReviewer && wasSubmitted);
}

/** Why somebody may not review a request; undefined where they may. */
export function whyNoReview(
  { author }: Pick<MergeRequest, "author">,
  { user, isReviewer, isAlone }: RequestActor,
): string | undefined {
  if (!isReviewer) return "reviewing takes the role clio_write in the dataset";
  return author === user && !isAlone
    ? "nobody reviews what they ask for themselves"
    : undefined;
}

/**
 * Does something with a request.
 * @param at in milliseconds since 1970
 * @returns the request as it is afterwards, or why that cannot be done; `request` itself stays as it is
 */
export function actOn(
  request: MergeRequest,
  act: RequestAct,
  actor: RequestActor,
  at: number,
): MergeRequest | RequestRefusal {
  const refusal = refusalOf(request, act, actor);
  if (refusal !== undefined) return refusal;
  const next = {
    ...request,
    revision: request.revision + 1,
    modified: Math.max(at, request.modified),
  };
  const { user: by } = actor;
  if (act.act === "decide" || act.act === "comment") {
    return { ...next, rounds: withSaid(request, act, by, at) };
  }
  return {
    ...next,
    state: TRANSITIONS[act.act].to,
    rounds: act.act === "submit" ? roundsAsked(request, act, at) : next.rounds,
    steps: [...request.steps, { step: act.act, by, at, note: act.note }],
  };
}

/** Whether what `actOn` came to is a refusal. */
export function isRefusal(
  result: MergeRequest | RequestRefusal,
): result is RequestRefusal {
  return "kind" in result;
}

function refusalOf(
  request: MergeRequest,
  act: RequestAct,
  actor: RequestActor,
): RequestRefusal | undefined {
  const { state } = request;
  if (act.act === "decide" || act.act === "comment") {
    const isAnswer = act.act === "comment" && request.author === actor.user;
    const isTime = act.act === "decide" ? state === "submitted" : isOpen(state);
    return (
      (isAnswer ? undefined : refuseReview(request, actor)) ??
      refuseUnless(isTime, `it is ${state}`) ??
      refuseUnless(
        request.rounds.length === act.round,
        "it was submitted anew meanwhile",
      ) ??
      refuseUnknown(request, idsOf(act))
    );
  }
  const { by, from } = TRANSITIONS[act.act];
  const refused =
    by === "reviewer"
      ? refuseReview(request, actor)
      : request.author === actor.user
        ? undefined
        : notAllowed(`that is up to ${request.author}, whose request it is`);
  return (
    refused ??
    refuseUnless(from.includes(state), `it is ${state}`) ??
    (act.act === "approve" ? refuseApproval(request) : undefined)
  );
}

type Word = Extract<RequestAct, { act: "decide" | "comment" }>;

function idsOf(act: Word): readonly string[] {
  return act.act === "decide" ? act.merges : [act.merge];
}

function refuseUnknown(
  request: MergeRequest,
  ids: readonly string[],
): RequestRefusal | undefined {
  const known = new Set(roundOf(request).merges.map(({ merge }) => merge.id));
  const unknown = ids.find((id) => !known.has(id));
  return refuseUnless(unknown === undefined, `it has no merge ${unknown}`);
}

/** Nothing is approved before all of it was looked at, nor where nothing of it is to be taken over. */
function refuseApproval(request: MergeRequest): RequestRefusal | undefined {
  const { merges, decided, accepted } = headOf(request);
  return (
    refuseUnless(
      decided === merges,
      `${merges - decided} of its merges are not decided`,
    ) ?? refuseUnless(accepted > 0, "none of its merges is accepted")
  );
}

/** Whether a request can still come to hold for everybody. */
export function isOpen(state: RequestState): boolean {
  return ["submitted", "changes requested", "approved"].includes(state);
}

function refuseReview(
  request: MergeRequest,
  actor: RequestActor,
): RequestRefusal | undefined {
  const reason = whyNoReview(request, actor);
  return reason === undefined ? undefined : notAllowed(reason);
}

function notAllowed(reason: string): RequestRefusal {
  return { kind: "not allowed", reason };
}

function refuseUnless(
  good: boolean,
  reason: string,
): RequestRefusal | undefined {
  return good ? undefined : { kind: "not now", reason };
}

/** What a draft was is not kept; what was once submitted is. */
function roundsAsked(
  { state, rounds, author }: MergeRequest,
  { content }: Extract<RequestAct, { act: "submit" }>,
  at: number,
): MergeRequest["rounds"] {
  const before = rounds.at(-1)!;
  const asked = content ?? {
    ...before,
    merges: before.merges.map(({ merge }) => merge),
  };
  // What is asked for once more, and is the same, need not be looked at once more.
  const known = new Map(before.merges.map((each) => [each.merge.id, each]));
  const merges = requestedMerges(asked.merges, author).map((each) => {
    const same = known.get(each.merge.id);
    return same !== undefined && isSameMerge(same.merge, each.merge)
      ? { ...same, merge: each.merge }
      : each;
  });
  const round = { at, title: asked.title, reason: asked.reason, merges };
  return state === "draft" ? [round] : [...rounds, round];
}

/** All that a reviewer sees of a merge, and which of two is the newer. */
function isSameMerge(a: MergeRecord, b: MergeRecord): boolean {
  return (
    ["onto", "merged", "created", "position", "description"] as const
  ).every((name) => sameValue(a[name], b[name]));
}

function withSaid(
  { rounds }: MergeRequest,
  act: Word,
  by: string,
  at: number,
): MergeRequest["rounds"] {
  const round = rounds.at(-1)!;
  const ids = new Set(idsOf(act));
  const merges = round.merges.map((each) => {
    if (!ids.has(each.merge.id)) return each;
    const { merge, comments } = each;
    if (act.act === "comment") {
      return { ...each, comments: [...comments, { by, at, text: act.text }] };
    }
    const { verdict } = act;
    return verdict === undefined
      ? { merge, comments }
      : { merge, comments, decision: { verdict, by, at } };
  });
  return [...rounds.slice(0, -1), { ...round, merges }];
}
