/** The arrays that hold voxels here: integers, unsigned. */
export type VoxelArray = Uint8Array | Uint16Array | Uint32Array;

/** The kinds of voxel that a volume is written from and read into. */
export type VoxelType = "uint8" | "uint16" | "uint32";

const BYTES = { uint8: 1, uint16: 2, uint32: 4 } as const;

/** Bytes that one voxel takes. */
export const bytesOf = (type: VoxelType): number => BYTES[type];

/** `count` voxels of `buffer` from `offset` on, both in voxels. */
export function voxelView(
  type: VoxelType,
  buffer: ArrayBuffer | SharedArrayBuffer,
  offset: number,
  count: number,
): VoxelArray {
  const begin = offset * BYTES[type];
  switch (type) {
    case "uint8":
      return new Uint8Array(buffer, begin, count);
    case "uint16":
      return new Uint16Array(buffer, begin, count);
    case "uint32":
      return new Uint32Array(buffer, begin, count);
  }
}

/** New voxels of one kind, all zero. */
export const newVoxels = (type: VoxelType, count: number): VoxelArray =>
  voxelView(type, new ArrayBuffer(count * BYTES[type]), 0, count);
