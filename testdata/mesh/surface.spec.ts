import fc from "fast-check";
import type { Triple } from "../precomputed/scales.js";
import { boundsOf, meshProblems, sharedEdges } from "../testing/mesh_checks.js";
import { surfaceOf, volume } from "../testing/label_volumes.js";
import { indexLabels } from "./label_index.js";
import { enclosedVolume } from "./surface.js";

describe("The surface of a label", () => {
  it("is closed and faces outwards, for any labels", () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 7 }),
          fc.integer({ min: 1, max: 7 }),
          fc.integer({ min: 1, max: 7 }),
        ),
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
        (size, stream) => {
          const labels = volume(size, () => stream.next().value as number);
          for (const label of [1, 2]) {
            const surface = surfaceOf(labels, size, label);
            expect(meshProblems(surface)).toEqual([]);
            const voxels = labels.filter((value) => value === label).length;
            expect(surface.triangles.length > 0).toBe(voxels > 0);
            if (voxels > 0) expect(enclosedVolume(surface)).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: process.env.CLIO_NIGHTLY ? 2000 : 60 },
    );
  });

  it("closes at the border of the volume, and reaches it exactly", () => {
    const size: Triple = [9, 5, 3];
    const surface = surfaceOf(
      volume(size, () => 7),
      size,
      7,
    );
    expect(meshProblems(surface)).toEqual([]);
    expect(boundsOf(surface)).toEqual({ low: [0, 0, 0], high: [9, 5, 3] });
  });

  it("is in one part where a label crosses the blocks that are looked through", () => {
    const size: Triple = [150, 70, 131];
    const inside = (x: number, y: number, z: number) =>
      (x - 70) ** 2 / 60 ** 2 +
      (y - 35) ** 2 / 25 ** 2 +
      (z - 64) ** 2 / 60 ** 2;
    const labels = volume(size, (x, y, z) => (inside(x, y, z) < 1 ? 3 : 1));
    const surface = surfaceOf(labels, size, 3);
    expect(sharedEdges(surface)).toBe(0);
    expect(meshProblems(surface)).toEqual([]);
    // Euler's formula for a ball: one part, no handle, no hole.
    const [vertices, triangles] = [
      surface.positions.length / 3,
      surface.triangles.length / 3,
    ];
    expect(vertices - triangles / 2).toBe(2);
  });

  it("finds each label in boxes that hold all of its surface", () => {
    const size: Triple = [130, 3, 2];
    const labels = volume(size, (x) => (x === 63 || x === 64 ? 5 : x % 2));
    const boxes = indexLabels(labels, size);
    expect([...boxes.keys()].sort()).toEqual([1, 5]);
    const surface = surfaceOf(labels, size, 5);
    expect(meshProblems(surface)).toEqual([]);
    expect(boundsOf(surface)).toEqual({ low: [63, 0, 0], high: [65, 3, 2] });
  });
});
