import { mat4, quat, vec3 } from "neuroglancer/unstable/util/geom.js";
import { slabOf } from "./slice_slabs.js";

/** A slice of depth 2 at a place, seen from a direction, as upstream describes it. */
function slab(place: vec3, orientation: quat, permutation = [0, 1, 2]) {
  const view = mat4.fromRotationTranslation(mat4.create(), orientation, place);
  const projection = mat4.ortho(mat4.create(), -50, 50, -50, 50, -1, 1);
  const viewProjectionMat = mat4.multiply(
    mat4.create(),
    projection,
    mat4.invert(mat4.create(), view)!,
  );
  const renderSubspaceTransform = new Float32Array(9);
  permutation.forEach((to, axis) => {
    renderSubspaceTransform[3 * axis + to] = 1;
  });
  return slabOf(
    { projectionParameters: { viewProjectionMat } },
    {
      chunkDisplayTransform: {
        numChunkDisplayDims: 3,
        displaySubspaceModelMatrix: mat4.create(),
      },
      renderSubspaceTransform,
    },
  );
}

const place = vec3.fromValues(10_000, 20_000, 30_000);

describe("The slab that a slice draws", () => {
  it("is thin along the axis that the slice looks along", () => {
    const along = [
      quat.fromEuler(quat.create(), 0, 90, 0),
      quat.fromEuler(quat.create(), 90, 0, 0),
      quat.fromEuler(quat.create(), 0, 0, 37),
    ];
    along.forEach((orientation, axis) => {
      const { lower, upper, ...found } = slab(place, orientation)!;
      expect<number>(found.axis).toBe(axis);
      expect(Math.abs(lower - (place[axis] - 1))).toBeLessThan(0.1);
      expect(Math.abs(upper - (place[axis] + 1))).toBeLessThan(0.1);
    });
  });

  it("is told in the annotations' own axes where those are shown as others", () => {
    const found = slab(place, quat.create(), [2, 0, 1])!;
    expect<number>(found.axis).toBe(0);
    expect(Math.abs(found.lower - 29_999)).toBeLessThan(0.1);
  });

  it("is none where the slice is oblique", () => {
    const tilted = quat.fromEuler(quat.create(), 1, 0, 0);
    expect(slab(place, tilted)).toBeUndefined();
  });
});
