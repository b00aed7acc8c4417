import fc from "fast-check";
import { cutsBetween, stepOf } from "./number_steps.js";

describe("The steps of a range of numbers", () => {
  it("are few, rise, and lie within the range, whatever the range is", () => {
    const number = fc.double({ noNaN: true });
    fc.assert(
      fc.property(number, number, number, (a, b, value) => {
        const [min, max] = a < b ? [a, b] : [b, a];
        const cuts = cutsBetween(min, max, 0);
        expect(cuts.length).toBeLessThan(9);
        cuts.forEach((cut, i) => {
          expect(cut).toBeGreaterThan(i === 0 ? min : cuts[i - 1]);
          expect(cut).toBeLessThanOrEqual(max);
        });
        const step = stepOf(value, cuts);
        if (step > 0) expect(value).toBeGreaterThanOrEqual(cuts[step - 1]);
        if (step < cuts.length) expect(value).toBeLessThan(cuts[step]);
      }),
    );
  });

  it("are cut at round numbers", () => {
    expect(cutsBetween(0, 1, 0)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(cutsBetween(-7, 93, 0)).toEqual([0, 20, 40, 60, 80]);
    expect(cutsBetween(1, 3, 0)).toEqual([1.5, 2, 2.5]);
    expect(cutsBetween(2, 2, 0)).toEqual([]);
  });

  it("hold one whole number each where there are few", () => {
    expect(cutsBetween(1, 3, 1)).toEqual([2, 3]);
    expect(cutsBetween(0, 1, 1)).toEqual([1]);
    expect(cutsBetween(2, 2, 1)).toEqual([]);
    expect(cutsBetween(0, 90, 1)).toEqual([20, 40, 60, 80]);
  });
});
