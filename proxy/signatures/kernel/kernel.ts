/**
 * The loops of the signature engine that see every signature: the scan and the passes of a sort. They work on one piece of memory
 * with addresses in bytes, so that files are read straight into it. The fast form is WebAssembly, the plain form is JavaScript
 * for where that cannot be had (`node --jitless`), and a test holds them to the same result.
 *
 * A signature has four lanes of 16 bits; lane 0 is the highest. A search probes them in steps, each of which visits, in one lane, the
 * signatures that differ from the query there in exactly so many bits as that lane was probed before. Whatever the order of the lanes,
 * after `n` steps each signature at a distance below `n` has been met: one that was not differs in each lane in as many bits at least as
 * the lane was probed (the pigeonhole of multi-index hashing: Norouzi, Punjani and Fleet, "Fast exact search in Hamming space with
 * multi-index hashing", IEEE TPAMI 36, 2014; with radii that differ: Qin et al., "GPH: Similarity search in Hamming space", ICDE 2018).
 */
export interface Kernel {
  /** The memory. Another object after `reserve`: views of it must be made anew. */
  readonly memory: ArrayBuffer;

  /** Makes the memory at least this large, in bytes; its content is kept. */
  reserve(bytes: number): void;

  /**
   * Finds the signatures near a query which no earlier step has met.
   * @param codes address of the signatures, 8 bytes each
   * @param count of the signatures, at most `largestScan`
   * @param bound the largest distance
   * @param met how many radii each lane was probed at before, from 0 on: 8 bits a lane, the lowest for lane 0. 0 finds them all
   * @param hits address of what is found: a u32 each, the number of the signature times 128 plus its distance, ascending
   * @returns how many were found
   */
  scan(
    codes: number,
    count: number,
    query: bigint,
    bound: number,
    met: number,
    hits: number,
  ): number;

  /**
   * Counts how often each value of each of their bytes occurs in keys, which the passes of a radix sort begin with.
   * @param keys address of the keys, 8 bytes each
   * @param counts address of `byteCountsBytes`: 256 u32 a byte, those of the lowest byte first
   */
  countBytes(keys: number, count: number, counts: number): void;

  /**
   * One pass of a radix sort, stable, by one byte of each key. Keys and their rows are moved themselves: they are read one after
   * the other and go to 256 places, which a core's caches follow, where rows alone would be looked up all over the memory.
   * @param keys address of the keys in the order before, 8 bytes each
   * @param rows address of the row number (u32) of each
   * @param byte which of the eight, 0 the lowest
   * @param starts address of 256 u32: where the keys with each value of the byte begin in the order after; they are used up
   * @param sortedKeys address where the keys are put in the order after
   * @param sortedRows address where their rows are put
   */
  sortPass(
    keys: number,
    rows: number,
    count: number,
    byte: number,
    starts: number,
    sortedKeys: number,
    sortedRows: number,
  ): void;

  /** The same for keys without rows. */
  movePass(
    keys: number,
    count: number,
    byte: number,
    starts: number,
    sortedKeys: number,
  ): void;

  /**
   * Merges two runs of signatures, each in the order of a lane, which lie one behind the other: by the 16 bits of the lane, then as numbers,
   * and in lane 0 by z, y, x of their places.
   * @param codes address of the signatures, 8 bytes each
   * @param rows address of the row (u32) that each has among the places: lane 0 alone has them
   * @param middle how many are of the first run
   * @param count of both
   * @param places address of x, y, z (u32) of each row, for lane 0
   * @param sortedCodes address where the signatures are put
   * @param sortedRows address where their rows are put
   */
  mergeRuns(
    codes: number,
    rows: number,
    middle: number,
    count: number,
    lane: number,
    places: number,
    sortedCodes: number,
    sortedRows: number,
  ): void;
}

/** The most signatures that one scan takes: their numbers share 32 bits with a distance. */
export const largestScan = 2 ** 25;

/** What `countBytes` writes, in bytes. */
export const byteCountsBytes = 8 * 256 * 4;
