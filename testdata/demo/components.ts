import { Runs, Union } from "./runs.js";

/** The pieces of the volume as they really came out: connected, each inside one connected cell. */
export interface Components {
  /** How many supervoxels; they are numbered from 1 on, as the volume now is. */
  readonly count: number;
  /** The body of each supervoxel, from 1 on; entry 0 stands for no supervoxel. */
  readonly body: Uint32Array;
  readonly bodyCount: number;
  /** The cell, as it was planned, that each supervoxel is a part of. */
  readonly cell: readonly number[];
}

/** A part of a piece that has fewer voxels than this and lies apart from the rest is given to what surrounds it. */
const CRUMB = 400;

/** Parts of pieces, each connected; known by their first run. */
class Parts {
  private readonly union: Union;
  /** By part: its voxels, and the piece that most of them come from. */
  readonly volume: Uint32Array;
  readonly piece: Uint32Array;

  constructor(runs: Runs) {
    this.union = new Union(runs.count);
    runs.contacts((a, b) => {
      if (runs.label(a) === runs.label(b)) this.union.join(a, b);
    });
    this.volume = new Uint32Array(runs.count);
    this.piece = new Uint32Array(runs.count);
    for (let run = 0; run < runs.count; run++) {
      this.volume[this.of(run)] += runs.length(run);
      this.piece[run] = runs.label(run);
    }
  }

  of(run: number): number {
    return this.union.find(run);
  }

  /** Makes two parts one; it is of the piece of the larger. */
  merge(a: number, b: number): void {
    const partA = this.of(a);
    const partB = this.of(b);
    if (partA === partB) return;
    const larger = this.volume[partA] >= this.volume[partB] ? partA : partB;
    const piece = this.piece[larger];
    const volume = this.volume[partA] + this.volume[partB];
    this.union.join(partA, partB);
    this.piece[this.of(partA)] = piece;
    this.volume[this.of(partA)] = volume;
  }
}

/**
 * Renumbers a volume of pieces, in place, into supervoxels that are connected (voxels by their faces) and lie in connected
 * bodies: what a division of space left in several parts becomes several, and crumbs go to the neighbour that they touch
 * most, of the same cell where there is one.
 * @param pieces x fastest
 * @param pieceCell the cell of each piece
 */
export function connect(
  pieces: Uint32Array,
  size: readonly [number, number, number],
  pieceCell: readonly number[],
): Components {
  const runs = new Runs(pieces, size);
  const parts = new Parts(runs);
  mergeCrumbs(runs, parts, pieceCell);
  return renumber(runs, parts, pieceCell);
}

function mergeCrumbs(
  runs: Runs,
  parts: Parts,
  pieceCell: readonly number[],
): void {
  const touching = new Map<number, Map<number, number>>();
  const note = (crumb: number, other: number, faces: number): void => {
    const seen = touching.get(crumb) ?? new Map<number, number>();
    touching.set(crumb, seen.set(other, (seen.get(other) ?? 0) + faces));
  };
  runs.contacts((a, b, faces) => {
    const partA = parts.of(a);
    const partB = parts.of(b);
    if (partA === partB) return;
    if (parts.volume[partA] < CRUMB) note(partA, partB, faces);
    if (parts.volume[partB] < CRUMB) note(partB, partA, faces);
  });
  const cellOf = (part: number): number => pieceCell[parts.piece[part]];
  // All choices are made before the first merge, so that their order does not matter to them.
  const choices = [...touching].map(([crumb, seen]): [number, number] => {
    const kin = [...seen].filter(([other]) => cellOf(other) === cellOf(crumb));
    const among = kin.length > 0 ? kin : [...seen];
    return [crumb, among.reduce((a, b) => (b[1] > a[1] ? b : a))[0]];
  });
  for (const [crumb, other] of choices) parts.merge(crumb, other);
}

function renumber(
  runs: Runs,
  parts: Parts,
  pieceCell: readonly number[],
): Components {
  const number = new Uint32Array(runs.count);
  const cells: number[] = [-1];
  for (let run = 0; run < runs.count; run++) {
    const part = parts.of(run);
    if (number[part] !== 0) continue;
    number[part] = cells.push(pieceCell[parts.piece[part]]) - 1;
  }
  const bodies = new Union(cells.length);
  runs.contacts((a, b) => {
    const supervoxelA = number[parts.of(a)];
    const supervoxelB = number[parts.of(b)];
    if (cells[supervoxelA] === cells[supervoxelB])
      bodies.join(supervoxelA, supervoxelB);
  });
  for (let run = 0; run < runs.count; run++)
    runs.labels.fill(
      number[parts.of(run)],
      runs.start[run],
      runs.start[run + 1],
    );
  const body = new Uint32Array(cells.length);
  let bodyCount = 0;
  for (let supervoxel = 1; supervoxel < cells.length; supervoxel++) {
    const first = bodies.find(supervoxel);
    body[supervoxel] = first === supervoxel ? ++bodyCount : body[first];
  }
  return { count: cells.length - 1, body, bodyCount, cell: cells };
}
