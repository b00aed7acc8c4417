import type { Records } from "../record.js";
import { placeBytes, signatureBytes } from "../segment/layout.js";

/** The most records of a tail: 5 MiB, and about a millisecond of every search. */
export const tailRecords = 2 ** 18;

/** A tail as the worker threads see it. */
export interface SharedTail {
  readonly positions: SharedArrayBuffer;
  readonly signatures: SharedArrayBuffer;
  /** How many records there are; others may follow. */
  readonly count: number;
}

/** The records that are being added to an index, in memory, until they become a segment. They only grow: who has seen some sees the same again. */
export class Tail {
  private length = 0;
  private readonly positions: Uint32Array<SharedArrayBuffer>;
  private readonly signatures: BigUint64Array<SharedArrayBuffer>;

  /** @param encoder the hash of the encoder that makes the signatures */
  constructor(readonly encoder: string) {
    // What is not used of it takes no memory.
    this.positions = new Uint32Array(
      new SharedArrayBuffer(placeBytes * tailRecords),
    );
    this.signatures = new BigUint64Array(
      new SharedArrayBuffer(signatureBytes * tailRecords),
    );
  }

  get count(): number {
    return this.length;
  }

  /** In bytes. */
  get memory(): number {
    return (placeBytes + signatureBytes) * this.length;
  }

  /** What there is now. */
  get shared(): SharedTail {
    return {
      positions: this.positions.buffer,
      signatures: this.signatures.buffer,
      count: this.length,
    };
  }

  /** The same as records of one's own. */
  get records(): Records {
    return {
      positions: new Uint32Array(this.positions.subarray(0, 3 * this.length)),
      signatures: new BigUint64Array(this.signatures.subarray(0, this.length)),
    };
  }

  /** Whether so many more fit in. */
  takes(count: number): boolean {
    return this.length + count <= tailRecords;
  }

  /**
   * Adds records, all at once: a search that begins later finds them.
   * @throws RangeError where they do not fit in
   */
  add({ positions, signatures }: Records): void {
    // Throws before anything is counted.
    this.signatures.set(signatures, this.length);
    this.positions.set(positions, 3 * this.length);
    this.length += signatures.length;
  }
}
