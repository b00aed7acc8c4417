// What the search is measured beside: pixels themselves, and the perceptual hash of them.
import type { Block } from "../encoder.js";

/** The side of the patch that pixels are compared in, in voxels, and of its thumbnails. */
export const PIXEL_SIDE = 96;
const PIXELS = 32;
const PIXELS_COMPARED = 16;
/** The side of the corner of low frequencies that the perceptual hash keeps. */
const FREQUENCIES = 8;

/** The thumbnail of the patch around the voxel (x, y) of a section: means of square cells. */
function thumbnail(
  { size, voxels }: Block,
  x: number,
  y: number,
  pixels: number,
): Float32Array {
  const cell = PIXEL_SIDE / pixels;
  const result = new Float32Array(pixels * pixels);
  for (let row = 0, to = 0; row < pixels; row++)
    for (let column = 0; column < pixels; column++, to++) {
      let sum = 0;
      for (let j = 0; j < cell; j++)
        for (let i = 0; i < cell; i++)
          sum +=
            voxels[
              (y - PIXEL_SIDE / 2 + row * cell + j) * size[0] +
                x -
                PIXEL_SIDE / 2 +
                column * cell +
                i
            ];
      result[to] = sum / (cell * cell);
    }
  return result;
}

/** The pixels of a thumbnail, for comparison by their Euclidean distance. */
export function rawPixels(section: Block, x: number, y: number): Float32Array {
  return thumbnail(section, x, y, PIXELS_COMPARED);
}

const cosines = Array.from({ length: FREQUENCIES }, (_, frequency) =>
  Float64Array.from({ length: PIXELS }, (_, i) =>
    Math.cos((Math.PI / PIXELS) * (i + 0.5) * frequency),
  ),
);

/**
 * The perceptual hash: whether each of the lowest 8 x 8 frequencies of the cosine transform of a thumbnail of 32 x 32 pixels is above
 * their median. Source: Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010).
 */
export function perceptualHash(section: Block, x: number, y: number): bigint {
  const pixels = thumbnail(section, x, y, PIXELS);
  const across = cosines.map((wave) =>
    Float64Array.from({ length: PIXELS }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < PIXELS; i++)
        sum += wave[i] * pixels[row * PIXELS + i];
      return sum;
    }),
  );
  const frequencies = cosines.flatMap((wave) =>
    across.map((column) =>
      column.reduce((sum, value, row) => sum + wave[row] * value, 0),
    ),
  );
  // The mean brightness, which comes first, is far above all others.
  const sorted = frequencies.slice(1).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  return frequencies.reduce(
    (hash, value, bit) => (value > median ? hash | (1n << BigInt(bit)) : hash),
    0n,
  );
}
