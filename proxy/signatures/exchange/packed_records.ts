import type { Records } from "../record.js";

/** A record as the original's tools write it: x, y, z (u32) and the signature (64 bits), little-endian, without gaps. */
export const packedBytes = 20;

/** Takes whole packed records apart. */
export function unpackRecords(bytes: Uint8Array): Records {
  const count = Math.floor(bytes.length / packedBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const positions = new Uint32Array(3 * count);
  const halves = new Uint32Array(2 * count);
  for (let i = 0, at = 0; i < count; i++, at += packedBytes) {
    positions[3 * i] = view.getUint32(at, true);
    positions[3 * i + 1] = view.getUint32(at + 4, true);
    positions[3 * i + 2] = view.getUint32(at + 8, true);
    halves[2 * i] = view.getUint32(at + 12, true);
    halves[2 * i + 1] = view.getUint32(at + 16, true);
  }
  return { positions, signatures: new BigUint64Array(halves.buffer) };
}

/** Puts records into the packed form. */
export function packRecords({ positions, signatures }: Records): Buffer {
  const packed = Buffer.alloc(signatures.length * packedBytes);
  const halves = new Uint32Array(
    signatures.buffer,
    signatures.byteOffset,
    2 * signatures.length,
  );
  for (let i = 0, at = 0; i < signatures.length; i++, at += packedBytes) {
    for (let axis = 0; axis < 3; axis++) {
      packed.writeUInt32LE(positions[3 * i + axis], at + 4 * axis);
    }
    packed.writeUInt32LE(halves[2 * i], at + 12);
    packed.writeUInt32LE(halves[2 * i + 1], at + 16);
  }
  return packed;
}
