import { Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { project, rowCount, type Rows } from "./linear.js";
import type { Random } from "./random.js";

/** After this many rounds the bits change no more than the sample is random. */
const ROUNDS = 40;

/**
 * The rotation after which the signs of the columns say the most about the rows. Source: Gong and Lazebnik, "Iterative
 * Quantization" (2011), here with more columns than the rows have numbers.
 * @param rows centred, of columns of about equal weight
 * @param bits at least as many as the rows have numbers
 * @returns a matrix with orthogonal rows, a column a bit
 */
export function quantizingRotation(
  rows: Rows,
  bits: number,
  random: Random,
): Matrix {
  const start = Matrix.zeros(bits, rows.width).apply(function fill(
    this: Matrix,
    i,
    j,
  ) {
    this.set(i, j, random.normal());
  });
  let rotation = new QrDecomposition(start).orthogonalMatrix.transpose();
  for (let round = 0; round < ROUNDS; round++) {
    const towards = signsTimesRows(project(rows, rotation), rows);
    const { leftSingularVectors: left, rightSingularVectors: right } =
      new SingularValueDecomposition(towards, { autoTranspose: true });
    rotation = right.mmul(left.transpose());
  }
  return rotation;
}

/** sign(a)ᵀ b. */
function signsTimesRows(a: Rows, b: Rows): Matrix {
  const { width } = b;
  const sums = new Float64Array(a.width * width);
  const count = rowCount(a);
  for (let row = 0; row < count; row++) {
    const at = row * width;
    for (let i = 0; i < a.width; i++) {
      const to = i * width;
      if (a.data[row * a.width + i] > 0)
        for (let j = 0; j < width; j++) sums[to + j] += b.data[at + j];
      else for (let j = 0; j < width; j++) sums[to + j] -= b.data[at + j];
    }
  }
  return Matrix.from1DArray(a.width, width, sums);
}
