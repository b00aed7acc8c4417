import type { Triple } from "../../record.js";
import type { ChunkForm } from "./box_reader.js";
import { decodeSegmentation } from "./compressed_segmentation.js";
import { reasonOf } from "./reading.js";
import { VolumeError } from "./volume_error.js";
import type { LabelInfo, LabelScale } from "./volume_info.js";

/** Bytes of an id, by the type of the voxels. */
export const labelBytes = {
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
} as const;

/** How the chunks of a segmentation become ids. */
export function labelForm(
  { data_type }: LabelInfo,
  scale: LabelScale,
  place: string,
): ChunkForm {
  const bytesPerVoxel = labelBytes[data_type];
  if (scale.encoding === "raw")
    return {
      bytesPerVoxel,
      decode: (bytes, [x, y, z], chunk) => {
        const expected = x * y * z * bytesPerVoxel;
        if (bytes.length === expected) return Promise.resolve(bytes);
        const wrong = `${bytes.length} bytes, expected ${expected}`;
        return Promise.reject(new VolumeError(chunk, wrong));
      },
    };
  const { compressed_segmentation_block_size: block } = scale;
  if (block === undefined || bytesPerVoxel < 4)
    throw new VolumeError(
      place,
      `scale ${scale.key}: compressed_segmentation of ${data_type} ${block ? "is not of 32 or 64 bits" : "says no block size"}`,
    );
  const perId = bytesPerVoxel === 8 ? 2 : 1;
  return {
    bytesPerVoxel,
    decode: (bytes, shape, chunk) =>
      Promise.resolve().then(() =>
        decodeCompressed(bytes, shape, block, perId, chunk),
      ),
  };
}

/** @throws VolumeError where the bytes are no such chunk */
function decodeCompressed(
  bytes: Uint8Array,
  shape: Triple,
  block: Triple,
  perId: 1 | 2,
  place: string,
): Uint8Array {
  if (bytes.length % 4 !== 0 || bytes.length === 0)
    throw new VolumeError(
      place,
      `${bytes.length} bytes, expected a multiple of 4 as compressed_segmentation has`,
    );
  // A copy begins at a multiple of four; what was read may begin anywhere.
  const words = new Uint32Array(new Uint8Array(bytes).buffer);
  try {
    return new Uint8Array(
      decodeSegmentation(words, shape, block, perId).buffer,
    );
  } catch (error) {
    throw new VolumeError(
      place,
      `broken compressed_segmentation: ${reasonOf(error)}`,
    );
  }
}
