import type { VoxelPosition } from "./annotation.js";
import type { MergeRecord } from "./merge.js";
import { MergeSets } from "./merge_sets.js";

/** Two segments that were decided to be one: that which gives the whole its id, and that which was merged onto it. */
export type MergePair = readonly [onto: bigint, merged: bigint];

/** What pairs come to beside the decisions that there are. */
export interface NewPairs {
  /** Those that say something new, in their order. */
  readonly pairs: readonly MergePair[];
  /** How many are of a segment and itself. */
  readonly selves: number;
  /** How many were decided already, or stand more than once among the pairs, whichever segment is named first. */
  readonly repeated: number;
}

/** Sorts out of pairs what is new beside `decisions`. Pairs that close a circle are kept: each was decided by itself. */
export function newPairs(
  pairs: readonly MergePair[],
  decisions: Iterable<Pick<MergeRecord, "onto" | "merged">>,
): NewPairs {
  const known = new Set<string>();
  for (const { onto, merged } of decisions) {
    known.add(nameOf(BigInt(onto), BigInt(merged)));
  }
  const found: MergePair[] = [];
  let selves = 0;
  let repeated = 0;
  for (const pair of pairs) {
    const [onto, merged] = pair;
    const name = nameOf(onto, merged);
    if (onto === merged) selves += 1;
    else if (known.has(name)) repeated += 1;
    else found.push(pair);
    known.add(name);
  }
  return { pairs: found, selves, repeated };
}

/** Pairs that make the first segment of each list the one that gives all of it its id. A list of one says nothing. */
export function pairsOfSets(sets: readonly (readonly bigint[])[]): MergePair[] {
  return sets.flatMap(([main, ...others]) =>
    others.map((id): MergePair => [main, id]),
  );
}

/** A name of an act for each of the pairs: the same for all that become one by them. */
export function actsOf(pairs: readonly MergePair[]): string[] {
  const sets = new MergeSets();
  pairs.forEach(([onto, merged], i) => {
    const ends = { onto: String(onto), merged: String(merged) };
    sets.put({ id: String(i), act: "", created: i, ...ends });
  });
  const acts = new Map<bigint, string>();
  return pairs.map(([onto]) => {
    const main = sets.mainOf(onto);
    const act = acts.get(main) ?? crypto.randomUUID();
    acts.set(main, act);
    return act;
  });
}

/**
 * Decisions out of pairs, newer than all that they join: else another main would come of it, as the clock of another device may have been
 * ahead of ours.
 * @param sets what was decided before
 * @param now in milliseconds since 1970
 * @param position where it was decided
 */
export function decisionsOf(
  pairs: readonly MergePair[],
  sets: MergeSets,
  user: string,
  now: number,
  position?: VoxelPosition,
): MergeRecord[] {
  const created = pairs
    .flat()
    .reduce(
      (latest, id) => Math.max(latest, (sets.newestOf(id)?.created ?? 0) + 1),
      now,
    );
  // Of the same moment, decisions are in the order of their ids.
  const ids = pairs.map(() => crypto.randomUUID()).sort();
  const acts = actsOf(pairs);
  return pairs.map(([onto, merged], i) => ({
    id: ids[i],
    kind: "merge",
    onto: String(onto),
    merged: String(merged),
    act: acts[i],
    ...(position !== undefined && { position }),
    description: "",
    user,
    created,
    modified: created,
  }));
}

function nameOf(a: bigint, b: bigint): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
