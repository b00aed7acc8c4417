import moduleBytes from "./projection.wat";

const pageBytes = 65536;
/** How many columns the matrix has. */
const columns = 64;

interface ProjectionExports {
  memory: WebAssembly.Memory;
  project: (
    from: number,
    width: number,
    rows: number,
    mean: number,
    matrix: number,
    to: number,
  ) => void;
}

let loaded: ProjectionExports | undefined;

function load(): ProjectionExports {
  const module = new WebAssembly.Module(moduleBytes);
  // What projection.wat exports.
  return new WebAssembly.Instance(module)
    .exports as unknown as ProjectionExports;
}

/**
 * Rows of features, less their mean, times a matrix, in WebAssembly: where places are near each other it is most of the work of an
 * encoder.
 * @param matrix a row of 64 numbers a feature
 * @returns 64 numbers a row
 */
export function projectedRows(
  features: Float32Array,
  mean: Float32Array,
  matrix: Float32Array,
): Float32Array<ArrayBuffer> {
  const width = mean.length;
  const rows = features.length / width;
  if (rows === 0) return new Float32Array(0);
  loaded ??= load();
  const { memory, project } = loaded;
  const means = 8 * matrix.length;
  const from = means + 8 * width;
  const to = from + features.byteLength;
  const missing = to + 4 * columns * rows - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  const { buffer } = memory;
  new Float64Array(buffer, 0, matrix.length).set(matrix);
  new Float64Array(buffer, means, width).set(mean);
  new Float32Array(buffer, from, features.length).set(features);
  project(from, width, rows, means, 0, to);
  return new Float32Array(buffer.slice(to, to + 4 * columns * rows));
}
