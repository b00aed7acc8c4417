/** The largest distance of two signatures. */
export const farthest = 64;

/** Behind the counts of the distances: that of all. */
const all = farthest + 1;
/** Behind that, the counts of each distance by the highest bits of the signature, by which records of one distance are ordered. */
const cellsAt = all + 1;
const cellBits = 6;
const cells = 2 ** cellBits;

/**
 * Counts what was met at each distance, to know how far a search for a number of records must still look. In shared memory, so
 * that what one thread has met in its segments spares the others the way.
 */
export class Tally {
  private readonly counts: Int32Array;
  /** The bound when so many were counted in all. */
  private reached: number;
  private counted = 0;

  /**
   * @param shared of `Tally.memory()`
   * @param wanted how many records are looked for
   * @param maxDistance the bound where there are not so many
   */
  constructor(
    shared: SharedArrayBuffer,
    private readonly wanted: number,
    maxDistance: number,
  ) {
    this.counts = new Int32Array(shared);
    this.reached = maxDistance;
  }

  /** Memory for a tally of nothing. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (cellsAt + cells * (farthest + 1)));
  }

  /**
   * Counts one record.
   * @param high the higher half of its signature
   */
  add(distance: number, high: number): void {
    const cell = high >>> (32 - cellBits);
    Atomics.add(this.counts, cellsAt + cells * distance + cell, 1);
    Atomics.add(this.counts, distance, 1);
    Atomics.add(this.counts, all, 1);
  }

  /** The distance beyond which no record is among those wanted. */
  get bound(): number {
    // It is asked for before each scan, and most scans find nothing.
    const counted = Atomics.load(this.counts, all);
    if (counted === this.counted) return this.reached;
    this.counted = counted;
    let sum = 0;
    for (let distance = 0; distance < this.reached; distance++) {
      sum += Atomics.load(this.counts, distance);
      if (sum >= this.wanted) this.reached = distance;
    }
    return this.reached;
  }

  /** Of what lies at the bound: the higher half of a signature above which none is among those wanted. */
  get boundHigh(): number {
    const { bound } = this;
    let sum = 0;
    for (let distance = 0; distance < bound; distance++) {
      sum += Atomics.load(this.counts, distance);
    }
    let cell = 0;
    for (; cell < cells - 1; cell++) {
      sum += Atomics.load(this.counts, cellsAt + cells * bound + cell);
      if (sum >= this.wanted) break;
    }
    return (cell + 1) * 2 ** (32 - cellBits) - 1;
  }
}
