import type { VoxelArray } from "../../../neuroglancer/volume_source.js";
import type { Vec3 } from "../model/box.js";

/** Voxels in a flat array: voxel x,y,z stands at `offset + x*strides[0] + y*strides[1] + z*strides[2]`. */
export interface Strided {
  readonly data: VoxelArray;
  readonly offset: number;
  readonly strides: Vec3;
}

/** The strides of an array of this shape in which x is fastest. */
export function xFastest([x, y]: Vec3): Vec3 {
  return [1, x, x * y];
}

/** The same voxels counted from `voxel` on. */
export function from({ data, offset, strides }: Strided, voxel: Vec3): Strided {
  return { data, strides, offset: offset + dot(strides, voxel) };
}

/**
 * Copies a box of voxels from one array to another of the same type, both from their first voxel on.
 * @param shape the edges of the box
 */
export function copyVoxels(
  source: Strided,
  target: Strided,
  shape: Vec3,
): void {
  const [width, height, depth] = shape;
  // Whole rows are moved at once; only sources whose axes are permuted need a step a voxel.
  const rows = source.strides[0] === 1 && target.strides[0] === 1;
  for (let z = 0; z < depth; ++z)
    for (let y = 0; y < height; ++y) {
      const read = source.offset + dot(source.strides, [0, y, z]);
      const write = target.offset + dot(target.strides, [0, y, z]);
      if (rows)
        target.data.set(source.data.subarray(read, read + width), write);
      else
        for (let x = 0; x < width; ++x)
          target.data[write + x * target.strides[0]] =
            source.data[read + x * source.strides[0]];
    }
}

function dot(strides: Vec3, voxel: Vec3): number {
  return strides[0] * voxel[0] + strides[1] * voxel[1] + strides[2] * voxel[2];
}
