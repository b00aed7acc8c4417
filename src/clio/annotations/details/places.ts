/** Where a mark lies, as text that a person can edit: each of its anchors, and the radii of an ellipsoid. */
import {
  type AnnotationRecord,
  KIND_NAMES,
  type VoxelPosition,
} from "../../model/annotation.js";
import { anchorsOf, withAnchor } from "../../model/geometry.js";
import type { CoordinateSpace } from "../../model/sandbox.js";
import type { TextEdit } from "./edits.js";

/** More vertices of a path than these are moved in the view, where a person sees which is which. */
export const MOST_PLACES = 50;

/** What can be edited of where a mark of this shape lies. A path that gains or loses a vertex has others. */
export function placesOf(
  record: AnnotationRecord,
  space: Pick<CoordinateSpace, "lower" | "upper">,
): TextEdit[] {
  const count = Math.min(anchorsOf(record).length, MOST_PLACES);
  const places = Array.from({ length: count }, (_, index) =>
    placeOf(record, index, space),
  );
  return record.kind === "ellipsoid" ? [...places, radii] : places;
}

function placeOf(
  { kind }: AnnotationRecord,
  index: number,
  space: Pick<CoordinateSpace, "lower" | "upper">,
): TextEdit {
  return {
    label: nameOfAnchor(kind, index),
    act: `Move ${KIND_NAMES[kind]}`,
    text: (record) => anchorsOf(record)[index]?.join(", ") ?? "",
    read: (text) => {
      const position = readVoxel(text);
      if (position === undefined) {
        return { expected: "three whole numbers: x, y, z" };
      }
      const outside = position.findIndex(
        (voxel, axis) =>
          voxel < space.lower[axis] || voxel >= space.upper[axis],
      );
      if (outside >= 0) {
        return {
          expected: `${"xyz"[outside]} from ${Math.ceil(space.lower[outside])} to ${Math.ceil(space.upper[outside]) - 1}`,
        };
      }
      return {
        change: (record) => {
          const old = anchorsOf(record).at(index);
          // A vertex that is gone has nowhere to go.
          return old === undefined || String(old) === String(position)
            ? record
            : withAnchor(record, index, position);
        },
      };
    },
  };
}

const radii: TextEdit = {
  label: "Radii",
  act: "Resize ellipsoid",
  text: (record) =>
    record.kind === "ellipsoid" ? record.radii.join(", ") : "",
  read: (text) => {
    const lengths = readVoxel(text);
    if (lengths?.every((length) => length >= 1) !== true) {
      return { expected: "three whole numbers of 1 or more: along x, y, z" };
    }
    return {
      change: (record) =>
        record.kind !== "ellipsoid" || String(record.radii) === String(lengths)
          ? record
          : { ...record, radii: lengths },
    };
  },
};

/** Three whole numbers, however they are parted, so that a position can be pasted from wherever it stands. */
export function readVoxel(text: string): VoxelPosition | undefined {
  const found = /^[\s([]*(-?\d+)[\s,;]+(-?\d+)[\s,;]+(-?\d+)[\s)\]]*$/.exec(
    text,
  );
  if (found === null) return undefined;
  const position: VoxelPosition = [+found[1], +found[2], +found[3]];
  return position.every(Number.isSafeInteger) ? position : undefined;
}

/** What an anchor is called: "End 2". */
export function nameOfAnchor(
  kind: AnnotationRecord["kind"],
  index: number,
): string {
  switch (kind) {
    case "point":
      return "Position";
    case "line":
    case "sphere":
      return `End ${index + 1}`;
    case "polyline":
      return `Vertex ${index + 1}`;
    case "box":
      return `Corner ${index + 1}`;
    case "ellipsoid":
      return "Centre";
  }
}
