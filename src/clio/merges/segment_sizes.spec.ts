import {
  PreprocessedSegmentPropertyMap,
  SegmentPropertyMap,
} from "neuroglancer/unstable/segmentation_display_state/property_map.js";
import { DataType } from "neuroglancer/unstable/util/data_type.js";
import { Signal } from "neuroglancer/unstable/util/signal.js";
import { MergeSets } from "../model/merge_sets.js";
import { CellNames } from "../ui/cell_names.js";
import { decision } from "../model/testing/merges.js";
import { isNoSegment, voxelsOf, WholeSizes } from "./segment_sizes.js";

const BIG = 18446744073709551615n;

/** What a source says of segments: a number of this name each. */
function properties(
  name: string,
  ...counts: readonly (readonly [bigint, number])[]
) {
  const values = Float32Array.from(counts, ([, count]) => count);
  return new PreprocessedSegmentPropertyMap(
    new SegmentPropertyMap({
      inlineProperties: {
        ids: BigUint64Array.from(counts, ([id]) => id),
        properties: [
          {
            id: name,
            type: "number",
            dataType: DataType.FLOAT32,
            description: undefined,
            values,
            bounds: [0, 1e9],
          },
        ],
      },
    }),
  );
}

const COUNTS = [
  [7n, 10],
  [9007199254740993n, 200],
  [BIG, 3000],
] as const;

describe("The sizes of segments", () => {
  it("are what the segmentation says of them, by any of the usual names, every digit of an id told apart", () => {
    for (const name of ["voxels", "size", "Num_Voxels", "voxel_count"]) {
      const known = properties(name, ...COUNTS);
      expect(voxelsOf(known, BIG)).withContext(name).toBe(3000);
      expect(voxelsOf(known, 9007199254740992n)).toBe(undefined);
      expect(isNoSegment(known, 9007199254740992n)).toBe(true);
      expect(isNoSegment(known, 9007199254740993n)).toBe(false);
    }
  });

  it("are not known where it counts something else, nothing, or not this one; then nothing is said to be gone", () => {
    const other = properties("synapses", ...COUNTS);
    expect(voxelsOf(other, 7n)).toBe(undefined);
    expect(isNoSegment(other, 8n)).toBe(false);
    expect(voxelsOf(undefined, 7n)).toBe(undefined);
    expect(isNoSegment(undefined, 7n)).toBe(false);
    const unknown = properties("voxels", [7n, NaN]);
    expect(voxelsOf(unknown, 7n)).toBe(undefined);
    expect(isNoSegment(unknown, 7n)).toBe(false);
  });

  it("are added up for what is one, anew when that has changed, and are not known where that of a part is not", () => {
    const sets = new MergeSets();
    const changed = new Signal<
      (touched: ReadonlySet<bigint> | undefined) => void
    >();
    const book = { sets, changed };
    const change = (touched: readonly bigint[]) =>
      changed.dispatch(new Set(touched));
    const known = properties("voxels", ...COUNTS);
    const sizes = new WholeSizes(new CellNames());
    const of = (id: bigint) => sizes.sizeOf(book, known, id);
    expect(of(7n)).toBe(10);
    change(sets.put(decision(1, BIG, 7)));
    expect([of(7n), of(BIG)]).toEqual([3010, 3010]);
    change(sets.put(decision(2, 9007199254740993n, 7)));
    expect(of(BIG)).toBe(3210);
    change(sets.put(decision(3, 8, 7)));
    expect(of(BIG)).toBe(undefined);
    change(sets.delete(decision(3, 8, 7).id));
    expect(of(BIG)).toBe(3210);
    change(sets.delete(decision(1, 8, 7).id));
    expect([of(7n), of(BIG)]).toEqual([210, 3000]);
    expect(sizes.sizeOf(book, properties("voxels", [7n, 5]), BIG)).toBe(
      undefined,
    );
    sizes.dispose();
  });

  it("are asked of whoever names cells where the segmentation counts none, each once, and those of a very large whole are not", async () => {
    const sets = new MergeSets();
    const changed = new Signal<
      (touched: ReadonlySet<bigint> | undefined) => void
    >();
    const book = { sets, changed };
    const names = new CellNames();
    const asked: string[] = [];
    names.comeFrom((ids) => {
      asked.push(...ids);
      const known = ids.filter((id) => id !== "9");
      return Promise.resolve(
        new Map(
          known.map((id) => [
            id,
            { type: "", instance: "", size: Number(id) % 1000 },
          ]),
        ),
      );
    });
    const sizes = new WholeSizes(names);
    const of = (id: bigint, from = properties("synapses", ...COUNTS)) =>
      sizes.sizeOf(book, from, id);
    sets.put(decision(1, 300, 7));
    for (let n = 0; n < 201; ++n) sets.put(decision(10 + n, 5000, 5001 + n));
    const before = sizes.knownFrom(undefined);
    expect([of(7n), of(8n), of(9n), of(5000n)]).toEqual(
      Array.from({ length: 4 }),
    );
    await new Promise<void>((resolve) => names.changed.add(resolve));
    expect(sizes.knownFrom(undefined)).not.toBe(before);
    expect([of(7n), of(8n), of(9n)]).toEqual([307, 8, undefined]);
    expect(asked.sort()).toEqual(["300", "7", "8", "9"]);
    // What the segmentation counts is not asked of anybody else.
    const known = properties("voxels", ...COUNTS);
    expect([of(7n, known), of(BIG, known)]).toEqual([undefined, 3000]);
    expect(sizes.knownFrom(known)).toBe(known);
    expect(asked.length).toBe(4);
    sizes.dispose();
  });
});
