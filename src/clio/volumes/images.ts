import type {
  ChunkVoxels,
  VolumeSource,
  VoxelArray,
  Voxels,
} from "../../../neuroglancer/volume_source.js";
import {
  type Box,
  intersection,
  relativeTo,
  shapeOf,
  type Vec3,
  voxelCount,
} from "../model/box.js";
import { boxOfCell, cellsOf } from "./chunk_grid.js";
import { type ReadOptions, readChunks } from "./read_chunks.js";
import { boxAtScale } from "./scales.js";
import { copyVoxels, from, type Strided, xFastest } from "./strided.js";

/** The largest box that is read at once, in bytes: what a page can hold beside the viewer's own caches. */
export const imageByteLimit = 256 * 2 ** 20;

/** A box of voxels. */
export interface VolumeImage {
  /** x fastest, in the volume's data type. */
  readonly data: Voxels;
  readonly shape: Vec3;
  /** What `data` covers, in voxels of the scale that was read: every voxel that the asked box touches. */
  readonly box: Box;
  /** The part of `box` that lies in the volume; undefined where none does. The rest of `data` is the outside value. */
  readonly inside: Box | undefined;
  /** Index of the scale that was read. */
  readonly scale: number;
}

export interface ImageOptions extends ReadOptions {
  /** The value of voxels outside of the volume: a bigint for uint64 volumes, a number for the others; by default 0. */
  readonly outside?: number | bigint;
}

/**
 * The voxels of a box at one scale, put together from the chunks that it touches.
 * @param box in voxels of the volume's finest scale, its offset included; it may reach beyond the volume
 * @param scale index of the scale: see `scaleFor`
 * @throws ChunkReadError where a chunk cannot be read; RangeError for an unknown scale, and for an empty or too large box
 */
export async function imageAt(
  volume: VolumeSource,
  box: Box,
  scale: number,
  { outside, signal }: ImageOptions = {},
): Promise<VolumeImage> {
  if (!(scale in volume.scales))
    throw new RangeError(
      `${volume.name} has the scales 0 to ${volume.scales.length - 1}; scale ${scale} was asked for.`,
    );
  signal?.throwIfAborted();
  const level = volume.scales[scale];
  const covered = boxAtScale(level, box);
  const shape = shapeOf(covered);
  const data = newVoxels(volume, shape, scale);
  if (outside !== undefined) (data as VoxelArray).fill(outside);
  const target = { data, offset: 0, strides: xFastest(shape) };
  const tasks = cellsOf(level, covered).map((cell) => ({ cell }));
  await readChunks(
    volume,
    level,
    tasks,
    (chunk, { cell }) => {
      const cellBox = boxOfCell(level, cell);
      const inside = intersection(level.bounds, cellBox)!;
      const part = intersection(inside, covered)!;
      copyChunk(
        chunk,
        relativeTo(cellBox.lower, part),
        from(target, relativeTo(covered.lower, part).lower),
      );
    },
    signal,
  );
  const inside = intersection(level.bounds, covered);
  return { data, shape, box: covered, inside, scale };
}

function newVoxels(volume: VolumeSource, shape: Vec3, scale: number): Voxels {
  const count = voxelCount(shape);
  if (!(count > 0))
    throw new RangeError(
      `A box of ${shape.join(" x ")} voxels was asked of ${volume.name}; expected edges of at least one voxel.`,
    );
  const bytes = count * volume.bytesPerVoxel;
  if (bytes > imageByteLimit)
    throw new RangeError(
      `A box of ${shape.join(" x ")} voxels of ${volume.name} at scale ${scale} takes ${mebibytes(bytes)}; the limit is ${mebibytes(imageByteLimit)}. Read a smaller box or a coarser scale.`,
    );
  return volume.newVoxels(count);
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** Copies a box of a chunk to the first voxels of `target`. */
function copyChunk(chunk: ChunkVoxels, box: Box, target: Strided): void {
  const shape = shapeOf(box);
  if (chunk.raw !== undefined) {
    copyVoxels(from({ ...chunk.raw, offset: 0 }, box.lower), target, shape);
    return;
  }
  // Ids are held compressed: upstream decodes a whole chunk voxel by voxel too, so only those of the box are decoded.
  const [width, height, depth] = shape;
  const [left, top, front] = box.lower;
  const [, row, slice] = target.strides;
  for (let z = 0; z < depth; ++z)
    for (let y = 0; y < height; ++y) {
      const start = target.offset + y * row + z * slice;
      for (let x = 0; x < width; ++x)
        target.data[start + x] = chunk.valueAt(left + x, top + y, front + z);
    }
}
