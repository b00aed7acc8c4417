import {
  type AnnotationRecord,
  KIND_NAMES,
  type VoxelPosition,
} from "../../model/annotation.js";
import {
  anchorsOf,
  type Extent,
  extentOf,
  movedBy,
  withAnchor,
} from "../../model/geometry.js";
import { distance, type VoxelSize } from "../../model/measurement.js";
import type { Place } from "./outline.js";

/** What of a mark a person has hold of. */
export interface Grip {
  /** What moving it is called: "Move line end". */
  readonly label: string;
  /** The mark with that part, or all of it, moved by so many voxels. */
  moved(record: AnnotationRecord, delta: VoxelPosition): AnnotationRecord;
}

/** Where a mark was taken hold of, and how the view shows space there. All in voxels. */
export interface Hold {
  readonly place: Place;
  /** The way of one pixel to the right, as deep as the place is. */
  readonly right: Place;
  /** The way of one pixel down. */
  readonly down: Place;
}

/** How near to an end or a corner a mark is taken hold of by that, in pixels. */
const REACH_PIXELS = 9;
/** The part of a short line or a thin box from either end that belongs to the end, so that some of it is left to move it whole by. */
const END_SHARE = 1 / 3;
/** An axis of which the view shows less than this part lies across it: what is dragged does not move along it. */
const ACROSS = 0.1;

/** What of a mark lies at a place: an end, vertex, corner or axis tip of it, or else all of it. */
export function gripAt(
  record: AnnotationRecord,
  hold: Hold,
  voxel: VoxelSize,
): Grip {
  switch (record.kind) {
    case "point":
      return whole(record);
    case "line":
      return anchorAt(record, "Move line end", hold, voxel) ?? whole(record);
    case "sphere":
      return anchorAt(record, "Resize sphere", hold, voxel) ?? whole(record);
    case "polyline":
      return anchorAt(record, "Move path vertex", hold, voxel) ?? whole(record);
    case "box": {
      const box = extentOf(record, voxel)!;
      return cornerAt(box, hold, voxel) ?? whole(record);
    }
    case "ellipsoid": {
      const { radii } = record;
      const center = middleOf(record.center);
      return tipAt(center, radii, hold, voxel) ?? whole(record);
    }
  }
}

function whole({ kind }: AnnotationRecord): Grip {
  return { label: `Move ${KIND_NAMES[kind]}`, moved: movedBy };
}

function anchorAt(
  record: AnnotationRecord,
  label: string,
  hold: Hold,
  voxel: VoxelSize,
): Grip | undefined {
  const anchors = anchorsOf(record).map(middleOf);
  const away = anchors.map((at) => distance([...at], [...hold.place], voxel));
  const index = away.indexOf(Math.min(...away));
  const piece = Math.min(
    ...[anchors.at(index - 1), anchors.at(index + 1)]
      // The last vertex of a path is no neighbour of its first one.
      .filter((_, side) => (side === 0 ? index > 0 : true))
      .filter((at) => at !== undefined)
      .map((at) => distance([...at], [...anchors[index]], voxel)),
  );
  const reach = Math.min(
    REACH_PIXELS * pixelSize(hold, voxel),
    piece * END_SHARE,
  );
  if (away[index] > reach) return undefined;
  return {
    label,
    moved: (record, delta) => {
      const from = anchorsOf(record).at(index);
      // Another tab may have taken vertices out of it meanwhile.
      if (from === undefined) return record;
      return withAnchor(record, index, plus(from, delta));
    },
  };
}

/** Of a box: the sides that meet in the corner there. In a slice these are two, and the third stays where it is. */
function cornerAt(
  { lower, upper }: Extent,
  hold: Hold,
  voxel: VoxelSize,
): Grip | undefined {
  const pixel = pixelSize(hold, voxel);
  const sides = AXES.map((axis) => {
    if (shown(hold, axis, voxel) < ACROSS) return 0;
    const reach = Math.min(
      (REACH_PIXELS * pixel) / voxel[axis],
      (upper[axis] - lower[axis]) * END_SHARE,
    );
    const at = hold.place[axis];
    if (Math.abs(at - lower[axis]) <= reach) return -1;
    return Math.abs(at - upper[axis]) <= reach ? 1 : undefined;
  });
  if (sides.some((side) => side === undefined)) return undefined;
  return {
    label: "Move box corner",
    moved: (record, delta) => {
      if (record.kind !== "box") return record;
      const [a, b] = record.corners.map((corner) => [...corner]);
      for (const axis of AXES) {
        const [low, high] = a[axis] <= b[axis] ? [a, b] : [b, a];
        if (sides[axis] === -1) low[axis] += delta[axis];
        if (sides[axis] === 1) high[axis] += delta[axis];
      }
      const rest = { ...record };
      delete rest.segments;
      return { ...rest, corners: [triple(a), triple(b)] };
    },
  };
}

/**
 * Of an ellipsoid: the tip of an axis there. A slice that misses its centre shows a smaller ellipse, and the tips of that stand for
 * the true ones.
 */
function tipAt(
  center: Place,
  radii: VoxelPosition,
  hold: Hold,
  voxel: VoxelSize,
): Grip | undefined {
  const across = AXES.map((axis) => shown(hold, axis, voxel) < ACROSS);
  const offset = AXES.map((axis) =>
    across[axis] ? hold.place[axis] - center[axis] : 0,
  );
  const missed = AXES.map((axis) => (offset[axis] / radii[axis]) ** 2);
  const share = Math.sqrt(Math.max(0, 1 - missed[0] - missed[1] - missed[2]));
  const pixel = pixelSize(hold, voxel);
  for (const axis of AXES) {
    if (across[axis]) continue;
    const radius = radii[axis] * share;
    const reach = Math.min(
      REACH_PIXELS * pixel,
      radius * voxel[axis] * END_SHARE,
    );
    for (const side of [-1, 1]) {
      const tip = center.map(
        (x, i) => x + offset[i] + (i === axis ? side * radius : 0),
      );
      if (distance(triple(tip), [...hold.place], voxel) > reach) continue;
      return {
        label: "Resize ellipsoid",
        moved: (record, delta) => {
          if (record.kind !== "ellipsoid") return record;
          const [...changed] = record.radii;
          const grown = changed[axis] + (side * delta[axis]) / share;
          changed[axis] = Math.max(1, Math.round(grown));
          return { ...record, radii: triple(changed) };
        },
      };
    }
  }
  return undefined;
}

const AXES = [0, 1, 2] as const;

/** Nanometres that a pixel shows. */
function pixelSize({ right, down }: Hold, voxel: VoxelSize): number {
  const length = (way: Place) => distance([...way], [0, 0, 0], voxel);
  return Math.max(length(right), length(down));
}

/** How much of an axis the view shows: 1 where it lies in the plane of the screen, 0 across it. */
function shown(hold: Hold, axis: number, voxel: VoxelSize): number {
  const { right, down } = hold;
  const nm = Math.hypot(right[axis], down[axis]) * voxel[axis];
  return nm / pixelSize(hold, voxel);
}

function plus(a: VoxelPosition, b: VoxelPosition): VoxelPosition {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function middleOf([x, y, z]: VoxelPosition): Place {
  return [x + 0.5, y + 0.5, z + 0.5];
}

function triple([x, y, z]: readonly number[]): VoxelPosition {
  return [x, y, z];
}
