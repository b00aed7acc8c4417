import type { NoiseFunction3D } from "simplex-noise";
import { DEEP } from "./field.js";
import type { Field } from "./field.js";
import { Random, STREAM } from "./random.js";
import { MARGIN } from "./segments.js";

/** The side of the blocks that are worked out together, and the spacing of the points where distances are taken in them. */
export const BLOCK = 8;
const SPACING = 4;
const CORNERS = BLOCK / SPACING + 1;
/** Points where distances are taken in a block. */
const LATTICE = CORNERS ** 3;
/** The voxels between eight of them. */
const CUBE = SPACING ** 3;
/** The eight points around a cube, counted from the first. */
const AROUND = [0, 1, 3, 4, 9, 10, 12, 13];
/** By how many voxels, and over how many, the cuts between the pieces of one cell stray from where they would be. */
const WANDER = 1.6;
const WANDER_LENGTH = 34;

/** A list of rows of LATTICE distances, one row a cell or piece near the block. */
class Rows {
  readonly keys: number[] = [];
  distances = new Float32Array(64 * LATTICE);

  /** The row of a cell or piece, added where it is new. */
  of(key: number): number {
    let row = this.keys.indexOf(key);
    if (row >= 0) return row;
    row = this.keys.push(key) - 1;
    if (this.keys.length * LATTICE > this.distances.length) {
      const larger = new Float32Array(this.distances.length * 2);
      larger.set(this.distances);
      this.distances = larger;
    }
    this.distances.fill(Infinity, row * LATTICE, (row + 1) * LATTICE);
    return row;
  }

  lower(at: number, distance: number): void {
    if (distance < this.distances[at]) this.distances[at] = distance;
  }
}

/**
 * Divides a volume among the cells of a field. Distances are taken at every fourth voxel and are linear between, which the
 * smoothness of the field allows and which makes a volume of many million voxels a matter of seconds.
 */
export class Division {
  private readonly wander: NoiseFunction3D;
  private readonly cells = new Rows();
  private readonly pieces = new Rows();
  /** The row of the cell of each row of pieces, and how many pieces each row of cells has. */
  private readonly owner: number[] = [];
  private readonly parts: number[] = [];
  private readonly bent = new Float64Array(LATTICE * 3);
  // Of the cube being filled: distance of the nearest two cells at each voxel, and the row of the nearest.
  private readonly first = new Float32Array(CUBE);
  private readonly second = new Float32Array(CUBE);
  private readonly winner = new Uint8Array(CUBE);
  private readonly values = new Float32Array(CUBE);
  private readonly won: boolean[] = [];

  constructor(
    private readonly field: Field,
    seed: number,
  ) {
    this.wander = new Random(seed, STREAM.cuts).noise();
  }

  /**
   * Works out one block of BLOCK³ voxels whose first voxel is x0,y0,z0.
   * @param piece the piece of each voxel, @param lead as in Probe; both of a slab of BLOCK sections
   * @param offset of the block's first voxel in them
   * @param row, @param section distance between rows and between sections in them
   */
  fillBlock(
    x0: number,
    y0: number,
    z0: number,
    piece: Uint32Array,
    lead: Float32Array,
    offset: number,
    row: number,
    section: number,
  ): void {
    this.takeDistances(x0, y0, z0);
    this.roughenCuts(x0, y0, z0);
    for (let k = 0; k < BLOCK; k += SPACING)
      for (let j = 0; j < BLOCK; j += SPACING)
        for (let i = 0; i < BLOCK; i += SPACING) {
          const corner = ((k * CORNERS + j) * CORNERS + i) / SPACING;
          const at = offset + k * section + j * row + i;
          this.findNearest(corner);
          this.tellLead(lead, at, row, section);
          this.tellPieces(corner, piece, at, row, section);
        }
  }

  private takeDistances(x0: number, y0: number, z0: number): void {
    const { bent, cells, pieces, owner, parts } = this;
    const { segments } = this.field;
    let at = 0;
    for (let k = 0; k < CORNERS; k++)
      for (let j = 0; j < CORNERS; j++)
        for (let i = 0; i < CORNERS; i++, at += 3)
          this.field.bend(
            x0 + i * SPACING,
            y0 + j * SPACING,
            z0 + k * SPACING,
            bent,
            at,
          );
    const middle = ((LATTICE - 1) / 2) * 3;
    const x = bent[middle];
    const y = bent[middle + 1];
    const z = bent[middle + 2];
    const near = segments.near(segments.around(x, y, z), x, y, z, MARGIN);
    cells.keys.length = pieces.keys.length = owner.length = parts.length = 0;
    for (const segment of near) {
      const cell = cells.of(segments.cell[segment]);
      const piece = pieces.of(segments.piece[segment]);
      if (piece === owner.length) {
        owner.push(cell);
        parts[cell] = (parts[cell] ?? 0) + 1;
      }
      for (let corner = 0; corner < LATTICE; corner++) {
        const distance = segments.distance(
          segment,
          bent[corner * 3],
          bent[corner * 3 + 1],
          bent[corner * 3 + 2],
        );
        cells.lower(cell * LATTICE + corner, distance);
        pieces.lower(piece * LATTICE + corner, distance);
      }
    }
  }

