// The surroundings of a place as another section would show them: turned, mirrored, in other grey values, and with noise.
import type { Triple } from "../../record.js";
import type { Block } from "../encoder.js";
import type { Random } from "../random.js";
import { sectionPart } from "./labelled_stack.js";

/** How a patch is altered. */
export interface Turn {
  /** In radians, around the middle of the patch. */
  readonly angle: number;
  readonly isMirrored: boolean;
  readonly gain: number;
  readonly offset: number;
  /** The standard deviation of the noise, in grey values. */
  readonly noise: number;
}

/**
 * A patch of one section around a place, altered, with bilinear interpolation, rounded and cut off as grey values of 8 bits are.
 * @param side of the patch in voxels; the place becomes the voxel at side >> 1 along both axes
 */
export function turnedPatch(
  stack: Block,
  [x, y, z]: Triple,
  side: number,
  turn: Turn,
  random: Random,
): Block {
  // What of the section any rotation of the patch can reach.
  const reach = Math.ceil(side * Math.SQRT1_2) + 2;
  const around = sectionPart(
    stack,
    [x - reach, y - reach, z],
    2 * reach + 1,
    2 * reach + 1,
  );
  const width = around.size[0];
  const { angle, isMirrored, gain, offset, noise } = turn;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const middle = side >> 1;
  const voxels = new Uint8Array(side * side);
  for (let row = 0, to = 0; row < side; row++)
    for (let column = 0; column < side; column++, to++) {
      const along = isMirrored ? middle - column : column - middle;
      const down = row - middle;
      const u = reach + cos * along - sin * down;
      const v = reach + sin * along + cos * down;
      const at = Math.floor(v) * width + Math.floor(u);
      const a = u - Math.floor(u);
      const b = v - Math.floor(v);
      const grey =
        (1 - b) * ((1 - a) * around.voxels[at] + a * around.voxels[at + 1]) +
        b *
          ((1 - a) * around.voxels[at + width] +
            a * around.voxels[at + width + 1]);
      const value = gain * grey + offset + noise * random.normal();
      voxels[to] = Math.min(255, Math.max(0, Math.round(value)));
    }
  return { size: [side, side, 1], voxels, largestValue: 255 };
}
