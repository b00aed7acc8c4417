// The distances of all places of a database from a query, by which a search is judged; smaller is more alike.
import type { Triple } from "../../record.js";

/** The Hamming distances of one signature from many. */
export function hammingDistances(
  signatures: BigUint64Array<ArrayBuffer>,
  query: bigint,
): Float32Array {
  const words = new Uint32Array(signatures.buffer);
  const low = Number(query & 0xffff_ffffn);
  const high = Number(query >> 32n);
  const distances = new Float32Array(signatures.length);
  for (let i = 0; i < distances.length; i++)
    distances[i] = ones(words[2 * i] ^ low) + ones(words[2 * i + 1] ^ high);
  return distances;
}

/** How many bits of a word are 1. Source: Warren, "Hacker's Delight" (2012), 5-1. */
function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x5555_5555);
  n = (n & 0x3333_3333) + ((n >>> 2) & 0x3333_3333);
  n = (n + (n >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(n, 0x0101_0101) >>> 24;
}

/** The squared Euclidean distances of one row from many. @param query its length is a multiple of 4 */
export function squaredDistances(
  rows: Float32Array,
  query: Float32Array,
): Float32Array {
  const width = query.length;
  const distances = new Float32Array(rows.length / width);
  for (let row = 0, at = 0; row < distances.length; row++) {
    // Four sums, none of which waits for another: half the time.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < width; i += 4, at += 4) {
      a += (rows[at] - query[i]) ** 2;
      b += (rows[at + 1] - query[i + 1]) ** 2;
      c += (rows[at + 2] - query[i + 2]) ** 2;
      d += (rows[at + 3] - query[i + 3]) ** 2;
    }
    distances[row] = a + b + c + d;
  }
  return distances;
}

/** Of each place, the distance from the query that is nearest to it. */
export function nearestOf(queries: readonly Float32Array[]): Float32Array {
  const nearest = queries[0].slice();
  for (const distances of queries.slice(1))
    for (let i = 0; i < nearest.length; i++)
      if (distances[i] < nearest[i]) nearest[i] = distances[i];
  return nearest;
}

/**
 * Distances by which the nearest are in the order of others, and all else comes after them as it was.
 * @param count of the nearest; of equally distant ones the first
 * @param finer the distances that order them, of squares
 */
export function reranked(
  distances: Float32Array,
  finer: Float32Array,
  count: number,
): Float32Array {
  const behind = finer.reduce((most, value) => Math.max(most, value), 0) + 1;
  const result = distances.map((distance) => behind + distance);
  for (const index of nearestFirst(distances, count).subarray(0, count))
    result[index] = finer[index];
  return result;
}

/**
 * The numbers of the nearest places, from the nearest on; of equal distances the first counts.
 * @param count how many at least, and at most all there are; more come where distances are nearly equal
 */
export function nearestFirst(
  distances: Float32Array,
  count: number,
): Uint32Array {
  // Numbers that are not negative are in the order of their bits, so that they are sorted without a comparison by hand.
  const bits = new Uint32Array(distances.buffer, distances.byteOffset);
  const farthest = kthSmallest(bits, count);
  const { length } = bits;
  const keys = new Float64Array(bits.filter((key) => key <= farthest).length);
  let to = 0;
  for (let i = 0; i < length; i++)
    if (bits[i] <= farthest) keys[to++] = bits[i] * length + i;
  keys.sort();
  return Uint32Array.from(keys, (key) => key % length);
}

/** A number that at least `count` keys do not exceed, and not many more. */
function kthSmallest(keys: Uint32Array, count: number): number {
  const shift = 15;
  const counts = new Uint32Array(2 ** (32 - shift));
  for (const key of keys) counts[key >>> shift]++;
  let within = 0;
  const bucket = counts.findIndex((some) => (within += some) >= count);
  return (bucket + 1) * 2 ** shift - 1;
}

/** Whether the nearest place (of equal ones the first) is the query's own, or one of its neighbours on the grid. */
export function isFoundFirst(
  distances: Float32Array,
  places: readonly Triple[],
  own: Triple,
  stride: number,
): boolean {
  let nearest = 0;
  for (let i = 1; i < places.length; i++)
    if (distances[i] < distances[nearest]) nearest = i;
  const [x, y, z] = places[nearest];
  return (
    z === own[2] &&
    Math.abs(x - own[0]) <= stride &&
    Math.abs(y - own[1]) <= stride
  );
}
