import type { Block, PlaceGrid } from "../encoder/encoder.js";

/** How far from a place blankness is looked for, in voxels along x and y. */
const REACH = 12;
/** The share of voxels without a value that makes a place blank. */
const MOSTLY = 0.5;
/** A contrast below this share of the range of grey values is that of nothing: resin, or filled-in grey. */
const LEAST_CONTRAST = 1 / 256;

/**
 * Whether there is nothing to see at each place: most voxels around it in its section are black or saturated, as outside of the
 * tissue and in lost sections, or all have about one value.
 * @returns 1 for a blank place, x fastest
 */
export function blankPlaces(
  { size, voxels, largestValue }: Block,
  { first, stride, count }: PlaceGrid,
): Uint8Array {
  const blank = new Uint8Array(count[0] * count[1] * count[2]);
  let place = 0;
  for (let k = 0; k < count[2]; k++)
    for (let j = 0; j < count[1]; j++)
      for (let i = 0; i < count[0]; i++, place++) {
        const x = first[0] + i * stride[0];
        const y = first[1] + j * stride[1];
        const z = first[2] + k * stride[2];
        const x1 = Math.min(x + REACH + 1, size[0]);
        const y1 = Math.min(y + REACH + 1, size[1]);
        const x0 = Math.max(0, x - REACH);
        let empty = 0;
        let sum = 0;
        let squares = 0;
        let seen = 0;
        for (let row = Math.max(0, y - REACH); row < y1; row++) {
          const start = (z * size[1] + row) * size[0];
          for (let at = start + x0; at < start + x1; at++) {
            const value = voxels[at];
            if (value === 0 || value === largestValue) empty++;
            sum += value;
            squares += value * value;
            seen++;
          }
        }
        const mean = sum / seen;
        const contrast = Math.sqrt(Math.max(0, squares / seen - mean * mean));
        if (empty > MOSTLY * seen || contrast < LEAST_CONTRAST * largestValue)
          blank[place] = 1;
      }
  return blank;
}
