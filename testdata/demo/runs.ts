/** Sets that grow together, each known by one member. */
export class Union {
  private readonly parent: Uint32Array;

  constructor(count: number) {
    this.parent = Uint32Array.from({ length: count }, (_, index) => index);
  }

  find(item: number): number {
    const { parent } = this;
    while (parent[item] !== item) {
      parent[item] = parent[parent[item]];
      item = parent[item];
    }
    return item;
  }

  join(a: number, b: number): void {
    const rootA = this.find(a);
    const rootB = this.find(b);
    if (rootA < rootB) this.parent[rootB] = rootA;
    else this.parent[rootA] = rootB;
  }
}

/** The volume as runs of equal voxels along x. */
export class Runs {
  readonly start: Uint32Array;
  /** The first run of each row, and one more entry at the end. */
  readonly row: Uint32Array;

  constructor(
    readonly labels: Uint32Array,
    readonly size: readonly [number, number, number],
  ) {
    const [width, height, depth] = size;
    let count = 0;
    for (let at = 0; at < labels.length; at++)
      if (at % width === 0 || labels[at] !== labels[at - 1]) count++;
    this.start = new Uint32Array(count + 1);
    this.row = new Uint32Array(height * depth + 1);
    let run = 0;
    for (let row = 0, at = 0; row < height * depth; row++) {
      this.row[row] = run;
      for (let x = 0; x < width; x++, at++)
        if (x === 0 || labels[at] !== labels[at - 1]) this.start[run++] = at;
    }
    this.row[height * depth] = run;
    this.start[run] = labels.length;
  }

  get count(): number {
    return this.start.length - 1;
  }

  label(run: number): number {
    return this.labels[this.start[run]];
  }

  length(run: number): number {
    return this.start[run + 1] - this.start[run];
  }

  /** Calls `visit` for each pair of runs that share faces of voxels, with how many. */
  contacts(visit: (a: number, b: number, faces: number) => void): void {
    const [, height, depth] = this.size;
    for (let z = 0, row = 0; z < depth; z++)
      for (let y = 0; y < height; y++, row++) {
        for (let run = this.row[row]; run + 1 < this.row[row + 1]; run++)
          visit(run, run + 1, 1);
        if (y > 0) this.overlaps(row - 1, row, visit);
        if (z > 0) this.overlaps(row - height, row, visit);
      }
  }

  private overlaps(
    before: number,
    row: number,
    visit: (a: number, b: number, faces: number) => void,
  ): void {
    const width = this.size[0];
    const shift = (row - before) * width;
    let a = this.row[before];
    let b = this.row[row];
    while (a < this.row[before + 1] && b < this.row[row + 1]) {
      const endA = this.start[a + 1] + shift;
      const endB = this.start[b + 1];
      const from = Math.max(this.start[a] + shift, this.start[b]);
      visit(a, b, Math.min(endA, endB) - from);
      if (endA <= endB) a++;
      if (endB <= endA) b++;
    }
  }
}
