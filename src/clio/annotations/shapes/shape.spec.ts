import * as v from "valibot";
import {
  annotationSchema,
  type VoxelPosition,
} from "../../model/annotation.js";
import type { VoxelSize } from "../../model/measurement.js";
import { mark } from "../../store/testing/marks.js";
import { measureText } from "./measure_text.js";
import { SHAPES, shapeOf } from "./shape.js";

const VOXEL: VoxelSize = [8, 8, 8];
const A: VoxelPosition = [10, 20, 30];
const B: VoxelPosition = [50, 35, 30];
const C: VoxelPosition = [20, 40, 32];

describe("A shape", () => {
  for (const { title, kind, clicks = 3, geometry } of SHAPES) {
    it(`of the kind ${title} makes of its clicks what a record can hold`, () => {
      const made = geometry([A, B, C].slice(0, clicks), VOXEL);
      expect(made?.kind).toBe(kind);
      const record = { ...mark(1), ...made };
      expect(v.safeParse(annotationSchema, record).issues).toBeUndefined();
    });
  }

  it("is nothing while clicks are missing, or where the second is on the first", () => {
    for (const kind of ["line", "polyline", "sphere", "ellipsoid"] as const) {
      const { geometry } = shapeOf(kind);
      expect(geometry([A], VOXEL)).toBeUndefined();
      expect(geometry([A, A], VOXEL)).toBeUndefined();
    }
    expect(shapeOf("box").geometry([A], VOXEL)).toBeUndefined();
  });

  it("of a single voxel is a box, and the vertex that a double click repeats is one vertex", () => {
    expect(shapeOf("box").geometry([A, A], VOXEL)).toEqual({
      kind: "box",
      corners: [A, A],
    });
    expect(shapeOf("polyline").geometry([A, B, B], VOXEL)).toEqual({
      kind: "polyline",
      vertices: [A, B],
    });
  });

  it("takes the radius of an ellipsoid across the slice from the others, in nm", () => {
    expect(shapeOf("ellipsoid").geometry([A, B], [8, 8, 40])).toEqual({
      kind: "ellipsoid",
      center: A,
      // The mean of 320 and 120 nm, in voxels of 40 nm.
      radii: [40, 15, 6],
    });
  });

  it("says its measures, the one that it is drawn for first", () => {
    const text = (
      kind: Parameters<typeof shapeOf>[0],
      ...at: VoxelPosition[]
    ) => {
      const made = shapeOf(kind).geometry(at, VOXEL)!;
      const { main, detail } = measureText(made, VOXEL);
      return `${main} | ${detail}`;
    };
    expect(text("point", A)).toBe("10, 20, 30 | ");
    expect(text("line", A, B)).toBe("342 nm | Δ 40, 15, 0");
    expect(text("polyline", A, B)).toBe("342 nm | ");
    expect(text("polyline", A, B, C)).toBe("586 nm | last 244 nm");
    expect(text("sphere", A, B)).toBe("⌀ 342 nm | r 171 nm · 0.0209 µm³");
    expect(text("box", A, B)).toBe("328 nm × 128 nm × 8 nm | 335,872 nm³");
    expect(text("ellipsoid", A, B)).toBe(
      "r 320 nm × 120 nm × 224 nm | 0.036 µm³",
    );
  });
});
