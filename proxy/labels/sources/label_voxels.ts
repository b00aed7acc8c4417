import type { LabelType } from "../../../src/clio/model/labels.js";

/** Voxels of labels, x fastest. */
export type LabelVoxels =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array;

const BYTES: Readonly<Record<LabelType, number>> = {
  ...{ bool: 1, uint8: 1, uint16: 2, uint32: 4, uint64: 8 },
  ...{ int8: 1, int16: 2, int32: 4, int64: 8 },
};

/** Bytes that one voxel takes. */
export const bytesOfType = (type: LabelType): number => BYTES[type];

/**
 * The voxels that bytes hold.
 * @param bytes copied where they do not begin at a multiple of 8
 * @param bigEndian whether they are the other way round than on the machines that Node runs on; they are then turned in place
 */
export function labelVoxels(
  type: LabelType,
  bytes: Uint8Array,
  bigEndian: boolean,
): LabelVoxels {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (bigEndian) turn(aligned, BYTES[type]);
  const { buffer, byteOffset } = aligned;
  const count = aligned.length / BYTES[type];
  switch (type) {
    case "bool":
    case "uint8":
      return new Uint8Array(buffer, byteOffset, count);
    case "uint16":
      return new Uint16Array(buffer, byteOffset, count);
    case "uint32":
      return new Uint32Array(buffer, byteOffset, count);
    case "uint64":
      return new BigUint64Array(buffer, byteOffset, count);
    case "int8":
      return new Int8Array(buffer, byteOffset, count);
    case "int16":
      return new Int16Array(buffer, byteOffset, count);
    case "int32":
      return new Int32Array(buffer, byteOffset, count);
    case "int64":
      return new BigInt64Array(buffer, byteOffset, count);
  }
}

/** Copies voxels of one type to a place among others of it. */
export function setVoxels(
  to: LabelVoxels,
  from: LabelVoxels,
  at: number,
): void {
  // The arrays of numbers take each other's values, and those of 64 bits each other's alone; both are of one type here.
  if (isBig(to) && isBig(from)) to.set(from, at);
  else if (!isBig(to) && !isBig(from)) to.set(from, at);
}

function isBig(voxels: LabelVoxels): voxels is BigUint64Array | BigInt64Array {
  return voxels instanceof BigUint64Array || voxels instanceof BigInt64Array;
}

function turn(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}
