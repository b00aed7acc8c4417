import type { Plane } from "./gaussian.js";
import type { Block } from "./encoder.js";

/** How the sections of a block lie: which of its axes run along their rows and columns, and which from one to the next. */
export interface Orientation {
  readonly along: 0 | 1 | 2;
  readonly down: 0 | 1 | 2;
  readonly across: 0 | 1 | 2;
}

/** The sections as they were cut. */
export const CUT: readonly Orientation[] = [{ along: 0, down: 1, across: 2 }];

/** Those and the two that stand on them. */
export const THREE: readonly Orientation[] = [
  ...CUT,
  { along: 0, down: 2, across: 1 },
  { along: 1, down: 2, across: 0 },
];

/**
 * A section of a block, its pixels averages of `factor` x `factor` voxels and of values from 0 to 1.
 * @param at its place on the axis across
 * @param first the voxel along and down that the first pixel begins at
 * @param size of the section in pixels
 */
export function sectionOf(
  { size, voxels, largestValue }: Block,
  { along, down, across }: Orientation,
  at: number,
  factor: number,
  first: readonly [number, number],
  [width, height]: readonly [number, number],
): Plane {
  const steps = [1, size[0], size[0] * size[1]];
  const data = new Float32Array(width * height);
  const scale = 1 / (largestValue * factor * factor);
  const origin =
    at * steps[across] + first[0] * steps[along] + first[1] * steps[down];
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to++) {
      const corner = origin + factor * (x * steps[along] + y * steps[down]);
      let sum = 0;
      for (let j = 0; j < factor; j++)
        for (let i = 0; i < factor; i++)
          sum += voxels[corner + i * steps[along] + j * steps[down]];
      data[to] = sum * scale;
    }
  return { width, height, data };
}
