import type {
  AnnotationRecord,
  VoxelPosition,
} from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import type { VoxelSize } from "../../model/measurement.js";
import { mark } from "../../store/testing/marks.js";
import { gripAt, type Hold } from "./grip.js";
import type { Place } from "./outline.js";

/** Four times as long as wide: a pixel of 4 nm is a voxel along x and y, and a quarter of one along z. */
const VOXEL: VoxelSize = [4, 4, 16];

function recordOf(geometry: MarkGeometry): AnnotationRecord {
  return { ...mark(1), ...geometry };
}

/** A slice along x and y, a pixel a voxel. */
function inSlice(place: Place): Hold {
  return { place, right: [1, 0, 0], down: [0, 1, 0] };
}

/** A 3-D view from aslant, in which no axis lies across the screen. */
function in3d(place: Place): Hold {
  return { place, right: [0.8, -0.6, 0], down: [0.36, 0.48, 0.2] };
}

function labelAt(geometry: MarkGeometry, hold: Hold): string {
  return gripAt(recordOf(geometry), hold, VOXEL).label;
}

function movedAt(
  geometry: MarkGeometry,
  hold: Hold,
  delta: VoxelPosition,
): AnnotationRecord {
  const record = recordOf(geometry);
  return gripAt(record, hold, VOXEL).moved(record, delta);
}

describe("The grip on a mark", () => {
  const line: MarkGeometry = {
    kind: "line",
    ends: [
      [100, 100, 10],
      [200, 100, 10],
    ],
  };

  it("is an end of a line near that end, and all of it in between", () => {
    expect(labelAt(line, inSlice([104, 103, 10.5]))).toBe("Move line end");
    expect(labelAt(line, inSlice([150, 101, 10.5]))).toBe("Move line");
    expect(movedAt(line, inSlice([198, 100, 10.5]), [5, -3, 0])).toEqual(
      jasmine.objectContaining({
        ends: [
          [100, 100, 10],
          [205, 97, 10],
        ],
      }),
    );
    expect(movedAt(line, inSlice([150, 100, 10.5]), [5, -3, 0])).toEqual(
      jasmine.objectContaining({
        ends: [
          [105, 97, 10],
          [205, 97, 10],
        ],
      }),
    );
  });

  it("leaves the middle of a line that is short on the screen to moving it whole", () => {
    const short: MarkGeometry = {
      kind: "line",
      ends: [
        [100, 100, 10],
        [109, 100, 10],
      ],
    };
    expect(labelAt(short, inSlice([105, 100.5, 10.5]))).toBe("Move line");
    expect(labelAt(short, inSlice([101, 100.5, 10.5]))).toBe("Move line end");
  });

  it("is no end that lies far above or below the slice", () => {
    const steep: MarkGeometry = {
      kind: "line",
      ends: [
        [100, 100, 0],
        [101, 100, 20],
      ],
    };
    expect(labelAt(steep, inSlice([100.5, 100.5, 10.5]))).toBe("Move line");
  });

  it("is the vertex of a path that is nearest", () => {
    const path: MarkGeometry = {
      kind: "polyline",
      vertices: [
        [0, 0, 0],
        [50, 0, 0],
        [50, 50, 0],
      ],
    };
    expect(movedAt(path, inSlice([51, 2, 0.5]), [1, 2, 0])).toEqual(
      jasmine.objectContaining({
        vertices: [
          [0, 0, 0],
          [51, 2, 0],
          [50, 50, 0],
        ],
      }),
    );
    expect(labelAt(path, inSlice([25, 0.5, 0.5]))).toBe("Move path");
  });

  it("resizes a sphere about its other end, and moves it by its outline elsewhere", () => {
    const sphere: MarkGeometry = {
      kind: "sphere",
      ends: [
        [100, 100, 10],
        [200, 100, 10],
      ],
    };
    expect(movedAt(sphere, inSlice([201, 100, 10.5]), [10, 0, 0])).toEqual(
      jasmine.objectContaining({
        ends: [
          [100, 100, 10],
          [210, 100, 10],
        ],
      }),
    );
    expect(labelAt(sphere, inSlice([150.5, 150, 10.5]))).toBe("Move sphere");
  });

  const box: MarkGeometry = {
    kind: "box",
    corners: [
      [200, 100, 10],
      [100, 160, 30],
    ],
  };

  it("is the corner of a box, in a slice by the two sides that meet there, and leaves the opposite corner", () => {
    const hold = inSlice([102, 101, 20.5]);
    expect(labelAt(box, hold)).toBe("Move box corner");
    expect(movedAt(box, hold, [-5, 7, 0])).toEqual(
      jasmine.objectContaining({
        corners: [
          [200, 107, 10],
          [95, 160, 30],
        ],
      }),
    );
    expect(labelAt(box, inSlice([150, 101, 20.5]))).toBe("Move box");
  });

  it("is the corner of a box in 3-D where all three sides meet, and not one of its edges", () => {
    expect(labelAt(box, in3d([101, 101, 10.2]))).toBe("Move box corner");
    expect(labelAt(box, in3d([101, 101, 20]))).toBe("Move box");
  });

  it("resizes an ellipsoid along one axis by its tip, in any slice through it", () => {
    const ellipsoid: MarkGeometry = {
      kind: "ellipsoid",
      center: [100, 100, 20],
      radii: [50, 30, 10],
    };
    const tip = inSlice([150.5, 100.5, 20.5]);
    expect(labelAt(ellipsoid, tip)).toBe("Resize ellipsoid");
    expect(movedAt(ellipsoid, tip, [6, 9, 0])).toEqual(
      jasmine.objectContaining({ center: [100, 100, 20], radii: [56, 30, 10] }),
    );
    // Six of ten voxels off the centre the ellipse is 8/10 as large.
    const off = inSlice([100.5, 100.5 - 24, 26.5]);
    expect(movedAt(ellipsoid, off, [0, -8, 0])).toEqual(
      jasmine.objectContaining({ radii: [50, 40, 10] }),
    );
    expect(labelAt(ellipsoid, inSlice([130, 120, 20.5]))).toBe(
      "Move ellipsoid",
    );
  });

  it("never makes an ellipsoid thinner than a voxel", () => {
    const ellipsoid: MarkGeometry = {
      kind: "ellipsoid",
      center: [100, 100, 20],
      radii: [50, 30, 10],
    };
    expect(
      movedAt(ellipsoid, inSlice([150.5, 100.5, 20.5]), [-200, 0, 0]),
    ).toEqual(jasmine.objectContaining({ radii: [1, 30, 10] }));
  });

  it("forgets the segments that were looked up under what it moves", () => {
    const segments = { source: "precomputed://x", supervoxels: ["1", "2"] };
    const record = { ...recordOf(box), segments };
    const grip = gripAt(record, inSlice([102, 101, 20.5]), VOXEL);
    expect(grip.moved(record, [1, 0, 0]).segments).toBeUndefined();
  });
});
