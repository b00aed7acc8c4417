import { BLOCK } from "./division.js";
import type { Division } from "./division.js";
import { DEEP } from "./field.js";
import type { Vec3 } from "./vector.js";

/** From this many voxels on, the distance to the membrane no longer changes how a voxel looks. */
export const INTERIOR = 6;

/** Some consecutive sections of the volume while they are worked out. */
export class Slab {
  /** Distance in voxels between rows, and between sections, of the arrays below: the size rounded up to whole blocks. */
  readonly row: number;
  readonly section: number;
  /** The piece that each voxel belongs to. */
  readonly piece: Uint32Array;
  /** Distance of each voxel from the middle of the cleft to the next cell, in voxels; at most INTERIOR. */
  readonly edge: Float32Array;
  /** Brightness of each voxel, 0 black to 255 white, before the microscope's noise. */
  readonly shade: Float32Array;
  /** Room to work in for whoever draws, all zero between two of them. */
  readonly scratch: Float32Array;
  /** The first of its BLOCK sections. */
  z0 = 0;
  private readonly lead: Float32Array;

  /** @param size of the whole volume, x,y,z. One slab is used again and again: its arrays are large. */
  constructor(readonly size: Vec3) {
    this.row = Math.ceil(size[0] / BLOCK) * BLOCK;
    this.section = this.row * Math.ceil(size[1] / BLOCK) * BLOCK;
    this.piece = new Uint32Array(this.section * BLOCK);
    this.edge = new Float32Array(this.section * BLOCK);
    this.shade = new Float32Array(this.section * BLOCK);
    this.scratch = new Float32Array(this.section * BLOCK);
    this.lead = new Float32Array(this.section * BLOCK);
  }

  /** Where the voxel x,y,z of the volume is in the arrays; it must lie in the slab. */
  index(x: number, y: number, z: number): number {
    return (z - this.z0) * this.section + y * this.row + x;
  }

  /** Calls `visit` for the voxels of the slab in a box around `centre`, with the offset from the centre. */
  around(
    centre: Vec3,
    reach: number,
    visit: (index: number, dx: number, dy: number, dz: number) => void,
  ): void {
    const low = (axis: number, from: number) =>
      Math.max(from, Math.ceil(centre[axis] - reach));
    const high = (axis: number, to: number) =>
      Math.min(to, Math.floor(centre[axis] + reach) + 1);
    const z1 = high(2, Math.min(this.size[2], this.z0 + BLOCK));
    const y1 = high(1, this.size[1]);
    const x0 = low(0, 0);
    const x1 = high(0, this.size[0]);
    for (let z = low(2, this.z0); z < z1; z++)
      for (let y = low(1, 0); y < y1; y++) {
        let index = this.index(x0, y, z);
        for (let x = x0; x < x1; x++, index++)
          visit(index, x - centre[0], y - centre[1], z - centre[2]);
      }
  }

  /** Puts the pieces where they belong in those of the whole volume, x fastest. */
  copyPieces(pieces: Uint32Array): void {
    const [width, height, depth] = this.size;
    for (let z = this.z0; z < Math.min(depth, this.z0 + BLOCK); z++)
      for (let y = 0; y < height; y++) {
        const from = this.index(0, y, z);
        pieces.set(
          this.piece.subarray(from, from + width),
          (z * height + y) * width,
        );
      }
  }

  /** Moves to the sections from z0 on, and works out the piece and the distance to the membrane of every voxel. */
  divide(division: Division, z0: number): void {
    this.z0 = z0;
    for (let y = 0; y < this.size[1]; y += BLOCK)
      for (let x = 0; x < this.size[0]; x += BLOCK)
        division.fillBlock(
          x,
          y,
          this.z0,
          this.piece,
          this.lead,
          y * this.row + x,
          this.row,
          this.section,
        );
    this.takeEdges();
  }

  /**
   * The lead of the nearest cell grows by up to 2 per voxel away from the membrane, by less where the two cells bend around
   * each other; divided by how fast it really grows, it is a distance.
   */
  private takeEdges(): void {
    const { row, section, edge, lead } = this;
    const rows = section / row;
    const growth = (
      index: number,
      before: boolean,
      after: boolean,
      step: number,
    ): number => {
      const back = before ? Math.abs(lead[index] - lead[index - step]) : 0;
      const on = after ? Math.abs(lead[index + step] - lead[index]) : 0;
      return back > on ? back : on;
    };
    for (let z = 0, index = 0; z < BLOCK; z++)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < row; x++, index++) {
          const value = lead[index];
          if (value >= DEEP) {
            edge[index] = INTERIOR;
            continue;
          }
          const dx = growth(index, x > 0, x + 1 < row, 1);
          const dy = growth(index, y > 0, y + 1 < rows, row);
          const dz = growth(index, z > 0, z + 1 < BLOCK, section);
          const slope = Math.sqrt(dx * dx + dy * dy + dz * dz);
          const distance = value / (slope > 0.2 ? slope : 0.2);
          edge[index] = distance < INTERIOR ? distance : INTERIOR;
        }
  }
}
