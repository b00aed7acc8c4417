import moduleBytes from "./window_means.wat";

const pageBytes = 65536;
/** What vectors of four pixels may reach beyond the last, in bytes. */
const room = 16;

interface WindowExports {
  memory: WebAssembly.Memory;
  means: (
    from: number,
    width: number,
    columns: number,
    rows: number,
    stepX: number,
    stepY: number,
    weights: number,
    reach: number,
    scratch: number,
    to: number,
  ) => void;
}

let loaded: WindowExports | undefined;

function load(): WindowExports {
  const module = new WebAssembly.Module(moduleBytes);
  // What window_means.wat exports.
  return new WebAssembly.Instance(module).exports as unknown as WindowExports;
}

/** Where windows are laid on a plane. */
export interface WindowLayout {
  /** Of the plane, in pixels. */
  readonly width: number;
  /** The pixel at the top left of the first window, by its index. */
  readonly begin: number;
  readonly stride: readonly [number, number];
  readonly count: readonly [number, number];
}

/**
 * Means under windows, in WebAssembly: they are nearly all of the work of an encoder.
 * @param weights of a window at distance 0, 1, 2… from its middle; at least two
 * @returns a mean a window, row after row
 */
export function meansUnder(
  pixels: Float32Array,
  weights: Float32Array,
  { width, begin, stride, count }: WindowLayout,
): Float32Array<ArrayBuffer> {
  loaded ??= load();
  const { memory, means } = loaded;
  const source = weights.byteLength + room;
  const scratch = source + pixels.byteLength + room;
  const to = scratch + 4 * width + room;
  const places = count[0] * count[1];
  const missing = to + 4 * places + room - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  new Float32Array(memory.buffer, 0, weights.length).set(weights);
  new Float32Array(memory.buffer, source, pixels.length).set(pixels);
  means(
    source + 4 * begin,
    width,
    count[0],
    count[1],
    stride[0],
    stride[1],
    0,
    weights.length - 1,
    scratch,
    to,
  );
  return new Float32Array(memory.buffer.slice(to, to + 4 * places));
}
