import { DisjointUint64Sets } from "neuroglancer/unstable/util/disjoint_sets.js";
import { changeSets, packSets } from "./segment_sets.js";

const BIG = 18446744073709551615n;

describe("Upstream's sets of segments", () => {
  it("take many sets at once, each with the id that was chosen, and ids of 64 bits", () => {
    const sets = new DisjointUint64Sets();
    sets.link(1n, 2n);
    const { generation } = sets;
    const made = packSets([
      [5n, 3n, BIG],
      [BIG - 1n, 9007199254740993n],
    ]);
    changeSets(sets, { apart: undefined, ...made });
    expect(sets.get(1n)).toBe(1n);
    for (const segment of [5n, 3n, BIG]) expect(sets.get(segment)).toBe(5n);
    expect(sets.get(9007199254740993n)).toBe(BIG - 1n);
    expect(sets.get(9007199254740992n)).toBe(9007199254740992n);
    expect(sets.isMinElement(5n)).toBeTrue();
    expect(new Map(sets.mappings()).get(BIG)).toBe(5n);
    expect(sets.generation).toBeGreaterThan(generation);
  });

  it("fall apart and join by naming one segment of each, and leave the others alone", () => {
    const sets = new DisjointUint64Sets();
    const before = packSets([
      [1n, 2n],
      [4n, 3n],
      [7n, 6n],
    ]);
    changeSets(sets, { apart: undefined, ...before });
    changeSets(sets, {
      apart: BigUint64Array.of(2n, 3n),
      ...packSets([[3n, 2n, 1n]]),
    });
    expect([1n, 2n, 3n, 4n].map((segment) => sets.get(segment))).toEqual([
      3n,
      3n,
      3n,
      4n,
    ]);
    expect(sets.get(6n)).toBe(7n);
  });

  it("tell that something is another where only the main is", () => {
    const sets = new DisjointUint64Sets();
    changeSets(sets, { apart: undefined, ...packSets([[1n, 2n]]) });
    const { generation } = sets;
    changeSets(sets, {
      apart: BigUint64Array.of(1n),
      ...packSets([[2n, 1n]]),
    });
    expect(sets.get(1n)).toBe(2n);
    expect(sets.generation).not.toBe(generation);
  });
});