  /** Cuts between the pieces of one cell are not flat: each piece's distance wanders with its own noise. */
  private roughenCuts(x0: number, y0: number, z0: number): void {
    const { owner, parts, pieces } = this;
    for (let row = 0; row < owner.length; row++) {
      if (parts[owner[row]] === 1) continue;
      const apart = pieces.keys[row] * 17.3;
      let corner = row * LATTICE;
      for (let k = 0; k < CORNERS; k++)
        for (let j = 0; j < CORNERS; j++)
          for (let i = 0; i < CORNERS; i++, corner++)
            pieces.distances[corner] +=
              WANDER *
              this.wander(
                (x0 + i * SPACING) / WANDER_LENGTH + apart,
                (y0 + j * SPACING) / WANDER_LENGTH,
                (z0 + k * SPACING) / WANDER_LENGTH,
              );
    }
  }

  /** Fills `first`, `second` and `winner` for the cube whose first lattice point is `corner`. */
  private findNearest(corner: number): void {
    const { first, second, winner, values } = this;
    const { keys, distances } = this.cells;
    let bound = Infinity;
    for (let cell = 0; cell < keys.length; cell++)
      bound = Math.min(bound, highest(distances, cell * LATTICE + corner));
    first.fill(Infinity);
    second.fill(Infinity);
    for (let cell = 0; cell < keys.length; cell++) {
      if (lowest(distances, cell * LATTICE + corner) > bound + DEEP) continue;
      interpolate(distances, cell * LATTICE + corner, values);
      for (let v = 0; v < CUBE; v++)
        if (values[v] < first[v]) {
          second[v] = first[v];
          first[v] = values[v];
          winner[v] = cell;
        } else if (values[v] < second[v]) second[v] = values[v];
    }
  }

  private tellLead(
    lead: Float32Array,
    offset: number,
    row: number,
    section: number,
  ): void {
    const { first, second } = this;
    for (let k = 0, v = 0; k < SPACING; k++)
      for (let j = 0; j < SPACING; j++) {
        let at = offset + k * section + j * row;
        for (let i = 0; i < SPACING; i++, at++, v++) {
          const difference = second[v] - first[v];
          lead[at] = difference < DEEP ? difference : DEEP;
        }
      }
  }

  private tellPieces(
    corner: number,
    piece: Uint32Array,
    offset: number,
    row: number,
    section: number,
  ): void {
    const { first, winner, values, won, owner, parts } = this;
    won.length = 0;
    for (let v = 0; v < CUBE; v++) won[winner[v]] = true;
    first.fill(Infinity);
    for (let p = 0; p < owner.length; p++) {
      const cell = owner[p];
      if (!won[cell]) continue;
      if (parts[cell] === 1) values.fill(0);
      else interpolate(this.pieces.distances, p * LATTICE + corner, values);
      const key = this.pieces.keys[p];
      for (let k = 0, v = 0; k < SPACING; k++)
        for (let j = 0; j < SPACING; j++) {
          let at = offset + k * section + j * row;
          for (let i = 0; i < SPACING; i++, at++, v++)
            if (winner[v] === cell && values[v] < first[v]) {
              first[v] = values[v];
              piece[at] = key;
            }
        }
    }
  }
}

function lowest(rows: Float32Array, at: number): number {
  let least = Infinity;
  for (let i = 0; i < 8; i++) {
    const value = rows[at + AROUND[i]];
    if (value < least) least = value;
  }
  return least;
}

function highest(rows: Float32Array, at: number): number {
  let most = -Infinity;
  for (let i = 0; i < 8; i++) {
    const value = rows[at + AROUND[i]];
    if (value > most) most = value;
  }
  return most;
}

/** Fills a cube of values between the eight lattice points that begin at `at`, linearly along each axis. */
function interpolate(rows: Float32Array, at: number, out: Float32Array): void {
  const a = rows[at];
  const b = rows[at + 1];
  const c = rows[at + 3];
  const d = rows[at + 4];
  const e = rows[at + 9];
  const f = rows[at + 10];
  const g = rows[at + 12];
  const h = rows[at + 13];
  let v = 0;
  for (let k = 0; k < SPACING; k++) {
    const w = k / SPACING;
    const ae = a + (e - a) * w;
    const bf = b + (f - b) * w;
    const cg = c + (g - c) * w;
    const dh = d + (h - d) * w;
    for (let j = 0; j < SPACING; j++) {
      const u = j / SPACING;
      let value = ae + (cg - ae) * u;
      const step = (bf + (dh - bf) * u - value) / SPACING;
      for (let i = 0; i < SPACING; i++, value += step) out[v++] = value;
    }
  }
}
