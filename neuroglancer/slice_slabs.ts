import type {
  ChunkRenderParameters,
  DrawContext,
} from "neuroglancer/unstable/annotation/renderlayer.js";
import { mat4 } from "neuroglancer/unstable/util/geom.js";

/** The part of space that a slice along two axes draws. */
export interface Slab {
  /** The axis that it is thin along. */
  readonly axis: 0 | 1 | 2;
  /** Its first and last place on that axis, in the coordinates of the annotations. */
  readonly lower: number;
  readonly upper: number;
}

/** By how much the other axes may turn a slice before it counts as oblique: what rounding makes of a right angle. */
const RIGHT_ANGLE = 1e-6;

/** What a slice draws; undefined where it is oblique, or not all three axes are displayed. */
export function slabOf(
  { projectionParameters }: DrawContext,
  { chunkDisplayTransform, renderSubspaceTransform }: ChunkRenderParameters,
): Slab | undefined {
  if (chunkDisplayTransform.numChunkDisplayDims !== 3) return undefined;
  if (renderSubspaceTransform.length !== 9) return undefined;
  const matrix = mat4.multiply(
    mat4.create(),
    projectionParameters.viewProjectionMat,
    chunkDisplayTransform.displaySubspaceModelMatrix,
  );
  // Depth in the view, from -1 to 1, as a function of the place along each axis.
  const slopes = [0, 1, 2].map((axis) => {
    const [x, y, z] = renderSubspaceTransform.subarray(3 * axis, 3 * axis + 3);
    return matrix[2] * x + matrix[6] * y + matrix[10] * z;
  });
  const sizes = slopes.map(Math.abs);
  const axis = sizes.indexOf(Math.max(...sizes)) as Slab["axis"];
  const isAlong = (size: number, other: number) =>
    other === axis || size <= RIGHT_ANGLE * sizes[axis];
  if (sizes[axis] === 0 || !sizes.every(isAlong)) return undefined;
  const [one, other] = [-1, 1].map(
    (depth) => (depth - matrix[14]) / slopes[axis],
  );
  return { axis, lower: Math.min(one, other), upper: Math.max(one, other) };
}
