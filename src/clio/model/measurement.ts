/** How long and how large a mark is, from voxels that may be longer along one axis than along another. */
import type { VoxelPosition } from "./annotation.js";
import type { MarkGeometry } from "./geometry.js";

/** Edges of a voxel along x,y,z in nanometres. */
export type VoxelSize = readonly [number, number, number];

/** Lengths in nm, volumes in nm³; what a kind does not have is absent. */
export interface Measurement {
  /** Of a line, a sphere's diameter, or a whole path. */
  readonly length?: number;
  /** Of a sphere. */
  readonly radius?: number;
  /** Of a sphere, a box or an ellipsoid. */
  readonly volume?: number;
  /** Edges of a box, or radii of an ellipsoid, along x,y,z. */
  readonly extent?: VoxelSize;
}

/** Distance between the centres of two voxels, in nm. */
export function distance(
  a: VoxelPosition,
  b: VoxelPosition,
  voxel: VoxelSize,
): number {
  return Math.hypot(
    (a[0] - b[0]) * voxel[0],
    (a[1] - b[1]) * voxel[1],
    (a[2] - b[2]) * voxel[2],
  );
}

/** What can be measured of a mark. A box counts both its corner voxels, so one of a single voxel has the volume of a voxel. */
export function measure(record: MarkGeometry, voxel: VoxelSize): Measurement {
  switch (record.kind) {
    case "point":
      return {};
    case "line":
      return { length: distance(...record.ends, voxel) };
    case "polyline":
      return { length: pathLength(record.vertices, voxel) };
    case "sphere": {
      const length = distance(...record.ends, voxel);
      const radius = length / 2;
      return { length, radius, volume: (4 / 3) * Math.PI * radius ** 3 };
    }
    case "box": {
      const [a, b] = record.corners;
      const edge = (axis: number) =>
        (Math.abs(a[axis] - b[axis]) + 1) * voxel[axis];
      const extent: VoxelSize = [edge(0), edge(1), edge(2)];
      return { extent, volume: extent[0] * extent[1] * extent[2] };
    }
    case "ellipsoid": {
      const radius = (axis: number) => record.radii[axis] * voxel[axis];
      const extent: VoxelSize = [radius(0), radius(1), radius(2)];
      const volume = (4 / 3) * Math.PI * extent[0] * extent[1] * extent[2];
      return { extent, volume };
    }
  }
}

function pathLength(
  vertices: readonly VoxelPosition[],
  voxel: VoxelSize,
): number {
  let length = 0;
  for (let i = 1; i < vertices.length; ++i) {
    length += distance(vertices[i - 1], vertices[i], voxel);
  }
  return length;
}

/** From this many nm on a length is given in µm, and from the cube of it on a volume in µm³. */
const MICROMETRE = 1000;

/** A length as people read it: "868 nm", "4.12 µm". */
export function formatLength(nm: number): string {
  return nm < MICROMETRE
    ? `${figures(nm)} nm`
    : `${figures(nm / MICROMETRE)} µm`;
}

/** A volume as people read it: "4,200 nm³", "0.014 µm³". */
export function formatVolume(cubicNm: number): string {
  // Below a thousandth of a cubic micrometre the zeros would outnumber the figures.
  return cubicNm < MICROMETRE ** 3 / 1000
    ? `${figures(cubicNm)} nm³`
    : `${figures(cubicNm / MICROMETRE ** 3)} µm³`;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const threeFigures = new Intl.NumberFormat("en", {
  maximumSignificantDigits: 3,
});

/** Three significant figures, and all of those before the point. */
function figures(value: number): string {
  return value >= 100 ? whole.format(value) : threeFigures.format(value);
}
