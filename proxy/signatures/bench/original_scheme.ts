import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** How many partitions each of the original's tables has. */
const partitions = 4000n;

/**
 * Which signatures the original's search meets: those in the query's own partition of one of four tables, each table partitioned by
 * another 16 of the bits, shuffled. It looks at no others, whatever their distance.
 */
export class OriginalScheme {
  private readonly masks: readonly bigint[];

  /** @param seed of the shuffle */
  constructor(seed: number) {
    const random = xoroshiro128plus(seed);
    const bits = Array.from({ length: 64 }, (_, bit) => bit);
    for (let i = 63; i > 0; i--) {
      const j = (random.next() >>> 0) % (i + 1);
      [bits[i], bits[j]] = [bits[j], bits[i]];
    }
    this.masks = [0, 1, 2, 3].map((table) =>
      bits
        .slice(16 * table, 16 * table + 16)
        .reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n),
    );
  }

  /** Whether a search for the query meets the signature. */
  meets(query: bigint, signature: bigint): boolean {
    return this.masks.some(
      (mask) => partition(query & mask) === partition(signature & mask),
    );
  }
}

/** The finalizer of MurmurHash3 (Appleby, public domain) spreads the masked bits over the partitions. */
function partition(masked: bigint): bigint {
  const multiply = (value: bigint, factor: bigint) =>
    BigInt.asUintN(64, (value ^ (value >> 33n)) * factor);
  const hash = multiply(
    multiply(masked, 0xff51afd7ed558ccdn),
    0xc4ceb9fe1a85ec53n,
  );
  return (hash ^ (hash >> 33n)) % partitions;
}
