import { parseDataset } from "../model/dataset.js";
import { exampleJson } from "./example.fixture.js";
import { voxelSize } from "./voxel_size.js";

function sizeOf(...scales: [number, string][]): string {
  const [x, y, z] = scales;
  const json = exampleJson({
    neuroglancer: {
      dimensions: { x, y, z },
      layers: [{ name: "image" }],
    },
  });
  return voxelSize(parseDataset("demo", json).neuroglancer);
}

describe("the size of a voxel", () => {
  it("is one number of nanometres where its edges are alike", () => {
    expect(sizeOf([8e-9, "m"], [8e-9, "m"], [8, "nm"])).toBe("8 nm");
  });

  it("is three numbers where they differ, without the noise of binary fractions", () => {
    expect(sizeOf([4.6e-9, "m"], [4.6e-9, "m"], [0.045, "µm"])).toBe(
      "4.6 × 4.6 × 45 nm",
    );
  });
});
