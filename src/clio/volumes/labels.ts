import type {
  VolumeScale,
  VolumeSource,
} from "../../../neuroglancer/volume_source.js";
import { type Vec3, vec3 } from "../model/box.js";
import { boxOfCell, groupByChunk } from "./chunk_grid.js";
import { type ReadOptions, readChunks } from "./read_chunks.js";

/**
 * The segment ids at some places, read at the finest scale. Each chunk is fetched once, however many places lie in it.
 * @param positions in voxels of the volume's finest scale, its offset included; a fraction lies in the voxel that it is a part of.
 *   A segmentation may be coarser than the dataset: its `scales[0].voxelSize` tells.
 * @returns an id for each position: 0n is the volume's background, undefined a position outside of the volume
 * @throws ChunkReadError where a chunk cannot be read; RangeError for a volume or a position that cannot have an id
 */
export async function labelsAt(
  volume: VolumeSource,
  positions: readonly Vec3[],
  { signal }: ReadOptions = {},
): Promise<(bigint | undefined)[]> {
  if (volume.dataType === "float32")
    throw new RangeError(
      `${volume.name} holds float32 values; segment ids are whole numbers.`,
    );
  signal?.throwIfAborted();
  const [finest] = volume.scales;
  const voxels = positions.map((position, index) =>
    voxelAt(finest, position, index),
  );
  const labels = new Array<bigint | undefined>(positions.length).fill(
    undefined,
  );
  await readChunks(
    volume,
    finest,
    groupByChunk(finest, voxels),
    (chunk, { cell, indices }) => {
      const { lower } = boxOfCell(finest, cell);
      for (const index of indices) {
        const [x, y, z] = voxels[index];
        const value = chunk.valueAt(x - lower[0], y - lower[1], z - lower[2]);
        // Upstream widens signed ids as GLSL does: -1 is the id 2^64 - 1.
        labels[index] = BigInt.asUintN(64, BigInt(value));
      }
    },
    signal,
  );
  return labels;
}

/** The voxel of a scale that holds the centre of a voxel of the finest scale. */
function voxelAt(scale: VolumeScale, position: Vec3, index: number): Vec3 {
  if (!position.every(Number.isFinite))
    throw new RangeError(
      `Position ${index} is ${position.join()}; expected three finite numbers.`,
    );
  return vec3((axis) =>
    Math.floor(
      (Math.floor(position[axis]) + 0.5 - scale.origin[axis]) /
        scale.factor[axis],
    ),
  );
}
