import type { DisjointUint64Sets } from "neuroglancer/unstable/util/disjoint_sets.js";

/** What becomes of sets of equivalent segments. */
export interface SetsChange {
  /** A segment of each set that is no more, or undefined for all of them. */
  readonly apart: BigUint64Array | undefined;
  /** The segments of the new sets, one set after the other; the first of each is the one whose id and colour all of it has. */
  readonly segments: BigUint64Array;
  /** How many of `segments` each new set has: two or more. */
  readonly sizes: Uint32Array;
}

/** The new sets as `SetsChange` has them. */
export function packSets(
  sets: readonly (readonly bigint[])[],
): Pick<SetsChange, "segments" | "sizes"> {
  return {
    segments: BigUint64Array.from(sets.flat()),
    sizes: Uint32Array.from(sets, ({ length }) => length),
  };
}

/** Where upstream keeps the id that a set has: the smallest of its segments, unless it is told another. */
interface WithRoots {
  /** The root of the set that a segment is in. */
  makeSet(segment: bigint): { min: bigint };
}

/**
 * Changes upstream's sets. Upstream has no way to make many sets at once, nor to choose the id of one: both are wanted, for a hundred
 * thousand merges are one change of what is drawn, and which segment a cell is called after is a person's choice.
 */
export function changeSets(
  sets: DisjointUint64Sets,
  { apart, segments, sizes }: SetsChange,
): void {
  if (apart === undefined) sets.clear();
  else for (const segment of apart) sets.deleteSet(segment);
  const roots = sets as unknown as WithRoots;
  let begin = 0;
  for (const size of sizes) {
    const main = segments[begin];
    for (let i = 1; i < size; ++i) sets.link(main, segments[begin + i]);
    roots.makeSet(main).min = main;
    begin += size;
  }
  // What is drawn is made anew where this is another than before; upstream does not know of another main.
  ++sets.generation;
}
