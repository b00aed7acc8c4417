import type { Box, Triple } from "../record.js";

/** What is looked for: a signature, and the place that it was taken from, where it was. */
export interface Example {
  readonly signature: bigint;
  readonly place?: Triple;
}

/** A search. Its result is a part of one order: by distance, then by signature as a number, then by z, y, x of the place. */
export interface SearchQuery {
  /** At least one. The distance of a place is that to the nearest of them, in bits. */
  readonly examples: readonly Example[];
  /** A place that is nearer to one of these than to any example is not found. */
  readonly excludedExamples: readonly bigint[];
  /** The largest distance of what is found, at most 64. */
  readonly maxDistance: number;
  /**
   * How far apart places must be, in nm: of two that are nearer, the one later in the order is not found, nor is what is as
   * near to the place of an example. 0 for no such condition.
   */
  readonly minSeparation: number;
  /** The part of the volume in which to search; all of it where not given. */
  readonly box?: Box;
  /** Parts in which not to search. */
  readonly excludedBoxes: readonly Box[];
  /** How many of the order's first places to pass over. */
  readonly offset: number;
  /** How many places to find after those. */
  readonly limit: number;
}

/** A place that was found. */
export interface Hit {
  readonly distance: number;
  readonly signature: bigint;
  readonly place: Triple;
}

/** The order of what is found. */
export function compareHits(a: Hit, b: Hit): number {
  if (a.distance !== b.distance) return a.distance - b.distance;
  if (a.signature !== b.signature) return a.signature < b.signature ? -1 : 1;
  return comparePlaces(a.place, b.place);
}

/** The order of places: by z, y, x. */
export function comparePlaces(a: Triple, b: Triple): number {
  return a[2] - b[2] || a[1] - b[1] || a[0] - b[0];
}
