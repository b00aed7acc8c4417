/** A cut-out as a Zarr array of format 2. Source: "Zarr storage specification version 2". */
import { promisify } from "node:util";
import zlib from "node:zlib";
import {
  type Box,
  shapeOf,
  type Vec3,
  vec3,
} from "../../src/clio/model/box.js";
import type { CutoutLayer } from "../../src/clio/model/cutout.js";
import { NUMPY_TYPES } from "./npy.js";

const deflate = promisify(zlib.deflate);

/** Of a chunk at most, in voxels x, y, z: 8 MiB of ids of 64 bits. */
const largestChunk: Vec3 = [128, 128, 64];

function chunkOf(box: Box): Vec3 {
  const shape = shapeOf(box);
  return vec3((axis) => Math.min(largestChunk[axis], shape[axis]));
}

/** How much time goes into compression. The grey of an image is noise to it, so that only ids are compressed. */
const level = 1;

const isCompressed = ({ type }: CutoutLayer): boolean =>
  type === "segmentation";

/** `.zarray` of a box, whose axes are z, y, x. */
export function zarrArray(layer: CutoutLayer, box: Box) {
  return {
    zarr_format: 2,
    shape: shapeOf(box).toReversed(),
    chunks: chunkOf(box).toReversed(),
    dtype: NUMPY_TYPES[layer.dtype],
    compressor: isCompressed(layer) ? { id: "zlib", level } : null,
    fill_value: 0,
    order: "C",
    filters: null,
    dimension_separator: ".",
  };
}

/** The box of the chunk of a name such as `0.1.2`, which may reach beyond that of the cut-out; undefined where there is no such chunk. */
export function zarrChunk(box: Box, name: string): Box | undefined {
  const [, ...numbers] = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(name) ?? [];
  if (numbers.length !== 3) return undefined;
  const cell = numbers.map(Number).reverse();
  const chunk = chunkOf(box);
  const lower = vec3((axis) => box.lower[axis] + cell[axis] * chunk[axis]);
  if (lower.some((from, axis) => from >= box.upper[axis])) return undefined;
  return { lower, upper: vec3((axis) => lower[axis] + chunk[axis]) };
}

/** A chunk as it is stored. */
export async function zarrBytes(
  layer: CutoutLayer,
  voxels: Uint8Array,
): Promise<Uint8Array> {
  return isCompressed(layer) ? deflate(voxels, { level }) : voxels;
}
