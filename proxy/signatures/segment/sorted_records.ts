import { sortCountsBytes, type Kernel } from "../kernel/kernel.js";
import type { Box, Records } from "../record.js";
import { mortonKeys } from "./morton.js";

/** The records of a segment in the kernel's memory, and their sorting there: 36 bytes a record. */
export class SortedRecords {
  readonly count: number;
  private readonly positionsAt = 0;
  private readonly signaturesAt: number;
  private readonly keysAt: number;
  private readonly countsAt: number;
  /** Where the row numbers are in the order reached so far, and where there is room for the next. */
  private orderAt: number;
  private roomAt: number;

  constructor(
    private readonly kernel: Kernel,
    { positions, signatures }: Records,
  ) {
    const { length: count } = signatures;
    this.count = count;
    this.signaturesAt = Math.ceil((12 * count) / 8) * 8;
    this.keysAt = this.signaturesAt + 8 * count;
    this.orderAt = this.keysAt + 8 * count;
    this.roomAt = this.orderAt + 4 * count;
    this.countsAt = this.roomAt + 4 * count;
    kernel.reserve(this.countsAt + sortCountsBytes);
    this.positions.set(positions);
    new BigUint64Array(kernel.memory, this.signaturesAt, count).set(signatures);
    for (let row = 0; row < count; row++) this.order[row] = row;
  }

  /** x, y, z of each row. */
  get positions(): Uint32Array {
    const { memory } = this.kernel;
    return new Uint32Array(memory, this.positionsAt, 3 * this.count);
  }

  /** The signature of each row in two halves, the lower first. */
  get signatures(): Uint32Array {
    const { memory } = this.kernel;
    return new Uint32Array(memory, this.signaturesAt, 2 * this.count);
  }

  /** The rows in the order reached so far. */
  get order(): Uint32Array {
    return new Uint32Array(this.kernel.memory, this.orderAt, this.count);
  }

  /** Sorts by signature as a number, and equal ones by z, y, x of their places. */
  sortBySignature(): void {
    for (const digit of [0, 1, 2, 3]) {
      this.pass(this.signaturesAt + 2 * digit, 8);
    }
    const { codes, order, signatures } = this;
    for (let i = 0; i < this.count; i++) {
      codes[2 * i] = signatures[2 * order[i]];
      codes[2 * i + 1] = signatures[2 * order[i] + 1];
    }
    // Most signatures are there once: passes over all places would sort what is in order already.
    for (let first = 0, next = 1; first < this.count; first = next++) {
      while (
        next < this.count &&
        codes[2 * next] === codes[2 * first] &&
        codes[2 * next + 1] === codes[2 * first + 1]
      ) {
        next++;
      }
      if (next - first > 1) this.sortByPlace(first, next);
    }
  }

  /** The signatures in the order of signatures, in halves as above; after `sortBySignature`, and until `sortBySpace`. */
  get codes(): Uint32Array {
    return new Uint32Array(this.kernel.memory, this.keysAt, 2 * this.count);
  }

  /**
   * The signatures sorted by the 16 bits of a lane; those that have the same there are in the order of signatures. It takes the place of
   * the order that was reached.
   */
  codesByLane(lane: number): Uint32Array {
    // The order and the room for the next lie side by side, and take as much as the signatures.
    const movedAt = Math.min(this.orderAt, this.roomAt);
    const { kernel, keysAt, count, countsAt } = this;
    const digit = 2 * (3 - lane);
    return kernel.movePass(keysAt, digit, movedAt, count, countsAt)
      ? new Uint32Array(kernel.memory, movedAt, 2 * count)
      : this.codes;
  }

  /** Sorts along a Morton curve through the box, which holds all places; rows of the same key stay as they are. */
  sortBySpace(bounds: Box): void {
    const { memory } = this.kernel;
    const keys = new Uint32Array(memory, this.keysAt, 2 * this.count);
    mortonKeys(this.positions, bounds, keys);
    for (const digit of [0, 1, 2]) this.pass(this.keysAt + 2 * digit, 8);
  }

  /** Sorts the rows from one on and before another, which have the same signature, by z, y, x of their places. */
  private sortByPlace(first: number, end: number): void {
    const { positions, order } = this;
    order
      .subarray(first, end)
      .sort(
        (a, b) =>
          positions[3 * a + 2] - positions[3 * b + 2] ||
          positions[3 * a + 1] - positions[3 * b + 1] ||
          positions[3 * a] - positions[3 * b],
      );
  }

  private pass(digits: number, stride: number): void {
    const { orderAt, roomAt, count, countsAt } = this;
    const isSorted = this.kernel.sortPass(
      digits,
      stride,
      orderAt,
      roomAt,
      count,
      countsAt,
    );
    if (isSorted) [this.orderAt, this.roomAt] = [roomAt, orderAt];
  }
}
