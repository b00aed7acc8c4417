import fc from "fast-check";
import type { AnnotationRecord } from "./annotation.js";
import { movedBy } from "./geometry.js";
import { formatLength, formatVolume, measure } from "./measurement.js";
import { anyRecord, anyVoxel } from "./testing/records.js";

const common = {
  id: "00000000-0000-4000-8000-000000000000",
  description: "",
  tags: [],
  checked: false,
  user: "local",
  created: 0,
  modified: 0,
};

/** Twice as long along y, five times along z. */
const VOXEL = [8, 16, 40] as const;

function measured(geometry: object) {
  const record: unknown = { ...common, ...geometry };
  return measure(record as AnnotationRecord, VOXEL);
}

describe("The measure of a mark", () => {
  it("has no length for a point", () => {
    expect(measured({ kind: "point", position: [1, 2, 3] })).toEqual({});
  });

  it("counts voxels as long as they are along each axis", () => {
    const line = (to: number[]) =>
      measured({ kind: "line", ends: [[0, 0, 0], to] }).length;
    expect(line([10, 0, 0])).toBe(80);
    expect(line([0, 10, 0])).toBe(160);
    expect(line([0, 0, 10])).toBe(400);
    expect(line([6, 4, 0])).toBe(80);
  });

  it("adds up a path", () => {
    const vertices = [
      [0, 0, 0],
      [10, 0, 0],
      [10, 10, 0],
      [10, 10, 10],
    ];
    expect(measured({ kind: "polyline", vertices }).length).toBe(640);
  });

  it("knows a sphere by its diameter", () => {
    const ends = [
      [0, 0, 0],
      [0, 0, 10],
    ];
    const { length, radius, volume } = measured({ kind: "sphere", ends });
    expect([length, radius]).toEqual([400, 200]);
    expect(volume).toBeCloseTo((4 / 3) * Math.PI * 8e6, 3);
  });

  it("counts both corner voxels of a box, in whichever order they are", () => {
    const box = (...corners: number[][]) =>
      measured({ kind: "box", corners }).volume;
    expect(box([5, 5, 5], [5, 5, 5])).toBe(8 * 16 * 40);
    expect(box([0, 0, 0], [9, 9, 9])).toBe(1000 * 8 * 16 * 40);
    expect(box([9, 0, 9], [0, 9, 0])).toBe(1000 * 8 * 16 * 40);
  });

  it("gives an ellipsoid the volume of a sphere where its radii are one", () => {
    const { extent, volume } = measured({
      kind: "ellipsoid",
      center: [0, 0, 0],
      radii: [25, 25 / 2, 5],
    });
    expect(extent).toEqual([200, 200, 200]);
    expect(volume).toBeCloseTo((4 / 3) * Math.PI * 8e6, 3);
  });

  it("does not depend on where the mark is", () => {
    fc.assert(
      fc.property(anyRecord(), anyVoxel(), (record, delta) => {
        expect(measure(movedBy(record, delta), VOXEL)).toEqual(
          measure(record, VOXEL),
        );
      }),
    );
  });

  it("is written in nm or µm by magnitude, with three figures", () => {
    expect([0, 7.25, 41, 868.4, 999.4].map(formatLength)).toEqual([
      "0 nm",
      "7.25 nm",
      "41 nm",
      "868 nm",
      "999 nm",
    ]);
    expect([1000, 4123, 12_345_678].map(formatLength)).toEqual([
      "1 µm",
      "4.12 µm",
      "12,346 µm",
    ]);
    expect([5120, 14_137_167, 2.5e9].map(formatVolume)).toEqual([
      "5,120 nm³",
      "0.0141 µm³",
      "2.5 µm³",
    ]);
  });
});
