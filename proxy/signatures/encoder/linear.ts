import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Numbers in rows of equal length. */
export interface Rows {
  readonly width: number;
  readonly data: Float32Array;
}

/** How many rows there are. */
export function rowCount({ width, data }: Rows): number {
  return data.length / width;
}

/** The mean of each column. */
export function columnMeans({ width, data }: Rows): Float64Array {
  const sums = new Float64Array(width);
  for (let at = 0; at < data.length; at += width)
    for (let i = 0; i < width; i++) sums[i] += data[at + i];
  return sums.map((sum) => (sum * width) / data.length);
}

/**
 * The second moments of the columns: the mean of the products of each with each. A loop of its own because a copy of all rows as a
 * matrix of 64 bits would take ten times their memory.
 */
export function moments({ width, data }: Rows): Matrix {
  const sums = new Float64Array(width * width);
  for (let at = 0; at < data.length; at += width)
    for (let i = 0; i < width; i++) {
      const value = data[at + i];
      const row = i * width;
      for (let j = 0; j <= i; j++) sums[row + j] += value * data[at + j];
    }
  const scale = width / data.length;
  const result = Matrix.zeros(width, width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      const value = sums[i * width + j] * scale;
      result.set(i, j, value);
      result.set(j, i, value);
    }
  return result;
}

/** The product of each row with a matrix. */
export function project(rows: Rows, matrix: Matrix): Rows {
  const { width, data } = rows;
  const columns = matrix.columns;
  const flat = Float64Array.from(matrix.to1DArray());
  const result = new Float32Array(rowCount(rows) * columns);
  const sums = new Float64Array(columns);
  for (let from = 0, to = 0; from < data.length; from += width, to += columns) {
    sums.fill(0);
    for (let i = 0; i < width; i++) {
      const value = data[from + i];
      const row = i * columns;
      for (let j = 0; j < columns; j++) sums[j] += value * flat[row + j];
    }
    result.set(sums, to);
  }
  return { width: columns, data: result };
}

/** Eigenvectors of a symmetric matrix. */
export interface Eigen {
  /** From large to small. */
  readonly values: number[];
  /** In columns, in the order of the values. */
  readonly vectors: Matrix;
}

/** The eigenvalues and eigenvectors of a symmetric matrix. */
export function eigenOf(symmetric: Matrix): Eigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    symmetric,
    { assumeSymmetric: true },
  );
  const order = [...realEigenvalues.keys()].sort(
    (a, b) => realEigenvalues[b] - realEigenvalues[a],
  );
  return {
    values: order.map((i) => realEigenvalues[i]),
    vectors: eigenvectorMatrix.subMatrixColumn(order),
  };
}
