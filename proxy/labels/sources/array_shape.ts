import type { Triple } from "../../../testdata/precomputed/scales.js";
import type { LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";
import { bytesOfType } from "./label_voxels.js";
import type { SourceBounds } from "./label_source.js";

/**
 * The size of an array of z, y, x.
 * @param name of what says it, for messages
 * @throws LabelsError where the array has other dimensions, or is larger than what is taken
 */
export function shapeOf(
  name: string,
  axes: readonly number[],
  type: LabelType,
  bounds: SourceBounds,
): Triple {
  const text = `[${axes.join(", ")}]`;
  // Programs put axes of length 1 before those of a volume: time and channel.
  const own = axes.slice(0, -3).every((n) => n === 1) ? axes.slice(-3) : axes;
  if (own.length !== 3 || !own.every((n) => Number.isSafeInteger(n) && n > 0))
    throw new LabelsError(
      `${name}: the shape is ${text}, expected three lengths above 0: z, y, x`,
    );
  const [z, y, x] = own;
  if (x * y * z > bounds.voxels)
    throw new LabelsError(
      `${name}: the shape is ${text}, ${x * y * z} voxels, expected at most ${bounds.voxels}`,
    );
  if (x * y * bytesOfType(type) > bounds.bytes)
    throw new LabelsError(
      `${name}: the shape is ${text}, a section of ${x * y * bytesOfType(type)} bytes, expected at most ${bounds.bytes}: bring it in parts`,
    );
  return [x, y, z];
}
