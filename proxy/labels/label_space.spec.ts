import fc from "fast-check";
import { planScales, strideOf } from "../../testdata/precomputed/scales.js";
import type { Triple } from "../../testdata/precomputed/scales.js";
import { requireInside, writtenSpace, type Space } from "./label_space.js";
import { LabelsError } from "./labels_error.js";

const DATASET: Space = {
  shape: [4003, 3000, 500],
  offset: [0, 0, 0],
  voxelSize: [4.6, 4.6, 45],
};

const triple = (n: fc.Arbitrary<number>): fc.Arbitrary<Triple> =>
  fc.tuple(n, n, n);

describe("The place of a volume of labels", () => {
  it("is written from where every scale has a voxel, and ends where the volume does", () => {
    fc.assert(
      fc.property(
        triple(fc.integer({ min: 1, max: 3000 })),
        triple(fc.integer({ min: -100_000, max: 100_000 })),
        triple(fc.double({ min: 1, max: 100, noNaN: true })),
        (shape, offset, voxelSize) => {
          const written = writtenSpace({ shape, offset, voxelSize });
          const scales = planScales(written.shape, voxelSize, written.offset);
          const stride = strideOf(scales);
          for (const axis of [0, 1, 2]) {
            const begin = written.offset[axis];
            expect(Math.abs(begin % stride[axis])).toBe(0);
            expect(begin).toBeLessThanOrEqual(offset[axis]);
            expect(offset[axis] - begin).toBeLessThan(stride[axis]);
            expect(begin + written.shape[axis]).toBe(
              offset[axis] + shape[axis],
            );
          }
        },
      ),
    );
  });

  it("is inside of the dataset, up to the last voxel of a coarser scale", () => {
    const coarse: Space = {
      shape: [501, 375, 250],
      offset: [0, 0, 0],
      voxelSize: [36.8, 36.8, 90],
    };
    expect(() => requireInside(coarse, DATASET)).not.toThrow();
    expect(() => requireInside(DATASET, DATASET)).not.toThrow();
    // What begins within a voxel of a coarser scale is painted in the whole of it.
    const later: Space = { ...DATASET, offset: [4, 3, 1] };
    expect(() => requireInside(coarse, later)).not.toThrow();
    expect(() =>
      requireInside(coarse, { ...later, offset: [8, 3, 1] }),
    ).toThrowError(LabelsError, /along x .* inside of the dataset: 36.8 to/);
    for (const [change, what] of [
      [{ offset: [1, 0, 0] }, /along x the volume reaches from 36.8 to/],
      [{ shape: [501, 375, 252] }, /along z .* inside of the dataset: 0 to/],
      [{ voxelSize: [0.0046, 4.6, 45] }, /voxelSize is 0.0046 x 4.6 x 45 nm/],
    ] as const)
      expect(() =>
        requireInside({ ...coarse, ...change }, DATASET),
      ).toThrowError(LabelsError, what);
  });
});
