/** Has slices draw of a chunk of annotations only those that lie near them. */
import { AnnotationGeometryData } from "neuroglancer/unstable/annotation/frontend_source.js";
import {
  type ChunkRenderParameters,
  type SliceRenderContext,
  SpatiallyIndexedSliceViewAnnotationLayer,
} from "neuroglancer/unstable/annotation/renderlayer.js";
import { mat4 } from "neuroglancer/unstable/util/geom.js";
import type { GL } from "neuroglancer/unstable/webgl/context.js";

/** The part of space that a slice along two axes draws. */
export interface Slab {
  /** The axis that it is thin along. */
  readonly axis: 0 | 1 | 2;
  /** Its first and last place on that axis, in the coordinates of the annotations. */
  readonly lower: number;
  readonly upper: number;
}

/** Geometry that knows which of its annotations lie where. */
export abstract class SlabGeometryData extends AnnotationGeometryData {
  /**
   * Geometries that hold together all annotations that a slab may cut, and the fewer others the better, each with the part of it that is
   * to be drawn.
   * @param fraction the part of all annotations that is wanted, from the first on
   */
  abstract near(
    gl: GL,
    slab: Slab,
    fraction: number,
  ): Iterable<readonly [AnnotationGeometryData, number]>;
}

/** By how much the other axes may turn a slice before it counts as oblique: what rounding makes of a right angle. */
const RIGHT_ANGLE = 1e-6;

/**
 * To be called once, before a viewer is made. Upstream draws all annotations of each chunk that a slice cuts, and its shader then drops
 * those that are too far away: of a dense chunk nearly all.
 */
export function registerSlabs(): void {
  const layer = SpatiallyIndexedSliceViewAnnotationLayer.prototype;
  // Upstream's method, called below with its own object.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { drawGeometryChunkData } = layer;
  layer.drawGeometryChunkData = function (
    chunk,
    renderContext,
    state,
    fraction = 1,
  ) {
    const draw = (part: AnnotationGeometryData, fraction: number) =>
      drawGeometryChunkData.call(this, part, renderContext, state, fraction);
    const slab = slabOf(renderContext, state);
    if (slab === undefined || !(chunk instanceof SlabGeometryData)) {
      draw(chunk, fraction);
      return;
    }
    for (const part of chunk.near(this.gl, slab, fraction)) draw(...part);
  };
}

/** What a slice draws; undefined where it is oblique, or not all three axes are displayed. */
export function slabOf(
  { projectionParameters }: SliceRenderContext,
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
