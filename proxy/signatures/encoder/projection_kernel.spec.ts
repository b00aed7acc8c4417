import fc from "fast-check";
import { projectedRows } from "./projection_kernel.js";
import { Random } from "./random.js";

/** As it is defined, a product after the other. */
function plainly(
  features: Float32Array,
  mean: Float32Array,
  matrix: Float32Array,
): Float32Array {
  const width = mean.length;
  return Float32Array.from(
    { length: (features.length / width) * 64 },
    (_, at) => {
      const row = Math.floor(at / 64) * width;
      let sum = 0;
      for (let i = 0; i < width; i++)
        sum += (features[row + i] - mean[i]) * matrix[64 * i + (at % 64)];
      return sum;
    },
  );
}

describe("The projection of features", () => {
  it("is the product as it is defined, to the bit, of any number of rows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.nat(40),
        fc.integer(),
        (width, rows, seed) => {
          const random = new Random(seed);
          const drawn = (length: number) =>
            Float32Array.from({ length }, () => random.normal());
          const features = drawn(width * rows);
          const mean = drawn(width);
          const matrix = drawn(64 * width);
          expect(projectedRows(features, mean, matrix)).toEqual(
            plainly(features, mean, matrix),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
