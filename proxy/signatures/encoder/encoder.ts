import type { Triple } from "../record.js";

/** The grey values of a box of voxels, x fastest. */
export interface Block {
  /** In voxels. */
  readonly size: Triple;
  readonly voxels: Uint8Array | Uint16Array;
  /** The largest value that a voxel can have. */
  readonly largestValue: number;
}

/** Places in a block, at regular distances: its voxels, x, y, z. */
export interface PlaceGrid {
  readonly first: Triple;
  readonly stride: Triple;
  readonly count: Triple;
}

/** Makes signatures of the patches around places. The same patch has the same signature wherever it lies. */
export interface Encoder {
  readonly name: string;
  /** Of all that its signatures depend on: those of encoders with different hashes are not to be compared. */
  readonly hash: string;
  /** The box of voxels that a signature depends on. A place is the voxel in its middle. */
  readonly patch: Triple;
  /** What another process makes the same encoder from: any JSON. */
  readonly parameters: unknown;
  /**
   * @param places whose patches lie in the block
   * @returns a signature a place, x fastest
   */
  encode(block: Block, places: PlaceGrid): BigUint64Array<ArrayBuffer>;
}

/** How many places a grid has. */
export function placeCount({ count }: PlaceGrid): number {
  return count[0] * count[1] * count[2];
}
