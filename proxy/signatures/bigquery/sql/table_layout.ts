import type { Box } from "../../record.js";

/** The examples of a search, as its statement has them. */
export interface ExampleParameters {
  /** 64 bits each, unsigned. */
  readonly signatures: readonly bigint[];
  /** What stands for each in the statement. */
  readonly names: readonly string[];
}

/**
 * How signatures lie in tables. Each of the four lanes of a signature (16 of its bits) has a table, in which the records of the
 * same lane lie together: a search reads those whose lane is like an example's. All of a statement's `SELECT`s give the columns
 * signature, x, y, z.
 */
export interface TableLayout {
  /**
   * The records of which a lane differs from that of an example in at most `radius` bits, each once; there may be others among
   * them. All records at a distance of at most 4 · radius + 3 are there (the pigeonhole: see `Kernel`).
   * @param radius all records where not given
   */
  candidates(examples: ExampleParameters, radius: number | undefined): string;

  /** The records in a box, with others perhaps. */
  near(box: Box): string;

  /** A table of one row, whose column `version` is another number whenever the tables hold another index. */
  readonly versionTable?: string;

  /** How many bytes of a record a search reads. */
  readonly recordBytes: number;
}

/** The most bits in which two signatures may differ that a search with this radius surely finds. */
export function surelyFound(radius: number | undefined): number {
  return radius === undefined ? 64 : 4 * radius + 3;
}
