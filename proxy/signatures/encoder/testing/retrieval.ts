// How good a search is, by places whose right answers are known.
import type { Triple } from "../../record.js";
import { VOXEL_SIZE, voxelAt, type Profile } from "./labelled_stack.js";

/** How many matches are judged. */
const MATCHES = 20;
/** Matches are at least so far apart, and at least so far from the query: pixels of a section, which are lengths in the volume. */
const APART = 40 * VOXEL_SIZE[0];
const FROM_QUERY = 100 * VOXEL_SIZE[0];

/** How many of the nearest places are looked at for them: enough for 20, as the caller is told otherwise. */
const LOOKED_AT = 10_000;

/** Distances of all places of a database from a query; smaller is more alike. */
export type Distances = ArrayLike<number>;

const nm = ([x, y, z]: Triple): Triple => [
  x * VOXEL_SIZE[0],
  y * VOXEL_SIZE[1],
  z * VOXEL_SIZE[2],
];

const isWithin = (a: Triple, b: Triple, distance: number): boolean =>
  (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2 < distance ** 2;

/**
 * The share of the first 20 matches that lie in objects of the query's class. Left out are all places of the query's own object,
 * however far away, and all within 100 pixels of the query; matches are 40 pixels apart; of equal distances the first place counts.
 * @param places of the database, and the objects of the query's class by voxel
 */
export function precision(
  distances: Distances,
  places: readonly Triple[],
  objects: Uint16Array,
  query: Profile,
): number {
  const middle = nm(query.place);
  const limit =
    Float32Array.from(distances).sort()[Math.min(LOOKED_AT, places.length) - 1];
  const order = Array.from(places.keys())
    .filter((index) => distances[index] <= limit)
    .sort((a, b) => distances[a] - distances[b] || a - b);
  const accepted: Triple[] = [];
  let right = 0;
  for (const index of order) {
    const object = objects[voxelAt(places[index])];
    const place = nm(places[index]);
    if (object === query.object || isWithin(place, middle, FROM_QUERY))
      continue;
    if (accepted.some((other) => isWithin(place, other, APART))) continue;
    accepted.push(place);
    if (object !== 0) right++;
    if (accepted.length === MATCHES) return right / MATCHES;
  }
  throw new Error(
    `${accepted.length} matches among the nearest ${LOOKED_AT} places, expected ${MATCHES}`,
  );
}

/** Whether the nearest place (of equal ones the first) is the query's own, or one of its neighbours on the grid. */
export function isFoundFirst(
  distances: Distances,
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

/** The Hamming distances of one signature from many. */
export function hammingDistances(
  signatures: BigUint64Array<ArrayBuffer>,
  query: bigint,
): Uint8Array {
  const words = new Uint32Array(signatures.buffer);
  const low = Number(query & 0xffff_ffffn);
  const high = Number(query >> 32n);
  const distances = new Uint8Array(signatures.length);
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

/** The squared Euclidean distances of one row from many. */
export function squaredDistances(
  rows: Float32Array,
  query: Float32Array,
): Float32Array {
  const width = query.length;
  const distances = new Float32Array(rows.length / width);
  for (let row = 0, at = 0; row < distances.length; row++) {
    let sum = 0;
    for (let i = 0; i < width; i++, at++) {
      const difference = rows[at] - query[i];
      sum += difference * difference;
    }
    distances[row] = sum;
  }
  return distances;
}
