import {
  type BoundingBox,
  makeCoordinateSpace,
} from "neuroglancer/unstable/coordinate_transform.js";
import { toVoxelSpace } from "./voxel_space.js";

const URL = "precomputed://https://example.org/image";

/** The dimensions of an image, with bounds where some are given. */
function dimensions(
  names: string[],
  scales: number[],
  units: string[],
  box?: BoundingBox,
) {
  const boundingBoxes = box && [
    {
      box,
      transform: Float64Array.from(
        { length: names.length * (names.length + 1) },
        (_, i) => (i % (names.length + 1) === 0 ? 1 : 0),
      ),
    },
  ];
  return makeCoordinateSpace({
    names,
    scales: Float64Array.from(scales),
    units,
    boundingBoxes,
  });
}

function box(lower: number[], upper: number[]): BoundingBox {
  return {
    lowerBounds: Float64Array.from(lower),
    upperBounds: Float64Array.from(upper),
  };
}

describe("The voxel grid of an image", () => {
  it("has its voxel size and its bounds", () => {
    const space = dimensions(
      ["x", "y", "z"],
      [4e-9, 4e-9, 4e-8],
      ["m", "m", "m"],
      box([0, 10, -5], [100, 200, 30]),
    );
    expect(toVoxelSpace(space, URL)).toEqual({
      names: ["x", "y", "z"],
      scales: [4e-9, 4e-9, 4e-8],
      lower: [0, 10, -5],
      upper: [100, 200, 30],
    });
  });

  it("is in the order x, y, z whatever the image's is, and leaves channels and time out", () => {
    const space = dimensions(
      ["z", "c^", "x", "y"],
      [4e-8, 1, 8e-9, 6e-9],
      ["m", "", "m", "m"],
      box([3, 0, 1, 2], [30, 3, 10, 20]),
    );
    expect(toVoxelSpace(space, URL)).toEqual({
      names: ["x", "y", "z"],
      scales: [8e-9, 6e-9, 4e-8],
      lower: [1, 2, 3],
      upper: [10, 20, 30],
    });
  });

  it("is refused where a dimension is missing, naming the image and what it has", () => {
    const flat = dimensions(
      ["x", "y"],
      [1e-9, 1e-9],
      ["m", "m"],
      box([0, 0], [1, 1]),
    );
    expect(() => toVoxelSpace(flat, URL)).toThrowError(
      `${URL} has the dimensions x, y; expected x, y and z with a length`,
    );
  });

  it("is refused where a dimension is no length", () => {
    const film = dimensions(
      ["x", "y", "z"],
      [1e-9, 1e-9, 1],
      ["m", "m", "s"],
      box([0, 0, 0], [1, 1, 1]),
    );
    expect(() => toVoxelSpace(film, URL)).toThrowError(/z with a length/);
  });

  it("is refused where the image has no bounds", () => {
    const endless = dimensions(
      ["x", "y", "z"],
      [1e-9, 1e-9, 1e-9],
      ["m", "m", "m"],
    );
    expect(() => toVoxelSpace(endless, URL)).toThrowError(
      `${URL} has no bounds; expected a bounded volume`,
    );
  });
});
