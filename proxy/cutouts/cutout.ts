import {
  type Box,
  intersection,
  relativeTo,
  shapeOf,
  type Vec3,
} from "../../src/clio/model/box.js";
import {
  boxText,
  type CutoutLayer,
  cutoutBytes,
  parseBox,
  VOXEL_BYTES,
} from "../../src/clio/model/cutout.js";
import { badRequest, Problem } from "../problems/problem.js";
import type { BoxReader } from "../signatures/build/volume/box_reader.js";
import { npyHeader, slabsOf } from "./npy.js";
import type { MergeState } from "./own_merges.js";
import { relabel } from "./relabel.js";
import type { OpenLayer } from "./cutout_volumes.js";

/** A box of one scale of a layer, checked. */
export class Cutout {
  private readonly reader: BoxReader;

  /**
   * @param merges what is put in the place of merged ids; undefined where they stay
   * @throws Problem 400 where the scale or the box is none, 413 where it is larger than `limit` bytes
   */
  constructor(
    open: OpenLayer,
    readonly scale: number,
    readonly box: Box,
    private readonly merges: MergeState | undefined,
    limit: number,
  ) {
    this.layer = open.layer;
    const { name, scales } = this.layer;
    if (!(scale in scales))
      throw badRequest(
        `scale: ${scale}, expected one of the layer ${JSON.stringify(name)}, 0 to ${scales.length - 1}.`,
        "bad-scale",
      );
    const { lower, upper } = scales[scale];
    const inside = intersection(box, { lower, upper });
    if (inside === undefined || boxText(inside) !== boxText(box))
      throw badRequest(
        `box: ${boxText(box)}, expected one within ${boxText({ lower, upper })}, which is all that scale ${scale} of the layer ${JSON.stringify(name)} has.`,
        "bad-box",
      );
    const bytes = cutoutBytes(this.layer, box);
    if (bytes > limit)
      throw new Problem(
        413,
        "cutout-too-large",
        `The cut-out of the layer ${JSON.stringify(name)} would take ${mebibytes(bytes)} MiB, and the limit is ${mebibytes(limit)} MiB. Choose a smaller box or a coarser scale.`,
      );
    this.reader = open.reader(scale);
  }

  readonly layer: CutoutLayer;

  /** What it is, for whoever keeps it: written beside the voxels. */
  describe(dataset: string) {
    const { layer, box, scale, merges } = this;
    return {
      ...{ dataset, layer: layer.name, scale },
      offset: box.lower,
      voxelSize: layer.scales[scale].voxelSize,
      shape: shapeOf(box),
      dtype: layer.dtype,
      ...(merges === undefined ? {} : { merges: merges.hash }),
    };
  }

  /**
   * The voxels of a part of it, in z, y, x order; what lies beyond the cut-out is 0.
   * @throws VolumeError; the signal's reason
   */
  async read(part: Box, signal: AbortSignal): Promise<Uint8Array> {
    const inside = intersection(part, this.box)!;
    const { lower } = this.layer.scales[this.scale];
    const { lower: min, upper: max } = relativeTo(lower, inside);
    const voxels = await this.reader.read({ min, max }, signal);
    const size = VOXEL_BYTES[this.layer.dtype];
    if (this.merges !== undefined)
      await relabel(voxels, size, this.merges.mains, signal);
    return padded(voxels, shapeOf(inside), shapeOf(part), size);
  }

  /** All of it as bytes of an `.npy` file. */
  get npyBytes(): number {
    return npyHeader(this.layer, this.box).length + this.voxelBytes;
  }

  /**
   * An `.npy` file, a slab at a time.
   * @param from the first byte that is wanted
   * @param read as the method of that name does, but for when it does
   * @throws what `read` throws
   */
  async *npy(
    from: number,
    read: (part: Box) => Promise<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const { layer, box, reader, scale } = this;
    const header = npyHeader(layer, box);
    if (from < header.length) yield header.subarray(from);
    const start = Math.max(0, from - header.length);
    const section = this.voxelBytes / (box.upper[2] - box.lower[2]);
    const first = box.lower[2] + Math.floor(start / section);
    let skip = start % section;
    const depth = reader.scale.chunk_sizes[0][2];
    const origin = layer.scales[scale].lower[2];
    for (const slab of slabsOf(layer, box, first, depth, origin)) {
      const voxels = await read(slab);
      yield voxels.subarray(skip);
      skip = 0;
    }
  }

  private get voxelBytes(): number {
    return cutoutBytes(this.layer, this.box);
  }
}

/** Reads a box out of an address. @throws Problem 400 */
export function boxOf(text: string): Box {
  const box = parseBox(text);
  if (box !== undefined) return box;
  throw badRequest(
    `box: ${JSON.stringify(text.slice(0, 80))}, expected six whole numbers with commas between: x, y, z of the first voxel, and of the one behind the last.`,
    "bad-box",
  );
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

/** The voxels as the first of a larger box. */
function padded(
  voxels: Uint8Array,
  shape: Vec3,
  whole: Vec3,
  size: number,
): Uint8Array {
  if (shape.join() === whole.join()) return voxels;
  const [width, height, depth] = shape;
  const result = new Uint8Array(whole[0] * whole[1] * whole[2] * size);
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) {
      const from = (z * height + y) * width * size;
      const to = (z * whole[1] + y) * whole[0] * size;
      result.set(voxels.subarray(from, from + width * size), to);
    }
  return result;
}
