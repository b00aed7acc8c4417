import { byteCountsBytes, type Kernel } from "../kernel/kernel.js";
import type { Box, Records } from "../record.js";
import { mortonBytes, mortonKeys } from "./morton.js";
import { gatherRows, scatterRows } from "./moved_rows.js";

/**
 * The records of a segment in one order of its sections, and then in the other: a radix sort from the lowest byte of their keys on (Knuth,
 * "The Art of Computer Programming", volume 3, section 5.2.5). It takes place where the records lie and in the kernel's memory, of
 * which it takes 36 bytes a record.
 *
 * What is sorted are keys and row numbers; looked up by these all over the memory, each record would be a miss of the caches and of the
 * page table, and that would be most of the work. So the records are moved first to where those with the same highest byte lie
 * together: each part of the order then finds its rows in one part of the memory.
 */
export class SortedRecords {
  readonly count: number;
  /** The signatures in halves, and the places: in the order reached, or on their way to the next. */
  private readonly halves: Uint32Array;
  private readonly positions: Uint32Array;
  /** Where the keys and their rows are in the kernel's memory, and where there is room for them in the order after. */
  private keysAt: number;
  private roomAt: number;
  private rowsAt: number;
  private roomRowsAt: number;
  /** Room for places in the kernel's memory, and for the counts of a pass. */
  private readonly placesAt: number;
  private readonly countsAt: number;
  /** How often each value of each byte occurs in the signatures. */
  private byteCounts = new Uint32Array(0);

  /** @param records are sorted where they lie: nothing of them stays as it was */
  constructor(
    private readonly kernel: Kernel,
    { positions, signatures }: Records,
  ) {
    const { length: count } = signatures;
    this.count = count;
    this.positions = positions;
    this.halves = new Uint32Array(
      signatures.buffer,
      signatures.byteOffset,
      2 * count,
    );
    this.keysAt = 0;
    this.roomAt = 8 * count;
    this.placesAt = 16 * count;
    this.rowsAt = 28 * count;
    this.roomRowsAt = 32 * count;
    this.countsAt = 36 * count;
    kernel.reserve(this.countsAt + byteCountsBytes);
  }

  /** The signatures in the order reached, in two halves each, the lower first. */
  get codes(): Uint32Array {
    return this.numbersAt(this.keysAt, 2 * this.count);
  }

  /** x, y, z of each place in the order reached. */
  get places(): Uint32Array {
    return this.positions;
  }

  /** Sorts by signature as a number, and equal ones by z, y, x of their places. */
  sortBySignature(): void {
    const { positions, together } = this;
    this.codes.set(this.halves);
    this.byteCounts = this.countBytes(this.keysAt);
    const starts = this.startsOf(this.byteCounts, 7);
    scatterRows(positions, together, 3, this.bytesAt(this.keysAt + 7), starts);
    this.sortKeys(this.byteCounts, 7);
    this.sortEqualByPlace();
    gatherRows(together, positions, 3, this.rows);
  }

  /**
   * The codes sorted by the 16 bits of a lane; those that have the same there are in the order of signatures. They are good until the next
   * are asked for; after `sortBySignature`, and before `sortBySpace`.
   */
  codesByLane(lane: number): Uint32Array {
    const { roomAt, placesAt, byteCounts } = this;
    let from = this.keysAt;
    const low = 2 * (3 - lane);
    for (const byte of [low, low + 1]) {
      if (this.isSame(byteCounts, byte)) continue;
      const to = from === roomAt ? placesAt : roomAt;
      this.move(from, to, byteCounts, byte);
      from = to;
    }
    return this.numbersAt(from, 2 * this.count);
  }

