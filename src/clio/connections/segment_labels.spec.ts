import {
  PreprocessedSegmentPropertyMap,
  SegmentPropertyMap,
} from "neuroglancer/unstable/segmentation_display_state/property_map.js";
import { DataType } from "neuroglancer/unstable/util/data_type.js";
import { ownOf } from "../ui/own_properties.js";
import { withLabels } from "./segment_labels.js";

const BIG = 18446744073709551615n;

/** Above what a number of 32 bits tells from the next. */
const VOXELS = 2 ** 24 + 1;

/** What a source says of these segments: a number of voxels each. */
function sizes(ids: readonly bigint[]) {
  return new PreprocessedSegmentPropertyMap(
    new SegmentPropertyMap({
      inlineProperties: {
        ids: BigUint64Array.from(ids),
        properties: [
          {
            id: "voxels",
            type: "number",
            dataType: DataType.UINT32,
            description: undefined,
            values: Uint32Array.from(ids, (_, i) => VOXELS + i),
            bounds: [0, 2 ** 32],
          },
        ],
      },
    }),
  );
}

describe("The labels of selected segments", () => {
  it("are each segment's own in whatever order they were selected, beside what the source says or alone", () => {
    const selected = [
      [2n, "two"],
      [BIG, "big"],
      [5n, "five"],
      [9n, "nine"],
      [4n, "four"],
    ] as const;
    for (const own of [sizes([2n, 4n, 5n, 9n, BIG]), undefined]) {
      const made = withLabels(own, selected);
      for (const [id, label] of selected) {
        expect(made.getSegmentLabel(id)).toBe(label);
      }
      expect(made.segmentPropertyMap.inlineProperties?.ids.length).toBe(5);
    }
  });

  it("leave what the source says as it is, also of a segment that it does not list, and is told apart", () => {
    const own = sizes([4n, 9n]);
    const made = withLabels(own, [
      [9n, "nine"],
      [7n, "seven"],
    ]);
    expect(made.getSegmentLabel(7n)).toBe("seven");
    expect(ownOf(made)).toBe(own);
    expect(ownOf(made)?.numericalProperties[0].values[1]).toBe(VOXELS + 1);
    expect(ownOf(own)).toBe(own);
    expect(ownOf(withLabels(undefined, [[7n, "seven"]]))).toBeUndefined();
    expect(ownOf(undefined)).toBeUndefined();
  });
});
