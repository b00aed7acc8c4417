import type { Vec3 } from "../model/box.js";
import { offPlane, planeOf } from "./slice_frame.js";

const nanometres: Vec3 = [8, 8, 30];

describe("How a panel lies in the image", () => {
  it("is the plane of the nearest axes, with their directions", () => {
    expect(
      planeOf({ right: [1, 0.2, 0], down: [-0.1, -0.9, 0.1] }, nanometres),
    ).toEqual({
      right: { axis: 0, sign: 1 },
      down: { axis: 1, sign: -1 },
    });
  });

  it("counts in nm where voxels are longer along one axis", () => {
    expect(
      planeOf({ right: [1, 0, 0.5], down: [0, 1, 0] }, nanometres).right,
    ).toEqual({ axis: 2, sign: 1 });
  });

  it("has two different axes where a panel is turned by half a right angle", () => {
    const { right, down } = planeOf(
      { right: [1, 1, 0], down: [-1, 1, 0] },
      nanometres,
    );
    expect(right.axis).not.toBe(down.axis);
  });

  it("says how far a place lies from it", () => {
    const frame = { right: [1, 0, 0] as Vec3, down: [0, 1, 0] as Vec3 };
    expect(offPlane(frame, [5, 5, 5], [90, 1, 7], nanometres)).toBeCloseTo(60);
    expect(offPlane(frame, [5, 5, 5], [90, 1, 5], nanometres)).toBeCloseTo(0);
  });
});
