import { checkDimensions } from "./safe_state_dimensions.js";

describe("The dimensions of a link", () => {
  it("are left to the viewer where something can be drawn at their scale, or where they are none", () => {
    for (const json of [
      { x: [8e-9, "m"], t: [1e15, "s"] },
      { x: ["8e-9", "m"], y: [-1, "m"], z: 1, "c'": [] },
      {},
      [],
      null,
      undefined,
    ]) {
      expect(() => checkDimensions(json)).not.toThrow();
    }
  });

  it("are refused by name where a voxel of nanometres would vanish beside them, or be without end", () => {
    for (const scale of [18446744073709552000, 1e-30]) {
      expect(() =>
        checkDimensions({ x: [8e-9, "m"], t: [scale, "m"] }),
      ).toThrowError(
        TypeError,
        `the scale of "t" is ${scale}, expected one from 1e-15 to 1e15`,
      );
    }
  });
});
