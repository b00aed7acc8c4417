/** Many records, made fast: for specs and benchmarks of what few do not reach. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Records } from "../record.js";

/** Where the signatures lie in their space. */
export type Scatter =
  /** Anywhere alike: the worst case of a search. */
  | "uniform"
  /** Near centres of different weight, as those of real volumes do, a few of them in one place exactly. */
  | "clustered";

const centres = 1000;

/**
 * Records whose places fill a block of voxels; see `placesInBlock`.
 * @param seed the same gives the same records
 * @param first the number of the first place: blocks of records with different numbers share none
 */
export function scatteredRecords(
  count: number,
  scatter: Scatter,
  seed: number,
  first = 0,
): Records {
  return {
    positions: placesInBlock(count, first),
    signatures: scatteredSignatures(count, scatter, seed),
  };
}

/**
 * Places that fill a block of voxels, 16 apart, x fastest.
 * @param first the number of the first one
 */
export function placesInBlock(
  count: number,
  first: number,
): Uint32Array<ArrayBuffer> {
  const positions = new Uint32Array(3 * count);
  const side = 1024;
  for (let i = 0; i < count; i++) {
    const place = first + i;
    positions[3 * i] = 16 * (place % side);
    positions[3 * i + 1] = 16 * (Math.floor(place / side) % side);
    positions[3 * i + 2] = 16 * Math.floor(place / side / side);
  }
  return positions;
}

/** @param seed the same gives the same signatures */
export function scatteredSignatures(
  count: number,
  scatter: Scatter,
  seed: number,
): BigUint64Array<ArrayBuffer> {
  const random = xoroshiro128plus(seed);
  const halves = new Uint32Array(2 * count);
  if (scatter === "uniform") {
    for (let i = 0; i < halves.length; i++) halves[i] = random.next();
    return new BigUint64Array(halves.buffer);
  }
  // The centres are the same whatever the seed, so that all the segments of an index share them.
  const fixed = xoroshiro128plus(1);
  const centre = Uint32Array.from({ length: 2 * centres }, () => fixed.next());
  for (let i = 0; i < count; i++) {
    const draw = random.next() >>> 0;
    // The lower the number, the heavier: the first has about 3 % of all, the last hardly any.
    const own = Math.floor(centres * (draw / 2 ** 32) ** 2);
    halves[2 * i] = centre[2 * own];
    halves[2 * i + 1] = centre[2 * own + 1];
    for (let flips = (random.next() >>> 0) % 14; flips > 0; flips--) {
      const bit = (random.next() >>> 0) % 64;
      halves[2 * i + (bit >> 5)] ^= 1 << (bit & 31);
    }
  }
  return new BigUint64Array(halves.buffer);
}
