// Signatures as those of a real volume: places of real sections, as the encoder sees them, each many times over with noise.
import type { LearnedEncoder } from "../encoder/learned_encoder.js";
import { Random } from "../encoder/random.js";
import { BITS, signs } from "../encoder/projection.js";
import { fitEncoder } from "../encoder/testing/fitted_encoder.js";
import {
  readStack,
  sectionPart,
  STACK_SIZE,
} from "../encoder/testing/labelled_stack.js";

/** From one real place to the next, in voxels. */
const STRIDE = 8;
/** The noise of a value, by its standard deviation over the sections. */
const NOISE = 0.3;
/** Noise is read from so many random numbers, a power of 2. */
const DRAWS = 2 ** 20;

export class EmLike {
  private readonly rows: number;
  private readonly noise: Float32Array;

  /** @param values of places, 64 each: their signs are the bits */
  private constructor(private readonly values: Float32Array) {
    this.rows = values.length / BITS;
    const random = new Random(1);
    const deviations = deviationsOf(values);
    // A place's noise begins at any multiple of 64, so that each of its bits has its own deviation.
    this.noise = Float32Array.from(
      { length: DRAWS },
      (_, i) => NOISE * deviations[i % BITS] * random.normal(),
    );
  }

  /** @param folder of the labelled stacks: the encoder is learned from one, and sees the other */
  static of(folder: string): EmLike {
    const encoder = fitEncoder(readStack(folder, "stack2"));
    return new EmLike(valuesOf(encoder, folder));
  }

  /** @param seed the same gives the same signatures */
  signatures(count: number, seed: number): BigUint64Array<ArrayBuffer> {
    const random = new Random(seed);
    const data = new Float32Array(count * BITS);
    for (let to = 0; to < data.length; to += BITS) {
      const from = BITS * random.below(this.rows);
      const noise = BITS * random.below(DRAWS / BITS);
      for (let bit = 0; bit < BITS; bit++)
        data[to + bit] = this.values[from + bit] + this.noise[noise + bit];
    }
    return signs({ width: BITS, data });
  }
}

function deviationsOf(values: Float32Array): Float32Array {
  const rows = values.length / BITS;
  const sums = new Float64Array(BITS);
  const squares = new Float64Array(BITS);
  values.forEach((value, i) => {
    sums[i % BITS] += value;
    squares[i % BITS] += value * value;
  });
  return Float32Array.from(squares, (square, bit) =>
    Math.sqrt(square / rows - (sums[bit] / rows) ** 2),
  );
}

function valuesOf(encoder: LearnedEncoder, folder: string): Float32Array {
  const stack = readStack(folder, "stack1");
  const reach = encoder.patch[0];
  const [width, height, depth] = STACK_SIZE;
  const sections = Array.from({ length: depth }, (_, z) => {
    const section = sectionPart(
      stack,
      [-reach, -reach, z],
      width + 2 * reach,
      height + 2 * reach,
    );
    return encoder.values(section, {
      first: [reach, reach, 0],
      stride: [STRIDE, STRIDE, 1],
      count: [width / STRIDE, height / STRIDE, 1],
    }).data;
  });
  const values = new Float32Array(depth * sections[0].length);
  sections.forEach((data, z) => {
    values.set(data, z * data.length);
  });
  return values;
}
