/** x, y, z. */
export type Triple = readonly [number, number, number];

/** Signatures of places, in columns of equal length. */
export interface Records {
  /** x, y, z of each place, three a record: voxels of the dataset's finest scale. */
  readonly positions: Uint32Array<ArrayBuffer>;
  /** The signature of each place. */
  readonly signatures: BigUint64Array<ArrayBuffer>;
}

/** A box of voxels: from `min`, and up to `max`, which is outside. */
export interface Box {
  readonly min: Triple;
  readonly max: Triple;
}

/** Whether a voxel lies in the box. */
export function contains(box: Box, x: number, y: number, z: number): boolean {
  const { min, max } = box;
  return (
    x >= min[0] &&
    x < max[0] &&
    y >= min[1] &&
    y < max[1] &&
    z >= min[2] &&
    z < max[2]
  );
}

/** Whether two boxes have a voxel in common. */
export function overlap(a: Box, b: Box): boolean {
  return [0, 1, 2].every(
    (axis) => a.min[axis] < b.max[axis] && b.min[axis] < a.max[axis],
  );
}

/** Whether all of `inner` lies in `outer`. */
export function covers(outer: Box, inner: Box): boolean {
  return [0, 1, 2].every(
    (axis) =>
      outer.min[axis] <= inner.min[axis] && inner.max[axis] <= outer.max[axis],
  );
}

/** The smallest box around positions (x, y, z in turn), of which there is at least one. */
export function boundsOf(positions: Uint32Array): Box {
  let [minX, minY, minZ] = positions;
  let [maxX, maxY, maxZ] = positions;
  // Without a loop over the axes: each place of an index passes here.
  for (let i = 3; i < positions.length; i += 3) {
    const x = positions[i];
    const y = positions[i + 1];
    const z = positions[i + 2];
    if (x < minX) minX = x;
    else if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    else if (y > maxY) maxY = y;
    if (z < minZ) minZ = z;
    else if (z > maxZ) maxZ = z;
  }
  return { min: [minX, minY, minZ], max: [maxX + 1, maxY + 1, maxZ + 1] };
}

/** The smallest box around both. */
export function boxAround(a: Box, b: Box): Box {
  return {
    min: triple(a.min.map((value, axis) => Math.min(value, b.min[axis]))),
    max: triple(a.max.map((value, axis) => Math.max(value, b.max[axis]))),
  };
}

function triple(values: readonly number[]): Triple {
  return [values[0], values[1], values[2]];
}