  /** Sorts along a Morton curve through the box, which holds all places; those of the same key stay in the order of signatures. */
  sortBySpace(bounds: Box): void {
    const { positions, halves, together, roomAt } = this;
    mortonKeys(positions, bounds, this.numbersAt(roomAt, 2 * this.count));
    const counts = this.countBytes(roomAt);
    const highest = mortonBytes - 1;
    const bytes = this.bytesAt(roomAt + highest);
    const starts = this.startsOf(counts, highest);
    scatterRows(positions, together, 3, bytes, starts.slice());
    scatterRows(this.codes, halves, 2, bytes, starts);
    [this.keysAt, this.roomAt] = [roomAt, this.keysAt];
    this.sortKeys(counts, highest);
    gatherRows(together, positions, 3, this.rows);
    gatherRows(halves, this.codes, 2, this.rows);
  }

  /** Room for the places while those of the keys with the same highest byte are together. */
  private get together(): Uint32Array {
    return this.numbersAt(this.placesAt, 3 * this.count);
  }

  private get rows(): Uint32Array {
    return this.numbersAt(this.rowsAt, this.count);
  }

  /** Puts the keys with the same highest byte together, numbers them as they lie then, and sorts them from the lowest byte on. */
  private sortKeys(counts: Uint32Array, highest: number): void {
    this.move(this.keysAt, this.roomAt, counts, highest);
    this.swapKeys();
    const { rows, kernel, count, countsAt } = this;
    for (let row = 0; row < count; row++) rows[row] = row;
    for (let byte = 0; byte <= highest; byte++) {
      if (this.isSame(counts, byte)) continue;
      const { keysAt, roomAt, rowsAt, roomRowsAt } = this;
      this.setStarts(counts, byte);
      kernel.sortPass(
        keysAt,
        rowsAt,
        count,
        byte,
        countsAt,
        roomAt,
        roomRowsAt,
      );
      this.swapKeys();
      [this.rowsAt, this.roomRowsAt] = [roomRowsAt, rowsAt];
    }
  }

  private swapKeys(): void {
    [this.keysAt, this.roomAt] = [this.roomAt, this.keysAt];
  }

  /** Moves keys to where those with the same byte lie together, in their order. */
  private move(
    from: number,
    to: number,
    counts: Uint32Array,
    byte: number,
  ): void {
    const { kernel, count, countsAt } = this;
    this.setStarts(counts, byte);
    kernel.movePass(from, count, byte, countsAt, to);
  }

  private countBytes(keysAt: number): Uint32Array<ArrayBuffer> {
    this.kernel.countBytes(keysAt, this.count, this.countsAt);
    return this.numbersAt(this.countsAt, byteCountsBytes / 4).slice();
  }

  /** Whether all keys have the same byte: then they are in its order as they are. */
  private isSame(counts: Uint32Array, byte: number): boolean {
    return counts.subarray(256 * byte, 256 * byte + 256).includes(this.count);
  }

  /** Tells the kernel's next pass where the keys with each value of a byte begin. */
  private setStarts(counts: Uint32Array, byte: number): void {
    this.numbersAt(this.countsAt, 256).set(this.startsOf(counts, byte));
  }

  /** Where the keys with each value of a byte begin. */
  private startsOf(counts: Uint32Array, byte: number): Uint32Array {
    let sum = 0;
    return counts
      .subarray(256 * byte, 256 * byte + 256)
      .map((size) => (sum += size) - size);
  }

  /** Sorts the rows that have the same signature by z, y, x of their places. */
  private sortEqualByPlace(): void {
    const { count, codes, rows, together } = this;
    // Most signatures are there once: passes over all places would sort what is in order already.
    for (let first = 0, next = 1; first < count; first = next++) {
      while (
        next < count &&
        codes[2 * next] === codes[2 * first] &&
        codes[2 * next + 1] === codes[2 * first + 1]
      ) {
        next++;
      }
      if (next - first === 1) continue;
      rows
        .subarray(first, next)
        .sort(
          (a, b) =>
            together[3 * a + 2] - together[3 * b + 2] ||
            together[3 * a + 1] - together[3 * b + 1] ||
            together[3 * a] - together[3 * b],
        );
    }
  }

  private numbersAt(address: number, length: number): Uint32Array {
    return new Uint32Array(this.kernel.memory, address, length);
  }

  private bytesAt(address: number): Uint8Array {
    return new Uint8Array(this.kernel.memory, address);
  }
}
