import type {
  MergedSegmentation,
  MergeRecord,
} from "../../src/clio/model/merge.js";
import type { RequestState } from "../../src/clio/model/merge_request.js";
import { badRequest, forbidden, Problem } from "../problems/problem.js";
import type { Reader, Writer } from "../storage/storage.js";

/** The most requests that one person may have open or in draft at a time. */
const mostOpen = 200;

/** How far the clock of a person's machine may be ahead of ours, in milliseconds. */
const mostAhead = 24 * 60 * 60 * 1000;

/** Where a request can still become a part of what is public. */
export const open: readonly RequestState[] = [
  "submitted",
  "changes requested",
  "approved",
];

/** @throws Problem 403 where somebody has too many requests under way */
export async function requireRoom(
  writer: Writer,
  author: string,
): Promise<void> {
  const heads = await writer.mergeRequests({ author });
  const count = heads.filter(
    ({ state }) => state === "draft" || open.includes(state),
  ).length;
  if (count < mostOpen) return;
  throw forbidden(
    `${author} has ${count} requests under way already: withdraw some first.`,
  );
}

/** @throws Problem 400 or 409 where merges cannot be asked for */
export async function requireGood(
  reader: Reader,
  of: MergedSegmentation,
  merges: readonly MergeRecord[],
  now: number,
): Promise<void> {
  // The newest decision gives a whole its main: one of a far day would do so for ever.
  const late = merges.findIndex(({ created }) => created > now + mostAhead);
  if (late >= 0) {
    throw badRequest(
      `merges.${late}.created: ${merges[late].created}, expected a time that is not to come`,
      "bad-body",
    );
  }
  await requireOwnIds(reader, of, merges);
}

/**
 * The first merge of an id stays what it is: another of that id would be told of as applied, and be nowhere.
 * @throws Problem 409
 */
export async function requireOwnIds(
  reader: Reader,
  of: MergedSegmentation,
  merges: readonly MergeRecord[],
): Promise<void> {
  const known = new Map(
    (
      await reader.publicMergesNamed(
        of,
        merges.map(({ id }) => id),
      )
    ).map(({ merge }) => [merge.id, merge]),
  );
  for (const { id, onto, merged } of merges) {
    const there = known.get(id);
    if (there === undefined) continue;
    if (there.onto === onto && there.merged === merged) continue;
    throw new Problem(
      409,
      "id-taken",
      `Merge ${id} is of ${onto} and ${merged}, and what holds for everybody under that id is of ${there.onto} and ${there.merged}.`,
    );
  }
}
