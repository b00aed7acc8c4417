import type { MergeConflict, OpenedRequest } from "../model/merge_request.js";
import type { RequestedRow } from "./requested_rows.js";

/**
 * What is in the way of what is asked for in a row, but for what is rejected: as the server has told it, and segments that there are not
 * in view, of which the server knows nothing.
 * @param isGone whether the segmentation in view is known to have no such segment
 */
export function conflictsIn(
  { merges }: RequestedRow,
  { conflicts }: Pick<OpenedRequest, "conflicts">,
  isGone: (segment: bigint) => boolean,
): MergeConflict[] {
  return merges.flatMap(({ merge: { id, onto, merged }, decision }) => {
    if (decision?.verdict === "rejected") return [];
    const told = conflicts.filter(({ merge }) => merge === id);
    const known = told.filter(({ kind }) => kind === "target gone");
    const gone = [onto, merged].filter(
      (end) =>
        isGone(BigInt(end)) && !known.some(({ segment }) => segment === end),
    );
    return [
      ...gone.map((segment): MergeConflict => ({
        merge: id,
        kind: "target gone",
        segment,
      })),
      ...told,
    ];
  });
}
