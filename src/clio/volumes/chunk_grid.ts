import { type Box, intersection, type Vec3, vec3 } from "../model/box.js";

/** How a volume is cut into chunks: a grid whose first cell begins at voxel 0. */
export interface ChunkGrid {
  /** The voxels that exist. */
  readonly bounds: Box;
  /** The edges of a whole chunk, in voxels: at the border a chunk may be cut short. */
  readonly chunkShape: Vec3;
}

/** Some of a list of voxels: those that lie in one chunk. */
export interface ChunkGroup {
  readonly cell: Vec3;
  /** Where they stand in the list. */
  readonly indices: readonly number[];
}

/**
 * Sorts voxels by the chunk that they lie in, so that each chunk is fetched once.
 * @param voxels whole numbers; those outside of the bounds are in no group
 * @returns in the order in which the chunks first occur
 */
export function groupByChunk(
  grid: ChunkGrid,
  voxels: Iterable<Vec3>,
): ChunkGroup[] {
  const groups = new Map<
    string,
    { readonly cell: Vec3; readonly indices: number[] }
  >();
  let index = 0;
  for (const voxel of voxels) {
    if (contains(grid.bounds, voxel)) {
      const cell = cellOf(grid, voxel);
      const key = cell.join();
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { cell, indices: [index] });
      else group.indices.push(index);
    }
    ++index;
  }
  return [...groups.values()];
}

/** The cells of the grid that a box touches, x fastest; only such as hold voxels that exist. */
export function cellsOf(grid: ChunkGrid, box: Box): Vec3[] {
  const inside = intersection(grid.bounds, box);
  if (inside === undefined) return [];
  const first = cellOf(grid, inside.lower);
  const last = cellOf(
    grid,
    vec3((axis) => inside.upper[axis] - 1),
  );
  const cells: Vec3[] = [];
  for (let z = first[2]; z <= last[2]; ++z)
    for (let y = first[1]; y <= last[1]; ++y)
      for (let x = first[0]; x <= last[0]; ++x) cells.push([x, y, z]);
  return cells;
}

/** The voxels of a cell, those beyond the bounds included. */
export function boxOfCell({ chunkShape }: ChunkGrid, cell: Vec3): Box {
  return {
    lower: vec3((axis) => cell[axis] * chunkShape[axis]),
    upper: vec3((axis) => (cell[axis] + 1) * chunkShape[axis]),
  };
}

function cellOf({ chunkShape }: ChunkGrid, voxel: Vec3): Vec3 {
  return vec3((axis) => Math.floor(voxel[axis] / chunkShape[axis]));
}

function contains({ lower, upper }: Box, voxel: Vec3): boolean {
  return [0, 1, 2].every(
    (axis) => voxel[axis] >= lower[axis] && voxel[axis] < upper[axis],
  );
}
