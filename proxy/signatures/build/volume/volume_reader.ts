import type { Box, Triple } from "../../record.js";
import { decodeChunk, newGreyVoxels, type GreyVoxels } from "./chunk_codec.js";
import { chunkStore, type ChunkStore } from "./chunk_store.js";
import { fileStore, type Place } from "./file_store.js";
import { VolumeError } from "./volume_error.js";
import {
  readVolumeInfo,
  type VolumeInfo,
  type VolumeScale,
} from "./volume_info.js";

/** How many bytes of decoded chunks a reader remembers: a block's neighbour needs the chunks along their common side again. */
const rememberedBytes = 64 * 1024 * 1024;

/** Reads boxes of voxels of one scale of an image. */
export class VolumeReader {
  private readonly chunks: ChunkStore;
  private readonly remembered = new Map<string, GreyVoxels | undefined>();
  private bytes = 0;

  private constructor(
    private readonly info: VolumeInfo,
    /** As the volume describes it. */
    readonly scale: VolumeScale,
    chunks: ChunkStore,
  ) {
    this.chunks = chunks;
  }

  /**
   * @param index of the scale, 0 for the finest
   * @throws VolumeError where there is no such image, or no such scale
   */
  static async open(place: Place, index: number): Promise<VolumeReader> {
    const store = fileStore(place);
    const info = await readVolumeInfo(store);
    const scale = info.scales[index];
    if (scale === undefined)
      throw new VolumeError(
        store.nameOf("info"),
        `has no scale ${index}, expected one from 0 to ${info.scales.length - 1}`,
      );
    return new VolumeReader(info, scale, chunkStore(store, scale));
  }

  /** The type of a voxel. */
  get type(): VolumeInfo["data_type"] {
    return this.info.data_type;
  }

  /** The largest value that a voxel can have. */
  get largestValue(): number {
    return this.type === "uint8" ? 255 : 65535;
  }

  /**
   * Reads a box of voxels, counted from the first voxel of the scale. Chunks that were never written are 0, and so is what
   * lies outside of the volume.
   * @returns x fastest
   * @throws VolumeError where a chunk cannot be read
   */
  async read({ min, max }: Box): Promise<GreyVoxels> {
    const shape = max.map((end, axis) => end - min[axis]);
    const voxels = newGreyVoxels(
      this.info.data_type,
      shape[0] * shape[1] * shape[2],
    );
    const { size } = this.scale;
    const edges = this.scale.chunk_sizes[0];
    const first = min.map((n, axis) =>
      Math.floor(Math.max(0, n) / edges[axis]),
    );
    const last = max.map((n, axis) =>
      Math.ceil(Math.min(n, size[axis]) / edges[axis]),
    );
    for (let z = first[2]; z < last[2]; z++)
      for (let y = first[1]; y < last[1]; y++)
        for (let x = first[0]; x < last[0]; x++) {
          const chunk = await this.chunk([x, y, z]);
          if (chunk)
            copyCommon(chunk, this.boxOf([x, y, z]), voxels, { min, max });
        }
    return voxels;
  }

  private boxOf(cell: Triple): Box {
    const { size, chunk_sizes } = this.scale;
    const corner = (step: 0 | 1, axis: 0 | 1 | 2): number =>
      Math.min((cell[axis] + step) * chunk_sizes[0][axis], size[axis]);
    return {
      min: [corner(0, 0), corner(0, 1), corner(0, 2)],
      max: [corner(1, 0), corner(1, 1), corner(1, 2)],
    };
  }

  private async chunk(cell: Triple): Promise<GreyVoxels | undefined> {
    const key = cell.join("_");
    if (this.remembered.has(key)) {
      const chunk = this.remembered.get(key);
      // Begins the list anew from here: what was used last is forgotten last.
      this.remembered.delete(key);
      this.remembered.set(key, chunk);
      return chunk;
    }
    const chunk = await this.readChunk(cell);
    this.remembered.set(key, chunk);
    this.bytes += chunk?.byteLength ?? 0;
    for (const [oldest, voxels] of this.remembered) {
      if (this.bytes <= rememberedBytes || oldest === key) break;
      this.remembered.delete(oldest);
      this.bytes -= voxels?.byteLength ?? 0;
    }
    return chunk;
  }

  private async readChunk(cell: Triple): Promise<GreyVoxels | undefined> {
    const bytes = await this.chunks.read(cell);
    if (bytes === undefined) return undefined;
    const { min, max } = this.boxOf(cell);
    return decodeChunk(
      bytes,
      this.info,
      this.scale.encoding,
      (max[0] - min[0]) * (max[1] - min[1]) * (max[2] - min[2]),
      this.chunks.nameOf(cell),
    );
  }
}

/** Copies the voxels that two boxes have in common. Both hold values of one type. */
function copyCommon(
  from: GreyVoxels,
  source: Box,
  to: GreyVoxels,
  target: Box,
) {
  const low = source.min.map((n, axis) => Math.max(n, target.min[axis]));
  const high = source.max.map((n, axis) => Math.min(n, target.max[axis]));
  const width = high[0] - low[0];
  if (width <= 0) return;
  for (let z = low[2]; z < high[2]; z++)
    for (let y = low[1]; y < high[1]; y++) {
      const begin = offsetIn(source, low[0], y, z);
      to.set(
        from.subarray(begin, begin + width),
        offsetIn(target, low[0], y, z),
      );
    }
}

function offsetIn({ min, max }: Box, x: number, y: number, z: number): number {
  const row = max[0] - min[0];
  return ((z - min[2]) * (max[1] - min[1]) + y - min[1]) * row + x - min[0];
}
