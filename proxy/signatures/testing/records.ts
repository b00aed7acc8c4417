/** Records and indexes for specs. */
import fc from "fast-check";
import type { IndexPlan } from "../index/index_writer.js";
import type { Records, Triple } from "../record.js";

/** A place with its signature. */
export interface PlainRecord {
  readonly place: Triple;
  readonly signature: bigint;
}

/** The plan of an index whose voxels are 8 × 8 × 30 nm. */
export const plan: IndexPlan = {
  encoder: {
    name: "test",
    hash: "0".repeat(64),
    patch: [64, 64, 1],
    parameters: null,
  },
  voxelSize: [8, 8, 30],
  stride: [16, 16, 4],
};

/** Rows as columns. */
export function columns(rows: readonly PlainRecord[]): Records {
  return {
    positions: Uint32Array.from(rows.flatMap(({ place }) => [...place])),
    signatures: BigUint64Array.from(rows.map(({ signature }) => signature)),
  };
}

/** Columns as rows. */
export function rowsOf({ positions, signatures }: Records): PlainRecord[] {
  return Array.from(signatures, (signature, i) => {
    const [x, y, z] = positions.subarray(3 * i);
    return { place: [x, y, z], signature };
  });
}

/** The distance of two signatures: how many of the digits of their difference are 1. */
export function bitsApart(a: bigint, b: bigint): number {
  return (a ^ b).toString(2).replaceAll("0", "").length;
}

/**
 * Signatures of which some lie near each other, as those of real volumes do, and some far: a few centres, and what differs
 * from them in a few bits.
 */
export function anySignature(): fc.Arbitrary<bigint> {
  const centre = fc.constantFrom(
    0n,
    2n ** 64n - 1n,
    0x0123_4567_89ab_cdefn,
    0x8000_0000_0000_0001n,
  );
  const bits = fc.array(fc.nat(63), { maxLength: 9 });
  return fc.oneof(
    { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(centre, bits)
        .map(([start, flipped]) =>
          flipped.reduce((value, bit) => value ^ (1n << BigInt(bit)), start),
        ),
    },
  );
}

/** Places on a small grid, so that some have several signatures; few lie far away. */
export function anyPlace(): fc.Arbitrary<Triple> {
  const near = fc.nat(12).map((step) => step * 8);
  const far = fc.nat(2 ** 32 - 1);
  return fc.oneof(
    { weight: 15, arbitrary: fc.tuple(near, near, near) },
    { weight: 1, arbitrary: fc.tuple(far, far, far) },
  );
}

/** Records, at least one. */
export function anyRecords(maxLength: number): fc.Arbitrary<PlainRecord[]> {
  return fc.array(fc.record({ place: anyPlace(), signature: anySignature() }), {
    minLength: 1,
    maxLength,
  });
}
