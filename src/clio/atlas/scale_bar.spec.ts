import fc from "fast-check";
import { scaleBarFor } from "./scale_bar.js";

describe("The scale bar of a picture", () => {
  it("has a round length", () => {
    expect(scaleBarFor(1000, 1)).toEqual({ pixels: 200, label: "200 nm" });
    expect(scaleBarFor(320, 8)).toEqual({ pixels: 62.5, label: "500 nm" });
    expect(scaleBarFor(320, 40)).toEqual({ pixels: 50, label: "2 µm" });
  });

  it("takes between an eighth and three tenths of any picture at any scale", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 4000 }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (width, nm) => {
          const { pixels } = scaleBarFor(width, nm);
          expect(pixels).toBeLessThanOrEqual(width * 0.3 * 1.000001);
          expect(pixels).toBeGreaterThan(width * 0.119);
        },
      ),
    );
  });
});
