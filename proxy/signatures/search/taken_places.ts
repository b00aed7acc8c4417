import type { Triple } from "../record.js";

/** Places that keep others at a distance. */
export class TakenPlaces {
  /** Those in each cell of a grid. */
  private readonly cells = new Map<string, Triple[]>();
  /** As wide as the separation, so that what is near lies in a neighbour, and by a hair wider for what is rounded. */
  private readonly cellSize: number;

  /**
   * @param separation in nm; 0 keeps nothing away
   * @param voxelSize in nm
   */
  constructor(
    private readonly separation: number,
    private readonly voxelSize: Triple,
  ) {
    this.cellSize = separation * 1.001;
  }

  /** Whether no place is kept away. */
  get isEmpty(): boolean {
    return this.cells.size === 0;
  }

  /** Takes a place, in voxels. */
  add(place: Triple): void {
    if (this.separation === 0) return;
    const key = this.cellOf(place).join();
    const cell = this.cells.get(key);
    if (cell === undefined) this.cells.set(key, [place]);
    else cell.push(place);
  }

  /** Whether no taken place is nearer to this one, in voxels, than the separation. */
  isFree(place: Triple): boolean {
    if (this.isEmpty) return true;
    const [x, y, z] = this.cellOf(place);
    for (let dz = -1; dz <= 1; dz++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const cell = this.cells.get([x + dx, y + dy, z + dz].join());
          if (cell?.some((taken) => this.isNear(taken, place))) return false;
        }
    return true;
  }

  private cellOf(place: Triple): Triple {
    const cell = (axis: number) =>
      Math.floor((place[axis] * this.voxelSize[axis]) / this.cellSize);
    return [cell(0), cell(1), cell(2)];
  }

  private isNear(a: Triple, b: Triple): boolean {
    return squaredNm(a, b, this.voxelSize) < this.separation ** 2;
  }
}

/** The square of the distance of two places, in nm². */
export function squaredNm(a: Triple, b: Triple, voxelSize: Triple): number {
  return (
    ((a[0] - b[0]) * voxelSize[0]) ** 2 +
    ((a[1] - b[1]) * voxelSize[1]) ** 2 +
    ((a[2] - b[2]) * voxelSize[2]) ** 2
  );
}
