import sharp from "sharp";
import { VolumeError } from "./volume_error.js";
import type { ChunkForm } from "./box_reader.js";
import type { ImageScale, VolumeInfo } from "./volume_info.js";

/** The grey values of an image, x fastest. */
export type GreyVoxels = Uint8Array | Uint16Array;

/** An array of zeros. @param count of voxels */
export function newGreyVoxels(
  type: VolumeInfo["data_type"],
  count: number,
): GreyVoxels {
  return type === "uint8" ? new Uint8Array(count) : new Uint16Array(count);
}

/** How the chunks of an image become grey values. */
export function imageForm(
  info: VolumeInfo,
  encoding: ImageScale["encoding"],
): ChunkForm {
  return {
    bytesPerVoxel: info.data_type === "uint8" ? 1 : 2,
    decode: async (bytes, [x, y, z], place) => {
      const grey = await decodeChunk(bytes, info, encoding, x * y * z, place);
      return new Uint8Array(grey.buffer, grey.byteOffset, grey.byteLength);
    },
  };
}

/**
 * Decodes a chunk of an image.
 * @param bytes as they were stored
 * @param count of voxels of the chunk; what is stored may have more channels, of which the first counts
 * @param place names the chunk in messages
 * @returns the first channel
 * @throws VolumeError where the bytes are not such a chunk
 */
async function decodeChunk(
  bytes: Uint8Array,
  { data_type, num_channels }: VolumeInfo,
  encoding: ImageScale["encoding"],
  count: number,
  place: string,
): Promise<GreyVoxels> {
  if (encoding === "raw") {
    const expected = count * num_channels * (data_type === "uint8" ? 1 : 2);
    if (bytes.length !== expected)
      throw new VolumeError(
        place,
        `${bytes.length} bytes, expected ${expected}`,
      );
    const copy = new Uint8Array(bytes).buffer;
    return data_type === "uint8"
      ? new Uint8Array(copy, 0, count)
      : new Uint16Array(copy, 0, count);
  }
  if (num_channels !== 1)
    throw new VolumeError(
      place,
      `${num_channels} channels, expected one in an image that is stored as ${encoding}`,
    );
  const grey = await decodePicture(bytes, data_type, place);
  if (grey.length !== count)
    throw new VolumeError(place, `${grey.length} pixels, expected ${count}`);
  return grey;
}

/** A chunk that was stored as one picture, its sections below each other. */
async function decodePicture(
  bytes: Uint8Array,
  type: VolumeInfo["data_type"],
  place: string,
): Promise<GreyVoxels> {
  try {
    const picture = sharp(bytes);
    if (type === "uint8")
      return await picture
        .toColourspace("b-w")
        .raw({ depth: "uchar" })
        .toBuffer();
    const { buffer, byteOffset, byteLength } = await picture
      .toColourspace("grey16")
      .raw({ depth: "ushort" })
      .toBuffer();
    return new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new VolumeError(place, `broken picture: ${reason}`);
  }
}
