import {
  anchorsOf,
  type Extent,
  extentOf,
  type MarkGeometry,
} from "../../model/geometry.js";
import type { VoxelSize } from "../../model/measurement.js";

/** A place in space, in voxels: voxel 5 reaches from 5 to 6. */
export type Place = readonly [number, number, number];

/** What is drawn of a shape that is not a mark yet. */
export interface Outline {
  /** Lines through these places. */
  readonly paths: readonly (readonly Place[])[];
  /** The ends and vertices that were clicked. */
  readonly dots: readonly Place[];
  /** The space within an ellipsoid, or a sphere. */
  readonly ball: Extent | undefined;
}

export function outlineOf(record: MarkGeometry, voxel: VoxelSize): Outline {
  const dots = anchorsOf(record).map(middleOf);
  switch (record.kind) {
    case "point":
      return { paths: [], dots, ball: undefined };
    case "line":
    case "polyline":
      return { paths: [dots], dots, ball: undefined };
    case "box":
      return {
        paths: edgesOf(extentOf(record, voxel)!),
        dots: [],
        ball: undefined,
      };
    case "sphere":
      return { paths: [dots], dots, ball: extentOf(record, voxel) };
    case "ellipsoid":
      return { paths: [], dots, ball: extentOf(record, voxel) };
  }
}

/** The middle of a voxel. */
export function middleOf([x, y, z]: Place): Place {
  return [x + 0.5, y + 0.5, z + 0.5];
}

/** The twelve edges of a box. */
function edgesOf({ lower, upper }: Extent): Place[][] {
  const corner = (bits: number): Place => [
    (bits & 1 ? upper : lower)[0],
    (bits & 2 ? upper : lower)[1],
    (bits & 4 ? upper : lower)[2],
  ];
  const edges: Place[][] = [];
  for (let bits = 0; bits < 8; ++bits) {
    for (const axis of [1, 2, 4]) {
      if ((bits & axis) === 0) edges.push([corner(bits), corner(bits | axis)]);
    }
  }
  return edges;
}
