import type { Box } from "../../record.js";
import { BoxReader } from "./box_reader.js";
import { type GreyVoxels, imageForm } from "./chunk_codec.js";
import { fileStore, type Place } from "./file_store.js";
import {
  readVolumeInfo,
  scaleOf,
  type VolumeInfo,
  type VolumeScale,
} from "./volume_info.js";

/** How many bytes of decoded chunks a reader remembers: a block's neighbour needs the chunks along their common side again. */
const rememberedBytes = 64 * 1024 * 1024;

/** Reads boxes of voxels of one scale of an image. */
export class VolumeReader {
  private constructor(
    private readonly info: VolumeInfo,
    private readonly boxes: BoxReader,
  ) {}

  /**
   * @param index of the scale, 0 for the finest
   * @throws VolumeError where there is no such image, or no such scale
   */
  static async open(place: Place, index: number): Promise<VolumeReader> {
    const store = fileStore(place);
    const info = await readVolumeInfo(store);
    const scale = scaleOf(info, index, store);
    const form = imageForm(info, scale.encoding);
    return new VolumeReader(
      info,
      new BoxReader(store, scale, form, rememberedBytes),
    );
  }

  /** As the volume describes it. */
  get scale(): VolumeScale {
    return this.boxes.scale;
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
  async read(box: Box): Promise<GreyVoxels> {
    const bytes = await this.boxes.read(box);
    return this.type === "uint8" ? bytes : new Uint16Array(bytes.buffer);
  }
}
