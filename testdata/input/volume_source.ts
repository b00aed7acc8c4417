import type { Triple } from "../precomputed/scales.js";

/** The kinds of voxel that can be read. */
export type InputType = "uint8" | "uint16" | "uint32" | "uint64";

/** Some whole sections as they were read, x fastest. */
export type InputVoxels =
  Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** A volume that is read section by section. */
export interface VolumeSource {
  /** What it was read from, for messages. */
  readonly path: string;
  /** In voxels. */
  readonly size: Triple;
  readonly type: InputType;
  /** Voxel size in nm, where the volume says. */
  readonly resolution?: Triple;
  /**
   * All sections in order, `depth` at a time, fewer only at the end. What is handed out is free to be used again by the
   * source once the next is asked for.
   * @throws InputError where the volume turns out not to be what it said, at the latest after its last section
   */
  slabs(depth: number): AsyncIterable<InputVoxels>;
}

const BYTES = { uint8: 1, uint16: 2, uint32: 4, uint64: 8 } as const;

/** Bytes that one voxel takes. */
export const inputBytes = (type: InputType): number => BYTES[type];

/** The voxels that `bytes` hold; the buffer must begin at a multiple of 8. */
export function inputVoxels(
  type: InputType,
  bytes: Uint8Array<ArrayBuffer>,
): InputVoxels {
  const { buffer, byteOffset } = bytes;
  const count = bytes.length / BYTES[type];
  switch (type) {
    case "uint8":
      return bytes;
    case "uint16":
      return new Uint16Array(buffer, byteOffset, count);
    case "uint32":
      return new Uint32Array(buffer, byteOffset, count);
    case "uint64":
      return new BigUint64Array(buffer, byteOffset, count);
  }
}
