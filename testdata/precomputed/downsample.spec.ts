import fc from "fast-check";
import { downsample } from "./downsample.js";
import type { Reduction } from "./downsample.js";
import type { Triple } from "./scales.js";

function reduce(
  data: Uint32Array,
  size: Triple,
  factor: Triple,
  reduction: Reduction,
): { data: Uint32Array; size: Triple } {
  const [x, y, z] = size.map((extent, axis) =>
    Math.ceil(extent / factor[axis]),
  );
  const out = new Uint32Array(x * y * z);
  downsample(
    { data, offset: 0, size, section: size[0] * size[1] },
    factor,
    reduction,
    { data: out, offset: 0, size: [x, y, z], section: x * y },
  );
  return { data: out, size: [x, y, z] };
}

/** The voxels that become the voxel `at` of the coarser level. */
function members(
  data: Uint32Array,
  size: Triple,
  factor: Triple,
  coarse: Triple,
  at: number,
): number[] {
  const place = [
    at % coarse[0],
    Math.floor(at / coarse[0]) % coarse[1],
    Math.floor(at / (coarse[0] * coarse[1])),
  ];
  return [...data].filter((_, index) => {
    const voxel = [
      index % size[0],
      Math.floor(index / size[0]) % size[1],
      Math.floor(index / (size[0] * size[1])),
    ];
    return voxel.every(
      (v, axis) => Math.floor(v / factor[axis]) === place[axis],
    );
  });
}

const extent = fc.integer({ min: 1, max: 5 });
const step = fc.constantFrom<1 | 2>(1, 2);
const volumes = fc
  .tuple(fc.tuple(extent, extent, extent), fc.tuple(step, step, step))
  .chain(([size, factor]) =>
    fc
      .uint32Array({
        minLength: size[0] * size[1] * size[2],
        maxLength: size[0] * size[1] * size[2],
        max: 4,
      })
      .map((data) => ({ data, size, factor })),
  );

describe("A coarser level", () => {
  it("of labels has the most frequent label of each block, and so no new one", () => {
    fc.assert(
      fc.property(volumes, ({ data, size, factor }) => {
        const coarse = reduce(data, size, factor, "mode");
        coarse.data.forEach((label, at) => {
          const block = members(data, size, factor, coarse.size, at);
          const times = (value: number) =>
            block.filter((member) => member === value).length;
          expect(times(label)).toBe(Math.max(...block.map(times)));
        });
      }),
    );
  });

  it("of an image has the rounded mean of the voxels that there are, at the border too", () => {
    fc.assert(
      fc.property(volumes, ({ data, size, factor }) => {
        const coarse = reduce(data, size, factor, "mean");
        coarse.data.forEach((value, at) => {
          const block = members(data, size, factor, coarse.size, at);
          const mean = block.reduce((a, b) => a + b, 0) / block.length;
          expect(value).toBe(Math.floor(mean + 0.5));
        });
      }),
    );
  });
});
