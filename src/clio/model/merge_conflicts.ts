/** What is in the way of merges that are asked for: told of what is there, and of nothing else. */
import type { MergeRecord } from "./merge.js";
import type {
  MergeConflict,
  MergeRequest,
  RequestedMerge,
} from "./merge_request.js";
import { roundOf } from "./merge_request.js";
import { MergeSets } from "./merge_sets.js";

/** What there is beside a request. */
export interface RequestSurroundings {
  /** What is merged for everybody. */
  readonly public: MergeSets;
  /** The other requests of the same segmentation that are open. */
  readonly others: readonly MergeRequest[];
  /** Whether whoever asks may see another request; of one that they may not, they learn that it is there, and nothing of it. */
  readonly isShown: (other: MergeRequest) => boolean;
  /** Whether a segment is not in the segmentation any more. */
  readonly isGone: (segment: string) => boolean;
}

/** Segments that are one by what a request asks for, but for what was rejected. */
interface Asked {
  readonly request: MergeRequest;
  readonly sets: MergeSets;
}

/** What is in the way of the merges of a request, in their order. A merge may have several conflicts. */
export function conflictsOf(
  request: MergeRequest,
  surroundings: RequestSurroundings,
): MergeConflict[] {
  const own = askedBy(request);
  const others = surroundings.others.map(askedBy);
  return roundOf(request).merges.flatMap(({ merge, decision }) =>
    decision?.verdict === "rejected"
      ? []
      : [
          ...withSegmentation(merge, surroundings),
          ...withPublic(merge, surroundings.public),
          ...others.flatMap((other) =>
            withOther(merge, own, other, surroundings),
          ),
        ],
  );
}

function askedBy(request: MergeRequest): Asked {
  const sets = new MergeSets();
  for (const { merge, decision } of roundOf(request).merges) {
    if (decision?.verdict !== "rejected") sets.put(merge);
  }
  return { request, sets };
}

function endsOf({ onto, merged }: MergeRecord): string[] {
  return [onto, merged];
}

function withSegmentation(
  merge: MergeRecord,
  { isGone }: RequestSurroundings,
): MergeConflict[] {
  return endsOf(merge)
    .filter(isGone)
    .map((segment) => ({ merge: merge.id, kind: "target gone", segment }));
}

/** Whoever chose a segment chose the main of what it is a part of for everybody: one that is no main has been merged since. */
function withPublic(merge: MergeRecord, sets: MergeSets): MergeConflict[] {
  const wholeOf = (segment: string) => String(sets.mainOf(BigInt(segment)));
  const whole = wholeOf(merge.onto);
  if (whole === wholeOf(merge.merged)) {
    const segment = merge.merged;
    return [{ merge: merge.id, kind: "already merged", segment, whole }];
  }
  return endsOf(merge)
    .filter((segment) => wholeOf(segment) !== segment)
    .map((segment) => ({
      merge: merge.id,
      kind: "merged elsewhere",
      segment,
      whole: wholeOf(segment),
    }));
}

/** Two requests contradict each other where they make one segment a part of two wholes that neither of them makes one. */
function withOther(
  merge: MergeRecord,
  own: Asked,
  { request, sets }: Asked,
  { isShown }: RequestSurroundings,
): MergeConflict[] {
  const { id, author } = request;
  const { title } = roundOf(request);
  for (const segment of endsOf(merge)) {
    const end = BigInt(segment);
    const [ours, theirs] = [own.sets.mainOf(end), sets.mainOf(end)];
    const isInBoth =
      own.sets.sizeOf(end) > 1 && sets.sizeOf(end) > 1 && ours !== theirs;
    if (!isInBoth) continue;
    if (own.sets.mainOf(theirs) === ours || sets.mainOf(ours) === theirs) {
      continue;
    }
    return [
      {
        merge: merge.id,
        kind: "contradicts another request",
        segment,
        ...(isShown(request) && {
          whole: String(theirs),
          request: { id, title, author },
        }),
      },
    ];
  }
  return [];
}

/** The merges that were accepted. */
export function acceptedOf(request: MergeRequest): RequestedMerge[] {
  return roundOf(request).merges.filter(
    ({ decision }) => decision?.verdict === "accepted",
  );
}
