import type { Triple } from "../record.js";
import type { Block, PlaceGrid } from "./encoder.js";
import { FEATURES } from "./features.js";
import type { Rows } from "./linear.js";
import { patchFeatures, patchOf, type Look } from "./patch_features.js";
import type { Variant } from "./projection.js";
import { Random } from "./random.js";

/** How many places a box of the sample has along an axis, where one section counts and where three do. */
const PLACES = { cut: [16, 16, 1], three: [6, 6, 6] } as const;
/** From one place of a sample to the next, in pixels: nearer ones show nearly the same. */
const SPACING = { cut: 12, three: 8 } as const;
/** The most boxes of a sample. */
const BOXES = { cut: 64, three: 40 } as const;
/** A sample is at most so many times the volume. */
const OVERLAP = 2;

/** What else a patch could have looked like: averaged with its neighbour, and with noise. */
const LIKENESSES = [
  { isBetween: true, noise: 0.2 },
  { isBetween: false, noise: 0.55 },
] as const;

/** Noise is read from so many random numbers, a power of 2: drawing one for each voxel would take longer than all else. */
const DRAWS = 2 ** 16;

/** How much it counts that a place in the next section has the same signature: what lies there is mostly the same. */
const NEXT_WEIGHT = 0.3;

/** Boxes of voxels that an encoder is learned from. */
export interface SamplePlan {
  /** The size of a box, and the places in it. */
  readonly size: Triple;
  readonly places: PlaceGrid;
  /** The first voxel of each box. */
  readonly boxes: readonly Triple[];
}

/**
 * Chooses at random where a volume is looked at.
 * @param size of the volume in voxels; boxes that do not fit into it begin at 0
 */
export function planSample(size: Triple, look: Look, seed: number): SamplePlan {
  const random = new Random(seed);
  const count = PLACES[look.sections];
  const step = SPACING[look.sections] * look.factor;
  const patch = patchOf(look);
  const along = (axis: 0 | 1 | 2) => patch[axis] + (count[axis] - 1) * step;
  // With one section more, for the places in the next one.
  const box: Triple = [along(0), along(1), along(2) + 1];
  const middle = (axis: 0 | 1 | 2) => patch[axis] >> 1;
  const filling = size.reduce(
    (volume, length, axis) => volume * Math.max(1, length / box[axis]),
    1,
  );
  const length = Math.min(BOXES[look.sections], Math.ceil(OVERLAP * filling));
  const begin = (axis: 0 | 1 | 2) =>
    random.below(Math.max(1, size[axis] - box[axis] + 1));
  return {
    size: box,
    places: {
      first: [middle(0), middle(1), middle(2)],
      stride: [step, step, step],
      count,
    },
    boxes: Array.from({ length }, () => [begin(0), begin(1), begin(2)]),
  };
}

/** Places of a box, as they are and as they could have looked. */
export interface BoxSample {
  readonly places: Rows;
  /** In the order of `LIKENESSES`, and then in the next section. */
  readonly variants: readonly Rows[];
}

/**
 * Looks at the places of a box.
 * @param isLeftOut 1 for each place that is not to be learned from, x fastest
 * @param seed of the noise
 */
export function sampleBox(
  block: Block,
  places: PlaceGrid,
  isLeftOut: Uint8Array,
  look: Look,
  seed: number,
): BoxSample {
  const random = new Random(seed);
  const rowsOf = (seen: Block, grid = places): Rows =>
    keptRows(patchFeatures(seen, grid, look), isLeftOut);
  const [x, y, z] = places.first;
  return {
    places: rowsOf(block),
    variants: [
      ...LIKENESSES.map(({ isBetween, noise }) =>
        rowsOf(altered(block, isBetween ? [0, 1] : [0], noise, random)),
      ),
      rowsOf(block, { ...places, first: [x, y, z + 1] }),
    ],
  };
}

/** All boxes as one. */
export function joinSamples(samples: readonly BoxSample[]): {
  places: Rows;
  variants: Variant[];
} {
  return {
    places: joined(samples.map(({ places }) => places)),
    variants: [...LIKENESSES.map(() => 1), NEXT_WEIGHT].map((weight, i) => ({
      features: joined(samples.map(({ variants }) => variants[i])),
      weight,
    })),
  };
}

/**
 * A block, without its last section, whose voxels are means of those at some offsets along x and y, with noise.
 * @param noise its standard deviation, by that of the block
 */
function altered(
  { size: [width, height, depth], voxels, largestValue }: Block,
  offsets: readonly number[],
  noise: number,
  random: Random,
): Block {
  const amount = noise * deviation(voxels);
  const draws = Float32Array.from(
    { length: DRAWS },
    () => amount * random.normal(),
  );
  const size: Triple = [width, height, depth - 1];
  const result = voxels.slice(0, width * height * size[2]);
  for (let at = 0, row = 0; at < result.length; row++) {
    const first = random.below(DRAWS);
    for (let x = 0; x < width; x++, at++) {
      let sum = 0;
      for (const down of offsets)
        for (const along of offsets) {
          const isInside = x + along < width && (row % height) + down < height;
          sum += voxels[isInside ? at + along + down * width : at];
        }
      const value =
        sum / offsets.length ** 2 + draws[(first + x) & (DRAWS - 1)];
      result[at] = Math.min(largestValue, Math.max(0, Math.round(value)));
    }
  }
  return { size, voxels: result, largestValue };
}

function deviation(values: Uint8Array | Uint16Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

function keptRows({ width, data }: Rows, isLeftOut: Uint8Array): Rows {
  const kept = isLeftOut.reduce((count, out) => count + 1 - out, 0);
  const result = new Float32Array(kept * width);
  let to = 0;
  for (let row = 0; row < isLeftOut.length; row++) {
    if (isLeftOut[row]) continue;
    result.set(data.subarray(row * width, (row + 1) * width), to);
    to += width;
  }
  return { width, data: result };
}

function joined(parts: readonly Rows[]): Rows {
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const data = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { width: FEATURES, data };
}
