import type { NewPairs } from "../model/merge_pairs.js";
import { tell } from "../ui/tell.js";

/** Why something could not be done. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Does something; where it cannot be done, the person is told.
 * @param done what nothing was, in that case
 */
export async function attempt(
  done: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(`Nothing was ${done}: ${reasonOf(error)}.`);
  }
}

/** Tells of pairs that made no merges; those that did are told of as an act. */
export function tellLeftOut({ pairs, selves, repeated }: NewPairs): void {
  const left = [
    ...(selves > 0 ? [`${selves} of a segment and itself`] : []),
    ...(repeated > 0
      ? [`${repeated} that you have already or that repeat`]
      : []),
  ].join(", and ");
  if (left !== "") tell(`Left out of the import: ${left}.`);
  else if (pairs.length === 0)
    tell("Nothing was imported: it holds no pair of segments.");
}
