/** How far one segmentation is from another, by their voxels. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** How many voxels lie in both a segment of one segmentation and one of another. */
export type Overlaps = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** The labels of a raw volume of 32 bits, as the shared test data has them. */
export function labelsIn(file: string): Uint32Array {
  const { buffer, byteOffset, byteLength } = gunzipSync(readFileSync(file));
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** The overlaps of two segmentations of the same voxels. */
export function overlapsOf(a: Uint32Array, b: Uint32Array): Overlaps {
  const overlaps = new Map<number, Map<number, number>>();
  for (let i = 0; i < a.length;) {
    const [x, y, from] = [a[i], b[i], i];
    while (i < a.length && a[i] === x && b[i] === y) i++;
    const of = overlaps.get(x) ?? new Map<number, number>();
    if (of.size === 0) overlaps.set(x, of);
    of.set(y, (of.get(y) ?? 0) + i - from);
  }
  return overlaps;
}

/** The parts of the variation of information, in bits: what is split and should not be, and what is one and should not be. */
export interface Variation {
  readonly split: number;
  readonly merged: number;
}

/**
 * The variation of information between a segmentation, after merges, and the true one (Meilă, "Comparing clusterings – an information
 * based distance", Journal of Multivariate Analysis 98, 2007).
 * @param overlaps of the segments with the true bodies
 * @param mainOf what a segment is a part of
 */
export function variationOf(
  overlaps: Overlaps,
  mainOf: (segment: number) => string,
): Variation {
  const joint = new Map<string, number>();
  const wholes = new Map<string, number>();
  const bodies = new Map<number, number>();
  let voxels = 0;
  const add = <Key>(counts: Map<Key, number>, key: Key, count: number) =>
    counts.set(key, (counts.get(key) ?? 0) + count);
  for (const [segment, of] of overlaps) {
    const main = mainOf(segment);
    for (const [body, count] of of) {
      add(joint, `${main} ${body}`, count);
      add(wholes, main, count);
      add(bodies, body, count);
      voxels += count;
    }
  }
  const entropy = (counts: ReadonlyMap<unknown, number>) => {
    let bits = 0;
    for (const count of counts.values()) {
      bits -= (count / voxels) * Math.log2(count / voxels);
    }
    return bits;
  };
  const both = entropy(joint);
  return { split: both - entropy(bodies), merged: both - entropy(wholes) };
}
