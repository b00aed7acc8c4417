/** A position or direction in voxels, x,y,z. */
export type Vec3 = readonly [number, number, number];

export const add = (a: Vec3, b: Vec3): Vec3 => [
  a[0] + b[0],
  a[1] + b[1],
  a[2] + b[2],
];

export const subtract = (a: Vec3, b: Vec3): Vec3 => [
  a[0] - b[0],
  a[1] - b[1],
  a[2] - b[2],
];

export const scale = (a: Vec3, by: number): Vec3 => [
  a[0] * by,
  a[1] * by,
  a[2] * by,
];

export const dot = (a: Vec3, b: Vec3): number =>
  a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const length = (a: Vec3): number => Math.sqrt(dot(a, a));

/** The unit vector along `a`, which must not be zero. */
export const normalize = (a: Vec3): Vec3 => scale(a, 1 / length(a));

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** A unit vector at right angles to the unit vector `a`. */
export const perpendicular = (a: Vec3): Vec3 =>
  normalize(cross(a, Math.abs(a[2]) < 0.8 ? [0, 0, 1] : [1, 0, 0]));
