import type { AnnotationKind, VoxelPosition } from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import type { VoxelSize } from "../../model/measurement.js";

/** How marks of one kind are drawn by clicks. */
export interface Shape {
  readonly kind: AnnotationKind;
  /** Name of its tool in a link. */
  readonly tool: string;
  /** Name of its tool for people. */
  readonly title: string;
  /** The letter that its tool is bound to, with Shift, where it is free. */
  readonly letter: string;
  /** What to click next, click by click; the last one again and again where there is no last click. */
  readonly steps: readonly string[];
  /** Clicks after which it is whole; undefined where a person says when. */
  readonly clicks: number | undefined;
  /**
   * What these clicks mean; undefined where they are too few, or the same voxel again where that means nothing.
   * @param clicked at least one voxel
   */
  readonly geometry: (
    clicked: readonly VoxelPosition[],
    voxel: VoxelSize,
  ) => MarkGeometry | undefined;
}

/** Every kind, in the order in which tools are listed. */
export const SHAPES: readonly Shape[] = [
  {
    kind: "point",
    tool: "clioPoint",
    title: "Point",
    letter: "P",
    steps: ["click to place one"],
    clicks: 1,
    geometry: ([position]) => ({ kind: "point", position }),
  },
  {
    kind: "line",
    tool: "clioLine",
    title: "Line",
    letter: "L",
    steps: ["click one end", "click the other end"],
    clicks: 2,
    geometry: ([a, b]) =>
      differ(a, b) ? { kind: "line", ends: [a, b] } : undefined,
  },
  {
    kind: "polyline",
    tool: "clioPath",
    title: "Path",
    letter: "H",
    steps: ["click where it begins", "click the next vertex"],
    clicks: undefined,
    geometry: (clicked) => {
      // A double click, which finishes a path, clicks its last vertex twice.
      const vertices = clicked.filter(
        (at, i) => i === 0 || differ(clicked[i - 1], at),
      );
      return vertices.length < 2 ? undefined : { kind: "polyline", vertices };
    },
  },
  {
    kind: "sphere",
    tool: "clioSphere",
    title: "Sphere",
    letter: "S",
    steps: ["click one side", "click the opposite side"],
    clicks: 2,
    geometry: ([a, b]) =>
      differ(a, b) ? { kind: "sphere", ends: [a, b] } : undefined,
  },
  {
    kind: "box",
    tool: "clioBox",
    title: "Box",
    letter: "B",
    steps: ["click one corner", "click the opposite corner"],
    clicks: 2,
    geometry: ([a, b]: readonly (VoxelPosition | undefined)[]) =>
      a === undefined || b === undefined
        ? undefined
        : { kind: "box", corners: [a, b] },
  },
  {
    kind: "ellipsoid",
    tool: "clioEllipsoid",
    title: "Ellipsoid",
    letter: "E",
    steps: ["click the centre", "click a corner of the box around it"],
    clicks: 2,
    geometry: ([center, corner], voxel) =>
      differ(center, corner)
        ? { kind: "ellipsoid", center, radii: radiiTo(center, corner, voxel) }
        : undefined,
  },
];

/** The shape of a kind. */
export function shapeOf(kind: AnnotationKind): Shape {
  return SHAPES.find((shape) => shape.kind === kind)!;
}

/**
 * Radii along the axes, from the centre to a corner of the box around an ellipsoid. A corner that was clicked in a slice says nothing of
 * the axis across it: there the radius is, in nm, the mean of the others.
 */
function radiiTo(
  center: VoxelPosition,
  corner: VoxelPosition,
  voxel: VoxelSize,
): VoxelPosition {
  const seen = center.map((x, i) => Math.abs(corner[i] - x));
  const known = seen.map((r, i) => r * voxel[i]).filter((nm) => nm > 0);
  const mean = known.reduce((sum, nm) => sum + nm, 0) / known.length;
  const radius = (axis: number) =>
    seen[axis] || Math.max(1, Math.round(mean / voxel[axis]));
  return [radius(0), radius(1), radius(2)];
}

function differ(a: VoxelPosition, b: VoxelPosition | undefined): boolean {
  return b !== undefined && a.some((x, i) => x !== b[i]);
}
