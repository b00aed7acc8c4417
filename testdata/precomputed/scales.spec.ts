import fc from "fast-check";
import { CHUNK, chunkName, planScales } from "./scales.js";
import type { Triple } from "./scales.js";

describe("The scales of a volume", () => {
  it("halve all axes of equal voxels until one chunk holds the volume", () => {
    const scales = planScales([512, 512, 256], [8, 8, 8]);
    expect(scales.map(({ key, size }) => [key, ...size])).toEqual([
      ["8_8_8", 512, 512, 256],
      ["16_16_16", 256, 256, 128],
      ["32_32_32", 128, 128, 64],
      ["64_64_64", 64, 64, 32],
    ]);
  });

  it("leave thick sections alone until the other axes have caught up", () => {
    const scales = planScales([1024, 1024, 200], [4.6, 4.6, 45]);
    expect(
      scales.map(({ size, resolution }) => [...size, ...resolution]),
    ).toEqual([
      [1024, 1024, 200, 4.6, 4.6, 45],
      [512, 512, 200, 9.2, 9.2, 45],
      [256, 256, 200, 18.4, 18.4, 45],
      [128, 128, 200, 36.8, 36.8, 45],
      [64, 64, 100, 73.6, 73.6, 90],
      [32, 32, 50, 147.2, 147.2, 180],
    ]);
  });

  it("come to an end for any volume, and never grow, skip or lose a voxel", () => {
    const extent = fc.integer({ min: 1, max: 5000 });
    const length = fc.double({ min: 0.5, max: 500, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(extent, extent, extent),
        fc.tuple(length, length, length),
        (size, resolution) => {
          const scales = planScales(size, resolution);
          scales.forEach((scale, level) => {
            if (level === 0) return;
            const finer = scales[level - 1];
            scale.size.forEach((extent_, axis) => {
              expect(extent_).toBe(
                Math.ceil(finer.size[axis] / scale.factor[axis]),
              );
              expect(scale.resolution[axis]).toBe(
                finer.resolution[axis] * scale.factor[axis],
              );
            });
            expect(Math.max(...scale.factor)).toBe(2);
          });
          expect(
            Math.max(...scales[scales.length - 1].size),
          ).toBeLessThanOrEqual(CHUNK);
        },
      ),
    );
  });

  it("name a chunk by its voxels, which the border cuts short", () => {
    const size: Triple = [100, 64, 250];
    expect(chunkName([64, 0, 128], { size, offset: [0, 0, 0] })).toBe(
      "64-100_0-64_128-192",
    );
    expect(chunkName([64, 0, 128], { size, offset: [8, 16, 32] })).toBe(
      "72-108_16-80_160-224",
    );
  });
});
