import { LabelTable } from "../../../testdata/input/label_table.js";
import type { InputVoxels } from "../../../testdata/input/volume_source.js";
import { CHUNK } from "../../../testdata/precomputed/scales.js";
import type { Triple } from "../../../testdata/precomputed/scales.js";
import { LabelsError } from "../labels_error.js";
import type { LabelVoxels } from "../sources/label_voxels.js";

/**
 * Some consecutive sections of the volume that is written, filled from those that are read: labels are numbered as they turn up, and
 * what was added before the volume is background.
 */
export class LabelSlab {
  /** The numbers of the labels, x fastest. */
  readonly buffer: SharedArrayBuffer;
  /** Its first section in the written volume, and how many it has by now. */
  begin = 0;
  depth = 0;
  private readonly numbers: Uint32Array;
  private readonly table = new LabelTable();
  private readonly sections: number;

  /**
   * @param size of what is read, in voxels
   * @param written the same of what is written
   * @param padding how many voxels were added before the first, along each axis
   */
  constructor(
    private readonly size: Triple,
    private readonly written: Triple,
    private readonly padding: Triple,
  ) {
    this.sections = Math.min(CHUNK, written[2]);
    this.buffer = new SharedArrayBuffer(
      written[0] * written[1] * this.sections * 4,
    );
    this.numbers = new Uint32Array(this.buffer);
  }

  /** Whether it is to be written: it holds as many sections as go into a chunk, or the last. */
  get isFull(): boolean {
    return (
      this.depth === this.sections ||
      this.begin + this.depth === this.written[2]
    );
  }

  /** The numbers of the sections that it has by now. */
  get voxels(): Uint32Array {
    const [x, y] = this.written;
    return this.numbers.subarray(0, x * y * this.depth);
  }

  /** The ids of 64 bits by number. */
  get ids(): SharedArrayBuffer {
    return this.table.table;
  }

  /** How many labels there are so far, 0 aside. */
  get labels(): number {
    return this.table.size;
  }

  /** Leaves sections empty, as many as are wanted and have room. @returns how many */
  skip(count: number): number {
    const skipped = Math.min(count, this.sections - this.depth);
    this.depth += skipped;
    return skipped;
  }

  /** Takes voxels that were read apart. */
  *sectionsOf(voxels: LabelVoxels): Generator<LabelVoxels> {
    const section = this.size[0] * this.size[1];
    for (let at = 0; at < voxels.length; at += section)
      yield voxels.subarray(at, at + section);
  }

  /**
   * Puts the next section.
   * @throws LabelsError where a label is below 0, naming the voxel
   */
  put(section: LabelVoxels): void {
    const voxels = this.unsigned(section);
    const [width, height] = this.size;
    const [x, y] = this.padding;
    const begin = this.depth * this.written[0] * this.written[1];
    for (let row = 0; row < height; row++) {
      const to = begin + (y + row) * this.written[0] + x;
      this.table.replace(
        voxels.subarray(row * width, (row + 1) * width),
        this.numbers.subarray(to, to + width),
      );
    }
    this.depth++;
  }

  /** Begins anew behind what was written. */
  next(): void {
    this.begin += this.depth;
    this.depth = 0;
    this.numbers.fill(0);
  }

  private unsigned(voxels: LabelVoxels): InputVoxels {
    const { buffer, byteOffset, length } = voxels;
    if (voxels instanceof Int8Array) {
      this.requirePositive(voxels);
      return new Uint8Array(buffer, byteOffset, length);
    }
    if (voxels instanceof Int16Array) {
      this.requirePositive(voxels);
      return new Uint16Array(buffer, byteOffset, length);
    }
    if (voxels instanceof Int32Array) {
      this.requirePositive(voxels);
      return new Uint32Array(buffer, byteOffset, length);
    }
    if (voxels instanceof BigInt64Array) {
      this.requirePositive(voxels);
      return new BigUint64Array(buffer, byteOffset, length);
    }
    return voxels;
  }

  private requirePositive(
    voxels: Int8Array | Int16Array | Int32Array | BigInt64Array,
  ): void {
    for (let at = 0; at < voxels.length; at++)
      if (voxels[at] < 0) {
        const x = at % this.size[0];
        const y = Math.floor(at / this.size[0]);
        const z = this.begin + this.depth - this.padding[2];
        throw new LabelsError(
          `the label at voxel ${x}, ${y}, ${z} is ${voxels[at]}, expected 0 or more`,
        );
      }
  }
}
