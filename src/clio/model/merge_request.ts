/** Requests to take a person's merges over for everybody: what is in one, how it is sent, and what may be done with it. */
import * as v from "valibot";
import { epochSchema, uuidSchema } from "./annotation.js";
import { mergeSchema } from "./merge.js";

/** The most merges that one request may hold. */
export const MOST_REQUESTED = 10_000;

/** The longest title, and the longest reason or comment, in characters. */
const LONGEST_TITLE = 200;
const LONGEST_TEXT = 4000;

/** Where a request is on its way. The last three are ends of it. */
export const REQUEST_STATES = [
  "draft",
  "submitted",
  "changes requested",
  "approved",
  "applied",
  "withdrawn",
  "rejected",
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What is done to a whole request. */
export const REQUEST_STEPS = [
  "submit",
  "withdraw",
  "request changes",
  "approve",
  "reject",
  "apply",
] as const;
export type RequestStep = (typeof REQUEST_STEPS)[number];

const titleSchema = v.pipe(
  v.string("a title"),
  v.trim(),
  v.regex(
    new RegExp(`^[^\\p{Cc}]{1,${LONGEST_TITLE}}$`, "u"),
    `a title of 1 to ${LONGEST_TITLE} characters in one line`,
  ),
);

/** Words of a person, of several lines where they like. */
const textSchema = v.pipe(
  v.string("a text"),
  v.trim(),
  v.maxLength(LONGEST_TEXT, `at most ${LONGEST_TEXT} characters`),
  // What no database keeps.
  v.regex(/^[^\0]*$/, "a text without NUL characters"),
);

/** Words that must not be missing. */
const wordsSchema = v.pipe(textSchema, v.nonEmpty("some words"));

const mergesSchema = v.pipe(
  v.array(mergeSchema, "a list of merges"),
  v.nonEmpty("at least one merge"),
  v.maxLength(MOST_REQUESTED, `at most ${MOST_REQUESTED} merges`),
  v.check(
    (merges) => new Set(merges.map(({ id }) => id)).size === merges.length,
    "each merge once",
  ),
);

/** What a person asks for. */
export const requestContentSchema = v.object({
  title: titleSchema,
  /** Why the merges are right. */
  reason: textSchema,
  merges: mergesSchema,
});
export type RequestContent = v.InferOutput<typeof requestContentSchema>;

/** What makes a request. */
export const newRequestSchema = v.object({
  /** Chosen by whoever makes it: the same one sent again makes no second request. */
  id: uuidSchema,
  /** Of the segmentation, as in `MergedSegmentation`. */
  version: v.string("a version, or an empty text"),
  ...requestContentSchema.entries,
  state: v.picklist(["draft", "submitted"], "draft or submitted"),
});
export type NewRequest = v.InferOutput<typeof newRequestSchema>;

export const VERDICTS = ["accepted", "rejected"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a reviewer says of one merge. */
const decisionSchema = v.object({
  verdict: v.picklist(VERDICTS, VERDICTS.join(" or ")),
  by: v.string(),
  at: epochSchema,
});

const commentSchema = v.object({
  by: v.string(),
  at: epochSchema,
  text: wordsSchema,
});

/** A merge of a request, and what was said of it. */
export const requestedMergeSchema = v.object({
  merge: mergeSchema,
  decision: v.optional(decisionSchema),
  comments: v.array(commentSchema),
});
export type RequestedMerge = v.InferOutput<typeof requestedMergeSchema>;

/** What was asked for at one time. It never changes; who asks again asks for something of its own beside it. */
export const roundSchema = v.object({
  at: epochSchema,
  title: titleSchema,
  reason: textSchema,
  merges: v.array(requestedMergeSchema),
});
export type RequestRound = v.InferOutput<typeof roundSchema>;

/** A step that was taken. */
const takenSchema = v.object({
  step: v.picklist(REQUEST_STEPS),
  by: v.string(),
  at: epochSchema,
  /** What the person said with it; empty where nothing. */
  note: v.string(),
});

/** A merge that was taken over for everybody. Its `user` is its author. */
export const publicMergeSchema = v.object({
  merge: mergeSchema,
  /** Who accepted it; the author where nobody else is there (see `RequestActor.isAlone`). */
  reviewer: v.string(),
  /** The request that it was in. */
  request: uuidSchema,
  applied: epochSchema,
});
export type PublicMerge = v.InferOutput<typeof publicMergeSchema>;

/** What is told of a request in a list. */
export const requestHeadSchema = v.object({
  id: uuidSchema,
  dataset: v.string(),
  version: v.string(),
  /** Who asks. */
  author: v.string(),
  title: titleSchema,
  state: v.picklist(REQUEST_STATES),
  /** Whether it ever was: what was not is its author's alone, also where it was withdrawn since. */
  wasSubmitted: v.boolean(),
  /** Counts all that was done to it: who acts names the one that they have seen. */
  revision: v.number(),
  created: epochSchema,
  modified: epochSchema,
  /** How many merges it has now, how many of them were decided, and how many accepted. */
  merges: v.number(),
  decided: v.number(),
  accepted: v.number(),
  /** Comments on merges and notes with steps, in all rounds. */
  comments: v.number(),
});
export type RequestHead = v.InferOutput<typeof requestHeadSchema>;

/** The whole of a request. */
export const mergeRequestSchema = v.object({
  id: uuidSchema,
  dataset: v.string(),
  version: v.string(),
  author: v.string(),
  state: v.picklist(REQUEST_STATES),
  revision: v.number(),
  created: epochSchema,
  modified: epochSchema,
  /** Oldest first; the last one is what it is about. */
  rounds: v.pipe(v.array(roundSchema), v.nonEmpty()),
  steps: v.array(takenSchema),
});
export type MergeRequest = v.InferOutput<typeof mergeRequestSchema>;

/** What is in the way of a merge (see merge_conflicts.ts). */
export const CONFLICT_KINDS = [
  "already merged",
  "merged elsewhere",
  "target gone",
  "contradicts another request",
] as const;

export const mergeConflictSchema = v.object({
  /** The id of the merge. */
  merge: uuidSchema,
  kind: v.picklist(CONFLICT_KINDS),
  /** The segment that it is about. */
  segment: v.string(),
  /** What that segment is a part of publicly, or by the other request; absent where it is gone, or the other request is not shown. */
  whole: v.optional(v.string()),
  /** The other request, where whoever asks may see it. */
  request: v.optional(
    v.object({ id: uuidSchema, title: v.string(), author: v.string() }),
  ),
});
export type MergeConflict = v.InferOutput<typeof mergeConflictSchema>;

/** A request as it is opened. */
export const openedRequestSchema = v.object({
  request: mergeRequestSchema,
  /** What is in the way of its merges now; none where it is at its end. */
  conflicts: v.array(mergeConflictSchema),
  /** Whether whoever asks may review it. */
  mayReview: v.boolean(),
});
export type OpenedRequest = v.InferOutput<typeof openedRequestSchema>;

/** The requests of a dataset that somebody may see, the one that was changed last first. */
export const requestListSchema = v.object({
  requests: v.array(requestHeadSchema),
  /** Whether whoever asks reviews in this dataset. */
  isReviewer: v.boolean(),
});
export type RequestList = v.InferOutput<typeof requestListSchema>;

/** What is merged for everybody, the first that was applied first: a page of it. */
export const publicMergesSchema = v.object({
  merges: v.array(publicMergeSchema),
  /** That of the last of them: what comes later is asked for after it. */
  position: v.number(),
  /** Whether there are more after it. */
  more: v.boolean(),
});
export type PublicMerges = v.InferOutput<typeof publicMergesSchema>;

const revisionSchema = v.pipe(
  v.number("the revision that was seen"),
  v.safeInteger("the revision that was seen"),
);

/** How often it was asked for when it was seen: several people may speak of one round at a time. */
const roundNumberSchema = v.pipe(
  v.number("the number of rounds"),
  v.safeInteger("the number of rounds"),
);

const note = v.optional(textSchema, "");
const step = <Step extends RequestStep>(name: Step) => ({
  act: v.literal(name),
  revision: revisionSchema,
  note,
});

/** What a person does with a request that is there. */
export const requestActSchema = v.variant("act", [
  v.object({
    ...step("submit"),
    /** What is asked for now; absent where it is the same as before. */
    content: v.optional(requestContentSchema),
  }),
  v.object(step("withdraw")),
  v.object({ ...step("request changes"), note: wordsSchema }),
  v.object(step("approve")),
  v.object({ ...step("reject"), note: wordsSchema }),
  v.object(step("apply")),
  v.object({
    act: v.literal("decide"),
    round: roundNumberSchema,
    /** Decided alike: what a person merged in one act is looked at as one. */
    merges: v.pipe(
      v.array(uuidSchema, "a list of ids of merges"),
      v.nonEmpty("at least one merge"),
    ),
    /** Absent: what was decided is taken back. */
    verdict: v.optional(v.picklist(VERDICTS, VERDICTS.join(" or "))),
  }),
  v.object({
    act: v.literal("comment"),
    round: roundNumberSchema,
    merge: uuidSchema,
    text: wordsSchema,
  }),
]);
export type RequestAct = v.InferOutput<typeof requestActSchema>;

/** What a request is about now. */
export function roundOf({ rounds }: MergeRequest): RequestRound {
  return rounds.at(-1)!;
}

/** Whether a request was ever sent to its reviewers. */
export function wasSubmitted({ steps }: Pick<MergeRequest, "steps">): boolean {
  return steps.some(({ step: taken }) => taken === "submit");
}

/** What is told of a request in a list. */
export function headOf(request: MergeRequest): RequestHead {
  const { title, merges } = roundOf(request);
  const { id, dataset, version, author, state } = request;
  const { revision, created, modified } = request;
  const count = (wanted: (each: RequestedMerge) => boolean) =>
    merges.filter(wanted).length;
  return {
    ...{ id, dataset, version, author, title, state },
    wasSubmitted: wasSubmitted(request),
    ...{ revision, created, modified },
    merges: merges.length,
    decided: count(({ decision }) => decision !== undefined),
    accepted: count(({ decision }) => decision?.verdict === "accepted"),
    comments:
      request.rounds
        .flatMap((round) => round.merges)
        .reduce((sum, { comments }) => sum + comments.length, 0) +
      request.steps.filter((taken) => taken.note !== "").length,
  };
}

/** Merges as a request holds them, by whoever asks. */
export function requestedMerges(
  merges: RequestContent["merges"],
  author: string,
): RequestedMerge[] {
  return merges.map((merge) => ({
    merge: { ...merge, user: author },
    comments: [],
  }));
}
