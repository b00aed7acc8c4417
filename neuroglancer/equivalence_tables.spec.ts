import fc from "fast-check";
import { GPUHashTable } from "neuroglancer/unstable/gpu_hash/shader.js";
import { EquivalencesHashMap } from "neuroglancer/unstable/sliceview/volume/segmentation_renderlayer.js";
import { DisjointUint64Sets } from "neuroglancer/unstable/util/disjoint_sets.js";
import { initializeWebGL } from "neuroglancer/unstable/webgl/context.js";
import { changeDrawnSets, tablesOf } from "./equivalence_tables.js";
import { packSets } from "./segment_sets.js";

/** Few, so that they meet often, and of 64 bits. */
const segment = fc.bigInt({ min: 2n ** 64n - 12n, max: 2n ** 64n - 1n });

/** Takes the sets of these segments apart, and makes one of all that was in them, or leaves them alone; then a frame is drawn, or not. */
const step = fc.record({
  touched: fc.uniqueArray(segment, { minLength: 2, maxLength: 4 }),
  isMerge: fc.boolean(),
  isDrawn: fc.boolean(),
});

function contents({ hashMap }: EquivalencesHashMap): Map<bigint, bigint> {
  return new Map(Array.from(hashMap.entries(), ([id, main]) => [id, main]));
}

describe("The tables that slices are coloured by", () => {
  it("are after any changes what upstream would make anew", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const sets = new DisjointUint64Sets();
        const table = new EquivalencesHashMap(sets);
        for (const { touched, isMerge, isDrawn } of steps) {
          const members = touched.flatMap((id) => [...sets.setElements(id)]);
          const whole = isMerge ? [[...new Set(members)]] : [];
          const apart = BigUint64Array.from(touched);
          changeDrawnSets(sets, { apart, ...packSets(whole) }, [table]);
          if (isDrawn) table.update();
        }
        table.update();
        const anew = new EquivalencesHashMap(sets);
        anew.update();
        const expected = contents(anew);
        return (
          contents(table).size === expected.size &&
          [...contents(table)].every(([id, main]) => expected.get(id) === main)
        );
      }),
      { numRuns: 300 },
    );
  });

  it("are not made anew for a change of some sets, and are where all are others", () => {
    const sets = new DisjointUint64Sets();
    const table = new EquivalencesHashMap(sets);
    const all = packSets([
      [1n, 2n],
      [3n, 4n],
    ]);
    changeDrawnSets(sets, { apart: undefined, ...all }, [table]);
    expect(table.generation).not.toBe(sets.generation);
    table.update();
    const apart = BigUint64Array.of(1n, 5n);
    changeDrawnSets(sets, { apart, ...packSets([[5n, 1n]]) }, [table]);
    expect(table.generation).toBe(sets.generation);
    expect(contents(table)).toEqual(
      new Map([
        [1n, 5n],
        [5n, 5n],
        [3n, 3n],
        [4n, 3n],
      ]),
    );
  });

  it("are found where a layer draws these sets, and no others", () => {
    const sets = new DisjointUint64Sets();
    const gl = initializeWebGL(document.createElement("canvas"));
    const drawn = (of: DisjointUint64Sets) => {
      const equivalencesHashMap = new EquivalencesHashMap(of);
      const { hashMap } = equivalencesHashMap;
      const gpuEquivalencesHashTable = new GPUHashTable(gl, hashMap);
      return { equivalencesHashMap, gpuEquivalencesHashTable };
    };
    const own = drawn(sets);
    const other = drawn(new DisjointUint64Sets());
    const layers = [{ renderLayers: [{}, own] }, { renderLayers: [other] }];
    expect([
      ...tablesOf(layers as unknown as Parameters<typeof tablesOf>[0], sets),
    ]).toEqual([own.equivalencesHashMap]);
  });
});
