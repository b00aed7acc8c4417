import {
  type Annotation,
  AnnotationType,
} from "neuroglancer/unstable/annotation/index.js";
import type { AnnotationRecord, VoxelPosition } from "../model/annotation.js";
import { centerOf, type Extent, extentOf } from "../model/geometry.js";
import type { VoxelSize } from "../model/measurement.js";

/** A record as the viewer shows it. */
export interface Mark {
  readonly id: string;
  /** The voxel by which it is found. */
  readonly position: VoxelPosition;
  readonly record: AnnotationRecord;
  /** False while it could not be written to this machine's disk. */
  readonly saved: boolean;
  /** The space that it takes up; undefined for a point. */
  readonly extent: Extent | undefined;
}

/**
 * A record as a mark.
 * @param voxel edges of a voxel in nm, which say how far a sphere reaches
 */
export function markOf(
  record: AnnotationRecord,
  saved: boolean,
  voxel: VoxelSize,
): Mark {
  const position = centerOf(record);
  const extent = extentOf(record, voxel);
  return { id: record.id, position, record, saved, extent };
}

/** What upstream knows of a mark beside its geometry. */
function commonOf({ record, saved }: Mark, color: number | undefined) {
  return {
    id: record.id,
    description: record.description,
    properties: [saved ? 1 : 0, color === undefined ? 0 : packed(color)],
    relatedSegments: [],
  };
}

/**
 * Upstream's form of a mark: the one that stands for it where it is drawn as several. Points lie in the middle of their voxel.
 * @param color as 0xrrggbb; undefined for the colour of the layer
 */
export function annotationOf(mark: Mark, color?: number): Annotation {
  const common = commonOf(mark, color);
  const { record, extent } = mark;
  switch (record.kind) {
    case "point":
      return {
        ...common,
        type: AnnotationType.POINT,
        point: middleOf(record.position),
      };
    case "line":
      return lineOf(common, record.ends);
    case "polyline":
      return {
        ...common,
        type: AnnotationType.POLYLINE,
        points: record.vertices.map(middleOf),
      };
    case "box":
      return {
        ...common,
        type: AnnotationType.AXIS_ALIGNED_BOUNDING_BOX,
        pointA: Float32Array.from(extent!.lower),
        pointB: Float32Array.from(extent!.upper),
      };
    case "sphere":
    case "ellipsoid": {
      const { lower, upper } = extent!;
      return {
        ...common,
        type: AnnotationType.ELLIPSOID,
        center: Float32Array.from(lower, (low, i) => (low + upper[i]) / 2),
        radii: Float32Array.from(lower, (low, i) => (upper[i] - low) / 2),
      };
    }
  }
}

/**
 * All that is drawn of a mark. A sphere is drawn with its diameter, under the same id: what picks the one picks the other.
 * @param color as 0xrrggbb; undefined for the colour of the layer
 */
export function annotationsOf(mark: Mark, color?: number): Annotation[] {
  const { record } = mark;
  const annotation = annotationOf(mark, color);
  return record.kind === "sphere"
    ? [annotation, lineOf(commonOf(mark, color), record.ends)]
    : [annotation];
}

/** The voxel that holds a point of the model space. */
export function voxelOf(point: ArrayLike<number>): VoxelPosition {
  return [Math.floor(point[0]), Math.floor(point[1]), Math.floor(point[2])];
}

function lineOf(
  common: ReturnType<typeof commonOf>,
  [a, b]: readonly [VoxelPosition, VoxelPosition],
): Annotation {
  return {
    ...common,
    type: AnnotationType.LINE,
    pointA: middleOf(a),
    pointB: middleOf(b),
  };
}

/** Slices through a voxel show what lies in its middle. */
function middleOf(voxel: VoxelPosition): Float32Array {
  return Float32Array.from(voxel, (x) => x + 0.5);
}

/** A colour as the shader takes it: red first, and opaque, where no colour at all is transparent. */
function packed(color: number): number {
  const red = color >>> 16;
  const green = (color >>> 8) & 0xff;
  const blue = color & 0xff;
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
