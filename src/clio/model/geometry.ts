/** Where a mark lies, and how it moves: the same for drawing, dragging, tables and files. Everything in voxels of the finest scale. */
import { distance, type VoxelSize } from "./measurement.js";
import type {
  AnnotationKind,
  AnnotationRecord,
  VoxelPosition,
} from "./annotation.js";

/** What a record of one kind has beside what all records have: its kind, and where it lies. */
type GeometryOf<K extends AnnotationKind> = K extends AnnotationKind
  ? Omit<Extract<AnnotationRecord, { kind: K }>, keyof CommonFields>
  : never;
type CommonFields = Omit<
  Extract<AnnotationRecord, { kind: "point" }>,
  "kind" | "position"
>;

/** Where a mark lies, of whatever kind, before it is a record: `{ kind: "line", ends: […] }`. */
export type MarkGeometry = GeometryOf<AnnotationKind>;

/**
 * The points by which a mark is held, in a fixed order: a point's position; both ends of a line or of a sphere's diameter; the vertices
 * of a polyline; two opposite corners of a box; the centre of an ellipsoid. Segments are looked up under them.
 */
export function anchorsOf(record: MarkGeometry): readonly VoxelPosition[] {
  switch (record.kind) {
    case "point":
      return [record.position];
    case "line":
    case "sphere":
      return record.ends;
    case "polyline":
      return record.vertices;
    case "box":
      return record.corners;
    case "ellipsoid":
      return [record.center];
  }
}

/** The voxel that stands for the whole mark: where a view goes to see it. */
export function centerOf(record: MarkGeometry): VoxelPosition {
  if (record.kind === "point") return record.position;
  if (record.kind === "polyline") {
    // A vertex, and not the middle of the bounding box, which may lie far from the path.
    return record.vertices[record.vertices.length >> 1];
  }
  const { lower, upper } = boundsOf(record);
  return position((axis) => Math.floor((lower[axis] + upper[axis]) / 2));
}

/** A box of space in voxels, whose corners may lie anywhere within them. */
export interface Extent {
  readonly lower: readonly [number, number, number];
  readonly upper: readonly [number, number, number];
}

/**
 * The space that a mark takes up: its voxels with their outer faces, and of a sphere the ball whose surface runs through the middles
 * of both its ends. Undefined for a point, which takes up none.
 * @param voxel a sphere is round in nm, and so in voxels only where they are cubes
 */
export function extentOf(
  record: MarkGeometry,
  voxel: VoxelSize,
): Extent | undefined {
  switch (record.kind) {
    case "point":
      return undefined;
    case "sphere": {
      const [a, b] = record.ends;
      const radius = distance(a, b, voxel) / 2;
      return around(
        (axis) => (a[axis] + b[axis] + 1) / 2,
        (axis) => radius / voxel[axis],
      );
    }
    case "ellipsoid":
      return around(
        (axis) => record.center[axis] + 0.5,
        (axis) => record.radii[axis],
      );
    default: {
      const { lower, upper } = boundsOf(record);
      return { lower, upper: position((axis) => upper[axis] + 1) };
    }
  }
}

function around(
  center: (axis: number) => number,
  radius: (axis: number) => number,
): Extent {
  return {
    lower: position((axis) => center(axis) - radius(axis)),
    upper: position((axis) => center(axis) + radius(axis)),
  };
}

/**
 * The least and the greatest voxel of a mark's anchors along each axis; of an ellipsoid, those of its surface. A sphere bulges out of
 * the bounds of its diameter by as much as the size of a voxel says.
 */
export function boundsOf(record: MarkGeometry): {
  lower: VoxelPosition;
  upper: VoxelPosition;
} {
  if (record.kind === "ellipsoid") {
    const { center, radii } = record;
    return {
      lower: position((axis) => center[axis] - radii[axis]),
      upper: position((axis) => center[axis] + radii[axis]),
    };
  }
  const anchors = anchorsOf(record);
  // Not by spreading them into arguments: a path may have more vertices than a call takes.
  const extreme = (of: (...values: number[]) => number) =>
    position((axis) =>
      anchors.reduce((found, a) => of(found, a[axis]), anchors[0][axis]),
    );
  return { lower: extreme(Math.min), upper: extreme(Math.max) };
}

/** The mark moved whole by so many voxels. What was looked up under it holds no longer and goes. */
export function movedBy(
  record: AnnotationRecord,
  delta: VoxelPosition,
): AnnotationRecord {
  return withAnchors(
    record,
    anchorsOf(record).map((anchor) =>
      position((axis) => anchor[axis] + delta[axis]),
    ),
  );
}

/** The mark with one of its anchors elsewhere. */
export function withAnchor(
  record: AnnotationRecord,
  index: number,
  to: VoxelPosition,
): AnnotationRecord {
  return withAnchors(
    record,
    anchorsOf(record).map((anchor, i) => (i === index ? to : anchor)),
  );
}

function withAnchors(
  record: AnnotationRecord,
  anchors: readonly VoxelPosition[],
): AnnotationRecord {
  const rest = { ...record };
  delete rest.segments;
  switch (rest.kind) {
    case "point":
      return { ...rest, position: anchors[0] };
    case "line":
    case "sphere":
      return { ...rest, ends: [anchors[0], anchors[1]] };
    case "polyline":
      return { ...rest, vertices: [...anchors] };
    case "box":
      return { ...rest, corners: [anchors[0], anchors[1]] };
    case "ellipsoid":
      return { ...rest, center: anchors[0] };
  }
}

function position(ofAxis: (axis: number) => number): VoxelPosition {
  return [ofAxis(0), ofAxis(1), ofAxis(2)];
}
