import fc from "fast-check";
import { spread } from "./spread_points.js";

describe("Points that are spread", () => {
  it("are each there once for each of the six vertices of a square, in their order", () => {
    const points = fc
      .integer({ min: 1, max: 8 })
      .chain((size) =>
        fc.array(
          fc.array(fc.nat(0xffffffff), { minLength: size, maxLength: size }),
          { minLength: 1 },
        ),
      );
    fc.assert(
      fc.property(points, (points) => {
        const words = Uint32Array.from(points.flat());
        const wanted = points.flatMap((point) =>
          Array.from({ length: 6 }, () => point).flat(),
        );
        return String(spread(words, points.length)) === String(wanted);
      }),
    );
  });
});
