/** The largest distance of two signatures. */
export const farthest = 64;

/**
 * Counts what was met at each distance, to know how far a search for a number of records must still look. In shared memory, so
 * that what one thread has met in its segments spares the others the way.
 */
export class Tally {
  private readonly counts: Int32Array;

  /**
   * @param shared of `Tally.memory()`
   * @param wanted how many records are looked for
   * @param maxDistance the bound where there are not so many
   */
  constructor(
    shared: SharedArrayBuffer,
    private readonly wanted: number,
    private readonly maxDistance: number,
  ) {
    this.counts = new Int32Array(shared);
  }

  /** Memory for a tally of nothing. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (farthest + 1));
  }

  /** Counts one record. */
  add(distance: number): void {
    Atomics.add(this.counts, distance, 1);
  }

  /** The distance beyond which no record is among those wanted. */
  get bound(): number {
    let sum = 0;
    for (let distance = 0; distance < this.maxDistance; distance++) {
      sum += Atomics.load(this.counts, distance);
      if (sum >= this.wanted) return distance;
    }
    return this.maxDistance;
  }
}
