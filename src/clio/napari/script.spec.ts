import type { CutoutLayer } from "../model/cutout.js";
import { scriptName, scriptText } from "./script.js";

const layer: CutoutLayer = {
  ...{ name: 'em "1"', type: "image", dtype: "uint8", mergeable: false },
  scales: [{ voxelSize: [8, 8, 30], lower: [0, 0, 0], upper: [9, 9, 9] }],
};
const part = {
  ...{ layer, scale: 0 },
  box: { lower: [1, 2, 3], upper: [4, 5, 6] },
} as const;

describe("The script for napari", () => {
  it("has its parameters in one line, which Python reads as the same JSON", () => {
    const text = scriptText({
      ...{ server: "https://clio.example.org", dataset: "vnc", title: "é\n" },
      token: { token: "t", expires: 1 },
      parts: [{ ...part, look: { contrast: [10, 200] } }],
      labels: part,
      marks: { box: part.box, voxelSize: [8, 8, 30] },
      ...{ matches: [], matchVoxelSize: [8, 8, 30] },
    });
    const lines = text
      .split("\n")
      .filter((line) => /^PARAMETERS = /.test(line));
    expect(lines.length).toBe(1);
    // The literals of both languages are alike where they are of ASCII and have no other escapes than JSON's.
    const [, literal] = /^PARAMETERS = json\.loads\((.*)\)$/.exec(lines[0])!;
    expect(literal).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(JSON.parse(literal) as string)).toEqual({
      ...{ server: "https://clio.example.org", dataset: "vnc", title: "é\n" },
      ...{ token: "t", expires: 1 },
      layers: [
        {
          ...{ name: 'em "1"', type: "image", dtype: "uint8", scale: 0 },
          ...{ box: [1, 2, 3, 4, 5, 6], voxelSize: [8, 8, 30] },
          contrast: [10, 200],
        },
      ],
      labels: { scale: 0, box: [1, 2, 3, 4, 5, 6], voxelSize: [8, 8, 30] },
      marks: { box: [1, 2, 3, 4, 5, 6], voxelSize: [8, 8, 30] },
      ...{ matches: [], matchVoxelSize: [8, 8, 30] },
    });
  });

  it("has a name that every system takes", () => {
    expect(scriptName("vnc:v1.2/…")).toBe("napari-vnc_v1.2__.py");
  });
});
