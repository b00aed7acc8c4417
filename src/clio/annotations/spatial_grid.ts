/** Three numbers along x,y,z. */
export type Triple = readonly [number, number, number];

/** One level of a {@link SpatialGrid}. */
export interface GridLevel {
  /** Voxels of a cell along x,y,z. */
  readonly cellSize: Triple;
  /** Number of cells along x,y,z. */
  readonly shape: Triple;
}

/** A box of voxels: `lower` inclusive, `upper` exclusive. */
export interface VoxelBounds {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/**
 * Cells are not split below this edge, in voxels. A slice draws of each cell the points that are near it, so that thinner cells would bring
 * little, and each costs a call.
 */
const SMALLEST_CELL_EDGE = 16;

/**
 * Divides a box of voxels into levels of nested cells: level 0 is one cell, and each next level halves the edges that are
 * physically longer than half of the longest, so that cells tend to cubes whatever the anisotropy.
 */
export class SpatialGrid {
  readonly levels: readonly GridLevel[];
  private readonly lower: Triple;

  /**
   * @param bounds of the volume, in voxels
   * @param voxelSize physical edges of a voxel along x,y,z, in any one unit
   */
  constructor(bounds: VoxelBounds, voxelSize: readonly number[]) {
    this.lower = triple((i) => Math.floor(bounds.lower[i]));
    const extent = triple((i) =>
      Math.max(1, Math.ceil(bounds.upper[i]) - this.lower[i]),
    );
    // Powers of two of the smallest edge, so that each cell lies in exactly one cell of the level above.
    let cellSize = triple(
      (i) =>
        SMALLEST_CELL_EDGE *
        2 ** Math.max(0, Math.ceil(Math.log2(extent[i] / SMALLEST_CELL_EDGE))),
    );
    const levels: GridLevel[] = [];
    for (;;) {
      const current = cellSize;
      levels.push({
        cellSize: current,
        shape: triple((i) => Math.ceil(extent[i] / current[i])),
      });
      const length = triple((i) => current[i] * voxelSize[i]);
      const half = Math.max(...length) / 2;
      cellSize = triple((i) =>
        length[i] > half && current[i] > SMALLEST_CELL_EDGE
          ? current[i] / 2
          : current[i],
      );
      if (cellSize.every((size, i) => size === current[i])) break;
    }
    this.levels = levels;
  }

  /**
   * Number of the cell of a level that holds a voxel, counting along x first. Voxels outside the bounds belong to the nearest
   * cell, so that no mark is without one.
   */
  cellOf(level: number, position: readonly number[]): number {
    const { cellSize, shape } = this.levels[level];
    let cell = 0;
    for (let i = 2; i >= 0; --i) {
      const at = Math.floor((position[i] - this.lower[i]) / cellSize[i]);
      cell = cell * shape[i] + Math.min(shape[i] - 1, Math.max(0, at));
    }
    return cell;
  }

  /** The last level whose cells are as large as a box, so that the box reaches into two of them along an axis at most. */
  levelFor({ lower, upper }: VoxelBounds): number {
    let level = this.levels.length - 1;
    const fits = (size: number, i: number) => upper[i] - lower[i] <= size;
    while (level > 0 && !this.levels[level].cellSize.every(fits)) --level;
    return level;
  }

  /** Numbers of the cells of a level that a box reaches into. What lies outside the bounds belongs to the nearest cells. */
  cellsOf(level: number, { lower, upper }: VoxelBounds): number[] {
    const { cellSize, shape } = this.levels[level];
    const at = (i: number, x: number) => Math.min(shape[i] - 1, Math.max(0, x));
    const from = triple((i) =>
      at(i, Math.floor((lower[i] - this.lower[i]) / cellSize[i])),
    );
    const to = triple((i) =>
      at(i, Math.ceil((upper[i] - this.lower[i]) / cellSize[i]) - 1),
    );
    const cells: number[] = [];
    for (let z = from[2]; z <= to[2]; ++z) {
      for (let y = from[1]; y <= to[1]; ++y) {
        for (let x = from[0]; x <= to[0]; ++x) {
          cells.push(this.cellAt(level, [x, y, z]));
        }
      }
    }
    return cells;
  }

  /** The inverse of {@link cellOf}: where a cell stands in its level's grid. */
  gridPosition(level: number, cell: number): Triple {
    const { shape } = this.levels[level];
    const x = cell % shape[0];
    const row = (cell - x) / shape[0];
    const y = row % shape[1];
    return [x, y, (row - y) / shape[1]];
  }

  /** Number of the cell that stands at a position of its level's grid. */
  cellAt(level: number, [x, y, z]: Triple): number {
    const { shape } = this.levels[level];
    return x + shape[0] * (y + shape[1] * z);
  }

  /** The cells of the next level that lie in a cell; none for the last level. */
  children(level: number, cell: number): number[] {
    if (level + 1 >= this.levels.length) return [];
    const inner = this.levels[level + 1];
    const position = this.gridPosition(level, cell);
    const split = triple(
      (i) => this.levels[level].cellSize[i] / inner.cellSize[i],
    );
    const cells: number[] = [];
    for (let z = 0; z < split[2]; ++z) {
      for (let y = 0; y < split[1]; ++y) {
        for (let x = 0; x < split[0]; ++x) {
          const child: Triple = [
            position[0] * split[0] + x,
            position[1] * split[1] + y,
            position[2] * split[2] + z,
          ];
          if (child.every((value, i) => value < inner.shape[i])) {
            cells.push(this.cellAt(level + 1, child));
          }
        }
      }
    }
    return cells;
  }
}

function triple(value: (axis: number) => number): Triple {
  return [value(0), value(1), value(2)];
}
