import fc from "fast-check";
import {
  type Box,
  intersection,
  relativeTo,
  shapeOf,
  type Vec3,
  vec3,
  voxelCount,
} from "./box.js";

const vec = (min: number, max: number): fc.Arbitrary<Vec3> => {
  const edge = fc.integer({ min, max });
  return fc.tuple(edge, edge, edge);
};

const boxes: fc.Arbitrary<Box> = fc
  .record({ lower: vec(-4, 14), size: vec(0, 12) })
  .map(({ lower, size }) => ({
    lower,
    upper: vec3((axis) => lower[axis] + size[axis]),
  }));

/** Every voxel of a box, one by one. */
function voxelsOf({ lower, upper }: Box): Vec3[] {
  const voxels: Vec3[] = [];
  for (let z = lower[2]; z < upper[2]; ++z)
    for (let y = lower[1]; y < upper[1]; ++y)
      for (let x = lower[0]; x < upper[0]; ++x) voxels.push([x, y, z]);
  return voxels;
}

const isIn = (box: Box, voxel: Vec3) =>
  voxelsOf(box).some((known) => known.join() === voxel.join());

describe("Boxes", () => {
  it("meet in the voxels that lie in both", () => {
    fc.assert(
      fc.property(boxes, boxes, (a, b) => {
        const common = voxelsOf(a).filter((voxel) => isIn(b, voxel));
        const box = intersection(a, b);
        expect(box === undefined ? [] : voxelsOf(box)).toEqual(common);
      }),
    );
  });

  it("hold as many voxels as can be counted, also counted from elsewhere", () => {
    fc.assert(
      fc.property(boxes, vec(-9, 9), (box, origin) => {
        const { length } = voxelsOf(box);
        expect(voxelCount(shapeOf(box))).toBe(length);
        expect(voxelCount(shapeOf(relativeTo(origin, box)))).toBe(length);
      }),
    );
  });
});
