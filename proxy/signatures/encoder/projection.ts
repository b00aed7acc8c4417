import { Matrix } from "ml-matrix";
import {
  columnMeans,
  eigenOf,
  moments,
  project,
  rowCount,
  type Rows,
} from "./linear.js";
import { projectedRows } from "./projection_kernel.js";
import type { Random } from "./random.js";
import { quantizingRotation } from "./rotation.js";

/** How many bits a signature has. */
export const BITS = 64;

/** What makes a signature of features: bit i is whether (features - mean) · column i of the matrix is above 0. */
export interface Projection {
  readonly mean: Float32Array;
  /** A row a feature, a column a bit; row after row. */
  readonly matrix: Float32Array;
}

/** The same places, seen in some other way that is not to change their signatures. */
export interface Variant {
  /** In the order of the places. */
  readonly features: Rows;
  /** How much it counts that its differences vanish. */
  readonly weight: number;
}

/** How much of the variance of a feature counts as random in any case, so that none is trusted without bounds. */
const FLOOR = 0.05;
/** Directions are divided by this power of their ratio of variances: between not at all (0) and to equal weight (0.5). */
const WHITENING = 0.1;
/** How many directions are kept, of which the bits are made: fewer, so that several bits say what matters most. */
const DIRECTIONS = 40;
/** How many rows the rotation is learned from. */
const ROTATION_ROWS = 8_000;

/**
 * Learns from unlabelled places: the directions in which places differ most, compared with how much the same place differs from
 * itself when it is seen otherwise, and then the rotation of these that loses least when only signs are kept. Source: linear
 * discriminant analysis (Fisher 1936; Rao 1948) with a place and its variants for a class, and iterative quantization.
 * @param places features of places that stand for the volume
 */
export function learnProjection(
  places: Rows,
  variants: readonly Variant[],
  random: Random,
): Projection {
  const mean = columnMeans(places);
  const centred = {
    ...places,
    data: places.data.map((value, i) => value - mean[i % places.width]),
  };
  const all = moments(centred);
  const within = Matrix.diag(
    all.diagonal().map((variance) => FLOOR * variance + Number.EPSILON),
  );
  for (const { features, weight } of variants) {
    const differences = {
      ...places,
      data: places.data.map((value, i) => value - features.data[i]),
    };
    within.add(moments(differences).mul(weight / 2));
  }
  const directions = discriminants(all, within);
  const stride = Math.ceil(rowCount(places) / ROTATION_ROWS);
  const rotation = quantizingRotation(
    project(everyNth(centred, stride), directions),
    BITS,
    random,
  );
  return {
    mean: Float32Array.from(mean),
    matrix: Float32Array.from(directions.mmul(rotation).to1DArray()),
  };
}

/** The columns v for which (vᵀ all v) / (vᵀ within v) is largest, weighted by it. */
function discriminants(all: Matrix, within: Matrix): Matrix {
  const { values, vectors } = eigenOf(within);
  const whitening = vectors.mulRowVector(
    values.map((value) => 1 / Math.sqrt(value)),
  );
  const between = eigenOf(whitening.transpose().mmul(all).mmul(whitening));
  const kept = between.values.slice(0, DIRECTIONS);
  return whitening
    .mmul(between.vectors.subMatrix(0, all.rows - 1, 0, DIRECTIONS - 1))
    .mulRowVector(kept.map((ratio) => ratio ** -WHITENING));
}

function everyNth(rows: Rows, n: number): Rows {
  const { width, data } = rows;
  const kept = Math.ceil(rowCount(rows) / n);
  const result = new Float32Array(kept * width);
  for (let i = 0; i < kept; i++)
    result.set(data.subarray(i * n * width, (i * n + 1) * width), i * width);
  return { width, data: result };
}

/** The real values whose signs are the bits of signatures, a row a row of features. */
export function projected({ data }: Rows, { mean, matrix }: Projection): Rows {
  return { width: BITS, data: projectedRows(data, mean, matrix) };
}

/** The signatures of rows of real values. */
export function signs({ data }: Rows): BigUint64Array<ArrayBuffer> {
  const words = new Uint32Array(data.length / 32);
  for (let i = 0; i < data.length; i++)
    if (data[i] > 0) words[i >> 5] |= 1 << (i & 31);
  return new BigUint64Array(words.buffer);
}
