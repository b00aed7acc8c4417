import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import {
  encodeUint64Channels,
  TypedArrayBuilder,
} from "../../neuroglancer/codecs.js";
import { downsample } from "./downsample.js";
import { CHUNK, chunkName } from "./scales.js";
import type { Scale } from "./scales.js";
import { newVoxels, voxelView } from "./voxels.js";
import type { VoxelArray, VoxelType } from "./voxels.js";

/** The side of the blocks of the compressed segmentation format. */
export const SEGMENTATION_BLOCK = 8;

/** Some consecutive whole sections of one level, shared between threads; x fastest. */
export interface SharedSlab {
  readonly scale: Scale;
  readonly type: VoxelType;
  readonly buffer: SharedArrayBuffer;
  /** Where its first voxel is in `buffer`, in voxels. */
  readonly offset: number;
  /** Its first section in the level, and how many there are. */
  readonly z0: number;
  readonly depth: number;
}

/** A row of chunks along x to be written, and the part of the next coarser level that follows from it. */
export interface ChunkRowTask {
  readonly kind: "chunkRow";
  /** The folder of the layer. */
  readonly folder: string;
  readonly slab: SharedSlab;
  /** The first row of voxels of the chunks. */
  readonly y0: number;
  /** For labels: the id of 64 bits that each voxel value stands for. Without it the voxels are written as they are. */
  readonly ids?: SharedArrayBuffer;
  /** Where the next coarser level of these sections goes. */
  readonly coarser?: SharedSlab;
}

const voxelsOf = ({
  type,
  buffer,
  offset,
  scale,
  depth,
}: SharedSlab): VoxelArray =>
  voxelView(type, buffer, offset, scale.size[0] * scale.size[1] * depth);

/** Writes one row of chunks as gzip files and works out what the next coarser level takes from it. */
export function writeChunkRow(task: ChunkRowTask): void {
  const { slab, y0 } = task;
  const { size, key } = slab.scale;
  const voxels = voxelsOf(slab);
  const ids = task.ids && new BigUint64Array(task.ids);
  const rows = Math.min(CHUNK, size[1] - y0);
  for (let x0 = 0; x0 < size[0]; x0 += CHUNK) {
    const columns = Math.min(CHUNK, size[0] - x0);
    const chunk = newVoxels(slab.type, columns * rows * slab.depth);
    for (let z = 0, to = 0; z < slab.depth; z++)
      for (let y = 0; y < rows; y++, to += columns) {
        const from = (z * size[1] + y0 + y) * size[0] + x0;
        chunk.set(voxels.subarray(from, from + columns), to);
      }
    const bytes = ids
      ? encodeLabels(chunk, ids, [columns, rows, slab.depth])
      : new Uint8Array(chunk.buffer);
    const name = chunkName([x0, y0, slab.z0], slab.scale);
    // Image noise packs no better at a higher level, and labels are small after their own encoding.
    writeFileSync(
      path.join(task.folder, key, `${name}.gz`),
      gzipSync(bytes, { level: 3 }),
    );
  }
  if (task.coarser) coarsen(task, task.coarser, voxels, rows);
}

/** One chunk of labels in upstream's compressed segmentation format, 64 bits an id. */
function encodeLabels(
  chunk: VoxelArray,
  ids: BigUint64Array,
  size: [number, number, number],
): Uint8Array<ArrayBuffer> {
  const labels = new BigUint64Array(chunk.length);
  for (let i = 0; i < chunk.length; i++) labels[i] = ids[chunk[i]];
  const output = new TypedArrayBuilder(Uint32Array);
  const block = [SEGMENTATION_BLOCK, SEGMENTATION_BLOCK, SEGMENTATION_BLOCK];
  encodeUint64Channels(output, block, labels, [...size, 1]);
  return new Uint8Array(output.view.slice().buffer);
}

function coarsen(
  task: ChunkRowTask,
  coarser: SharedSlab,
  voxels: VoxelArray,
  rows: number,
): void {
  const { slab, y0 } = task;
  const { factor, size } = coarser.scale;
  const [width, height] = slab.scale.size;
  downsample(
    {
      data: voxels,
      offset: y0 * width,
      size: [width, rows, slab.depth],
      section: width * height,
    },
    factor,
    task.ids ? "mode" : "mean",
    {
      data: voxelsOf(coarser),
      offset: (y0 / factor[1]) * size[0],
      size: [size[0], Math.ceil(rows / factor[1]), coarser.depth],
      section: size[0] * size[1],
    },
  );
}
