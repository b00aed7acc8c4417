import fc from "fast-check";
import { gaussianWindow, reachOf, windowMeans } from "./gaussian.js";
import { Random } from "./random.js";

describe("Means under Gaussian windows", () => {
  it("are sums of all pixels of a window, each by its weight", () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer(),
          sigma: fc.constantFrom(1, 1.5, 3.5),
          stride: fc.tuple(
            fc.integer({ min: 1, max: 5 }),
            fc.integer({ min: 1, max: 5 }),
          ),
          count: fc.tuple(
            fc.integer({ min: 1, max: 9 }),
            fc.integer({ min: 1, max: 9 }),
          ),
          before: fc.tuple(fc.nat(4), fc.nat(4)),
          behind: fc.tuple(fc.nat(4), fc.nat(4)),
        }),
        ({ seed, sigma, stride, count, before, behind }) => {
          const reach = reachOf(sigma);
          const [width, height] = [0, 1].map(
            (axis) =>
              before[axis] +
              2 * reach +
              (count[axis] - 1) * stride[axis] +
              1 +
              behind[axis],
          );
          const random = new Random(seed);
          const data = Float32Array.from({ length: width * height }, () =>
            random.normal(),
          );
          const window = gaussianWindow(sigma);
          const means = windowMeans({ width, height, data }, window, {
            first: [before[0] + reach, before[1] + reach],
            stride,
            count,
          });
          expect([means.width, means.height]).toEqual(count);
          expect(means.data.length).toBe(count[0] * count[1]);
          means.data.forEach((mean, i) => {
            const x = before[0] + reach + (i % count[0]) * stride[0];
            const y = before[1] + reach + Math.floor(i / count[0]) * stride[1];
            let sum = 0;
            for (let v = -reach; v <= reach; v++)
              for (let u = -reach; u <= reach; u++)
                sum +=
                  window[Math.abs(u)] *
                  window[Math.abs(v)] *
                  data[(y + v) * width + x + u];
            expect(mean).toBeCloseTo(sum, 5);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("leave an even plane as it is", () => {
    const plane = {
      width: 40,
      height: 40,
      data: new Float32Array(1600).fill(7),
    };
    const { data } = windowMeans(plane, gaussianWindow(4), {
      first: [12, 12],
      stride: [1, 1],
      count: [16, 16],
    });
    for (const mean of data) expect(mean).toBeCloseTo(7, 4);
  });
});
