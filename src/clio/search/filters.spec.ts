import fc from "fast-check";
import type { Vec3 } from "../model/box.js";
import {
  boxAround,
  FARTHEST,
  firstBound,
  histogram,
  NearPlaces,
  nanometresBetween,
} from "./filters.js";

const nanometres: Vec3 = [4.6, 4.6, 45];
const voxel = fc.tuple(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: 30 }),
);

describe("The filters of a search", () => {
  it("know what is near to marks as a look at each of them does", () => {
    fc.assert(
      fc.property(
        fc.array(voxel, { maxLength: 40 }),
        fc.array(voxel, { maxLength: 40 }),
        fc.double({ min: 1, max: 400, noNaN: true }),
        (marks, places, reach) => {
          const near = new NearPlaces(marks, reach, nanometres);
          for (const place of places) {
            const plain = marks.some(
              (mark) => nanometresBetween(mark, place, nanometres) < reach,
            );
            expect(near.has(place)).toBe(plain);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("make a cube in nm around a voxel that may lie at the border", () => {
    expect(boxAround([10.5, 2, 3], 92, nanometres)).toEqual({
      lower: [0, -8, 1],
      upper: [21, 13, 6],
    });
  });

  it("show the nearest sixty of a new search, and all that is very much alike", () => {
    const matches = (distances: readonly number[]) =>
      distances.map((distance) => ({
        point: [1, 2, 3] as [number, number, number],
        signature: "0",
        distance,
      }));
    const ascending = Array.from({ length: 100 }, (_, i) => i >> 2);
    expect(firstBound(matches(ascending))).toBe(14);
    expect(firstBound(matches([1, 15]))).toBe(15);
    expect(firstBound(matches([1, 2]))).toBe(8);
    expect(firstBound([])).toBe(8);
  });

  it("count what was found by distance", () => {
    const match = (distance: number) => ({
      point: [1, 2, 3] as [number, number, number],
      signature: "0",
      distance,
    });
    const counts = histogram([match(0), match(3), match(3), match(FARTHEST)]);
    expect(counts).toHaveSize(FARTHEST + 1);
    expect([counts[0], counts[3], counts[FARTHEST]]).toEqual([1, 2, 1]);
    expect(counts.reduce((a, b) => a + b)).toBe(4);
  });
});
