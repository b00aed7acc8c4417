import { flips } from "./flips.js";
import { integers, tableName, type TableHome } from "./statement.js";
import type { ExampleParameters, TableLayout } from "./table_layout.js";

/** How many partitions each of the tables has. */
const partitions = 4000;

const columns = "signature, x, y, z";
const anyPartition = `part BETWEEN 0 AND ${partitions - 1}`;

/** The bits of a mask, one in each number. */
function bitsOf(mask: bigint): bigint[] {
  return Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter(
    (bit) => (mask & bit) !== 0n,
  );
}

/**
 * The original's layout: the tables `hamming0` to `hamming3`, in which the partition `part` follows from those bits of a signature
 * that the table's mask chooses. The original looks into the partition of the query alone, and so misses some of what it promises;
 * with those of the neighbouring lanes beside it nothing is missed. What its loader has left out (more than 100 equal signatures)
 * is not in the tables, and records that are there twice count once.
 */
export class HammingTables implements TableLayout {
  /** Partition, signature, x, y, z. */
  readonly recordBytes = 40;
  private readonly bits: readonly (readonly bigint[])[];

  /** @param masks 16 bits each, and together all 64 */
  constructor(
    private readonly home: TableHome,
    private readonly masks: readonly bigint[],
  ) {
    this.bits = masks.map(bitsOf);
  }

  candidates(
    { signatures }: ExampleParameters,
    radius: number | undefined,
  ): string {
    if (radius === undefined) {
      return `SELECT DISTINCT ${columns} FROM ${this.table(0)} WHERE ${anyPartition}`;
    }
    return this.masks
      .map((mask, table) => {
        const parts = new Set(
          signatures.flatMap((signature) =>
            flips(this.bits[table], radius).map((flip) =>
              partitionOf((signature ^ flip) & mask),
            ),
          ),
        );
        const sorted = [...parts].sort((a, b) => a - b);
        return `SELECT ${columns} FROM ${this.table(table)}
WHERE part IN (${integers(sorted)})`;
      })
      .join("\nUNION DISTINCT\n");
  }

  /** The tables have no order of places: all of one is read. */
  near(): string {
    return `SELECT DISTINCT ${columns} FROM ${this.table(0)} WHERE ${anyPartition}`;
  }

  /** @param number of the table */
  private table(number: number): string {
    return tableName(this.home, `hamming${number}`);
  }
}

/** The partition of masked bits, which the finalizer of MurmurHash3 (Appleby, public domain) spreads. */
export function partitionOf(masked: bigint): number {
  const multiply = (value: bigint, factor: bigint) =>
    BigInt.asUintN(64, (value ^ (value >> 33n)) * factor);
  const hash = multiply(
    multiply(masked, 0xff51afd7ed558ccdn),
    0xc4ceb9fe1a85ec53n,
  );
  return Number((hash ^ (hash >> 33n)) % BigInt(partitions));
}
