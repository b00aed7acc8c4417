/**
 * The loops of the signature engine that see every signature: the scan and the pass of a sort. They work on one piece of memory
 * with addresses in bytes, so that files are read straight into it. The fast form is WebAssembly, the plain form is JavaScript
 * for where that cannot be had (`node --jitless`), and a test holds them to the same result.
 *
 * A signature has four lanes of 16 bits; lane 0 is the highest. A search probes them in steps: step `s` visits, in lane
 * `s % 4`, the signatures that differ from the query there in exactly `s >> 2` bits. After step `s`, each signature at a
 * distance of at most `s` has been met (the pigeonhole of multi-index hashing: Norouzi, Punjani and Fleet, "Fast exact search
 * in Hamming space with multi-index hashing", IEEE TPAMI 36, 2014).
 */
export interface Kernel {
  /** The memory. Another object after `reserve`: views of it must be made anew. */
  readonly memory: ArrayBuffer;

  /** Makes the memory at least this large, in bytes; its content is kept. */
  reserve(bytes: number): void;

  /**
   * Finds the signatures near a query which no earlier step has met. Step 0 has none before it: it finds them all.
   * @param codes address of the signatures, 8 bytes each
   * @param count of the signatures, at most `largestScan`
   * @param bound the largest distance
   * @param step of the search; see above
   * @param hits address of what is found: a u32 each, the number of the signature times 128 plus its distance, ascending
   * @returns how many were found
   */
  scan(
    codes: number,
    count: number,
    query: bigint,
    bound: number,
    step: number,
    hits: number,
  ): number;

  /**
   * One pass of a radix sort, stable, by 16 bits of each row.
   * @param digits address of the first row's 16 bits
   * @param stride from one row's bits to the next row's, in bytes
   * @param order address of the row numbers (u32) in the order before
   * @param sorted address where they are put in the order after
   * @param counts address of 256 KiB to work with
   * @returns 0 where all rows have the same bits: then nothing was written to `sorted`
   */
  sortPass(
    digits: number,
    stride: number,
    order: number,
    sorted: number,
    count: number,
    counts: number,
  ): number;

  /**
   * The same for signatures that are moved themselves, which reads them one after the other.
   * @param codes address of the signatures in the order before, 8 bytes each
   * @param digit at which byte of each the 16 bits are: 0, 2, 4 or 6
   * @param moved address where they are put in the order after
   * @param counts address of 256 KiB to work with
   * @returns 0 where all have the same bits: then nothing was written to `moved`
   */
  movePass(
    codes: number,
    digit: number,
    moved: number,
    count: number,
    counts: number,
  ): number;
}

/** The most signatures that one scan takes: their numbers share 32 bits with a distance. */
export const largestScan = 2 ** 25;

/** What a pass of a sort needs to work with, in bytes. */
export const sortCountsBytes = 2 ** 18;
