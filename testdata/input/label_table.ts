import type { VoxelArray } from "../precomputed/voxels.js";
import type { InputVoxels } from "./volume_source.js";

/** Numbers the ids of a label volume as they turn up, so that 32 bits a voxel are enough whatever the ids are. 0 stays 0. */
export class LabelTable {
  private readonly numbers = new Map<number | bigint, number>([
    [0, 0],
    [0n, 0],
  ]);
  private readonly ids: bigint[] = [0n];
  private shared = new SharedArrayBuffer(8);

  /** Puts the number of each voxel's id into `out`. */
  replace(voxels: InputVoxels, out: VoxelArray): void {
    let last: number | bigint = 0;
    let number = 0;
    for (let i = 0; i < voxels.length; i++) {
      const id = voxels[i];
      if (id !== last) {
        last = id;
        number = this.numbers.get(id) ?? this.add(id);
      }
      out[i] = number;
    }
  }

  private add(id: number | bigint): number {
    const number = this.ids.push(BigInt(id)) - 1;
    this.numbers.set(id, number);
    return number;
  }

  /** How many ids there are so far, 0 aside. */
  get size(): number {
    return this.ids.length - 1;
  }

  /** The ids of 64 bits by number, so far, in memory that threads share. */
  get table(): SharedArrayBuffer {
    if (this.shared.byteLength !== this.ids.length * 8) {
      this.shared = new SharedArrayBuffer(this.ids.length * 8);
      new BigUint64Array(this.shared).set(this.ids);
    }
    return this.shared;
  }
}
