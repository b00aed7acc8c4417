/** A point, a size or an index of three dimensions. */
export type Vec3 = readonly [x: number, y: number, z: number];

/** A box of voxels, in whichever voxels its user says: `lower` is inside, `upper` is not. */
export interface Box {
  readonly lower: Vec3;
  readonly upper: Vec3;
}

/** Makes a vector by a function of the axis: 0, 1, 2 for x, y, z. */
export function vec3(ofAxis: (axis: number) => number): Vec3 {
  return [ofAxis(0), ofAxis(1), ofAxis(2)];
}

/** The edges of a box, in voxels: not below 0. */
export function shapeOf({ lower, upper }: Box): Vec3 {
  return vec3((axis) => Math.max(0, upper[axis] - lower[axis]));
}

export function voxelCount([x, y, z]: Vec3): number {
  return x * y * z;
}

/** What lies in both boxes; undefined where nothing does. */
export function intersection(a: Box, b: Box): Box | undefined {
  const box = {
    lower: vec3((axis) => Math.max(a.lower[axis], b.lower[axis])),
    upper: vec3((axis) => Math.min(a.upper[axis], b.upper[axis])),
  };
  return voxelCount(shapeOf(box)) === 0 ? undefined : box;
}

/** The box in voxels that are counted from `origin` on. */
export function relativeTo(origin: Vec3, { lower, upper }: Box): Box {
  return {
    lower: vec3((axis) => lower[axis] - origin[axis]),
    upper: vec3((axis) => upper[axis] - origin[axis]),
  };
}
