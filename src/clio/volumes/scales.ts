import type { VolumeScale } from "../../../neuroglancer/volume_source.js";
import { type Box, vec3 } from "../model/box.js";

/** Upstream keeps factors as 32-bit floats: an edge this close to a voxel's border lies on it. */
const tolerance = 1e-3;

/**
 * The voxels of a scale that a box touches.
 * @param box in voxels of the finest scale, the volume's offset included
 * @throws RangeError where an edge is no finite number
 */
export function boxAtScale(
  { factor, origin }: Pick<VolumeScale, "factor" | "origin">,
  { lower, upper }: Box,
): Box {
  if (![...lower, ...upper].every(Number.isFinite))
    throw new RangeError(
      `A box from ${lower.join()} to ${upper.join()} was asked for; expected finite numbers.`,
    );
  return {
    lower: vec3((axis) =>
      Math.floor((lower[axis] - origin[axis]) / factor[axis] + tolerance),
    ),
    upper: vec3((axis) =>
      Math.ceil((upper[axis] - origin[axis]) / factor[axis] - tolerance),
    ),
  };
}

/**
 * The coarsest scale whose voxels are not larger than wanted; the finest where all are. An axis that is no coarser than in the finest
 * scale does not count: sections of 40 nm must not forbid coarser pixels.
 * @param nanometres the largest edge of a voxel
 * @returns its index
 * @throws RangeError for a volume without a unit of length
 */
export function scaleFor(
  volume: {
    readonly name: string;
    readonly scales: readonly Pick<VolumeScale, "voxelSize">[];
  },
  nanometres: number,
): number {
  const finest = volume.scales[0].voxelSize;
  if (finest === undefined)
    throw new RangeError(
      `${volume.name} does not say how large its voxels are; choose a scale by its index.`,
    );
  const allowed = vec3(
    (axis) => Math.max(nanometres, finest[axis]) * (1 + tolerance),
  );
  return Math.max(
    0,
    volume.scales.findLastIndex(({ voxelSize }) =>
      voxelSize!.every((edge, axis) => edge <= allowed[axis]),
    ),
  );
}
