import type { AnnotationRecord } from "../../model/annotation.js";
import { placesOf, readVoxel } from "./places.js";

const space = {
  lower: [0, 0, 0] as [number, number, number],
  upper: [100, 200, 50.5] as [number, number, number],
};

const common = {
  id: "00000000-0000-4000-8000-000000000001",
  description: "",
  tags: [],
  checked: false,
  user: "local",
  created: 1,
  modified: 1,
};
const segments = { source: "precomputed://x", supervoxels: ["1", "2"] };
const line: AnnotationRecord = {
  ...common,
  kind: "line",
  ends: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  segments,
};

function read(record: AnnotationRecord, place: number, text: string) {
  return placesOf(record, space)[place].read(text);
}

describe("where a mark lies, as text", () => {
  it("is each of its anchors, by name", () => {
    const places = placesOf(line, space);
    expect(places.map((place) => [place.label, place.text(line)])).toEqual([
      ["End 1", "1, 2, 3"],
      ["End 2", "4, 5, 6"],
    ]);
    expect(places[0].act).toBe("Move line");
  });

  it("moves the anchor that is typed over, and what was looked up under the mark goes", () => {
    const reading = read(line, 1, "[10;20\t30]");
    if ("expected" in reading) throw new Error(reading.expected);
    const moved = reading.change(line);
    expect(moved).toEqual(
      jasmine.objectContaining({
        ends: [
          [1, 2, 3],
          [10, 20, 30],
        ],
      }),
    );
    expect(moved.segments).toBeUndefined();
    const same = read(line, 1, "4 5 6");
    expect("change" in same && same.change(line)).toBe(line);
  });

  it("is refused outside of the image, and where it is not three whole numbers", () => {
    expect(read(line, 0, "5, 200, 7")).toEqual({ expected: "y from 0 to 199" });
    expect(read(line, 0, "5, 5, 51")).toEqual({ expected: "z from 0 to 50" });
    for (const text of ["", "1, 2", "1, 2, 3, 4", "1.5, 2, 3", "a, b, c"]) {
      expect(read(line, 0, text)).toEqual({
        expected: "three whole numbers: x, y, z",
      });
    }
    expect(readVoxel("99999999999999999999, 1, 1")).toBeUndefined();
  });

  it("has the radii of an ellipsoid, which are never less than a voxel", () => {
    const ellipsoid: AnnotationRecord = {
      ...common,
      kind: "ellipsoid",
      center: [10, 10, 10],
      radii: [3, 4, 5],
    };
    const places = placesOf(ellipsoid, space);
    expect(places.map(({ label }) => label)).toEqual(["Centre", "Radii"]);
    expect("expected" in read(ellipsoid, 1, "3, 0, 5")).toBeTrue();
    const reading = read(ellipsoid, 1, "3, 8, 5");
    expect("change" in reading && reading.change(ellipsoid)).toEqual({
      ...ellipsoid,
      radii: [3, 8, 5],
    });
  });
});
