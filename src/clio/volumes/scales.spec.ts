import fc from "fast-check";
import { type Box, type Vec3, vec3 } from "../model/box.js";
import { boxAtScale, scaleFor } from "./scales.js";

const vec = (min: number, max: number): fc.Arbitrary<Vec3> => {
  const edge = fc.integer({ min, max });
  return fc.tuple(edge, edge, edge);
};

describe("A box at a scale", () => {
  const boxes: fc.Arbitrary<Box> = fc
    .record({ lower: vec(-20, 20), size: vec(1, 30) })
    .map(({ lower, size }) => ({
      lower,
      upper: vec3((axis) => lower[axis] + size[axis]),
    }));

  it("covers exactly the voxels of the scale that share a voxel of the finest scale with it", () => {
    fc.assert(
      fc.property(boxes, vec(1, 5), vec(-9, 9), (box, factor, origin) => {
        const { lower, upper } = boxAtScale({ factor, origin }, box);
        for (const axis of [0, 1, 2]) {
          const touched: number[] = [];
          for (let at = box.lower[axis]; at < box.upper[axis]; ++at)
            touched.push(Math.floor((at - origin[axis]) / factor[axis]));
          expect(lower[axis]).toBe(Math.min(...touched));
          expect(upper[axis]).toBe(Math.max(...touched) + 1);
        }
      }),
    );
  });

  it("does not grow by a voxel where upstream's factor is a rounded one", () => {
    const third = Math.fround(10 / 3);
    const scale = { factor: [third, third, third], origin: [0, 0, 0] } as const;
    const edge = 10_000;
    expect(
      boxAtScale(scale, { lower: [0, 0, 10], upper: [edge, edge, edge] }),
    ).toEqual({ lower: [0, 0, 3], upper: [3000, 3000, 3000] });
  });

  it("is refused where an edge is no number", () => {
    const scale = { factor: [1, 1, 1], origin: [0, 0, 0] } as const;
    const box: Box = { lower: [0, NaN, 0], upper: [1, 1, 1] };
    expect(() => boxAtScale(scale, box)).toThrowError(
      RangeError,
      /from 0,NaN,0 to 1,1,1/,
    );
  });
});

describe("The scale for a size of voxels", () => {
  const volume = (...sizes: (Vec3 | undefined)[]) => ({
    name: "The layer image",
    scales: sizes.map((voxelSize) => ({ voxelSize })),
  });

  it("is the coarsest that is fine enough, and the finest where none is", () => {
    const pyramid = volume([8, 8, 8], [16, 16, 16], [32, 32, 32]);
    const chosen = [1, 8, 15, 16, 31.99, 32, 500].map((nanometres) =>
      scaleFor(pyramid, nanometres),
    );
    expect(chosen).toEqual([0, 0, 0, 1, 2, 2, 2]);
  });

  it("does not wait for an axis that is as fine as the volume has it", () => {
    const sections = volume([4, 4, 40], [8, 8, 40], [16, 16, 40], [32, 32, 80]);
    const chosen = [4, 8, 20, 40, 80].map((nanometres) =>
      scaleFor(sections, nanometres),
    );
    expect(chosen).toEqual([0, 1, 2, 2, 3]);
  });

  it("is refused for a volume that does not say how large its voxels are", () => {
    expect(() => scaleFor(volume(undefined), 8)).toThrowError(
      RangeError,
      /The layer image does not say how large its voxels are/,
    );
  });
});
