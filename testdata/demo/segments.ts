import type { Neurites } from "./neurites.js";

/** The sides in voxels of the boxes, each in the next, that segments are looked up by. */
const BOXES = [512, 128, 32, 12];

/** Segments that are farther than the nearest by more than this many voxels play no part at a point. */
export const SLACK = 12;

/**
 * What is looked up at a point also holds for the points within this many voxels of it: half the diagonal of a block (6.9),
 * stretched by the steepest bend of space.
 */
export const MARGIN = 10;

/** Numbers that describe one segment: start x,y,z, difference x,y,z, radius at the start, difference of radius, 1/length². */
const FIELDS = 9;

/** The straight parts of all skeletons as cones with round ends, findable by place. */
export class Segments {
  /** The piece and the cell of each segment. */
  readonly piece: Uint32Array;
  readonly cell: Uint32Array;
  private readonly shape: Float64Array;
  private readonly boxes = BOXES.map(() => new Map<number, Uint32Array>());
  private readonly all: Uint32Array;

  // Room to work in, so that a look-up allocates nothing but its answer.
  private readonly distances: Float64Array;
  private readonly kept: Uint32Array;

  constructor(neurites: Neurites) {
    const count = neurites.chains.reduce(
      (sum, chain) => sum + chain.pieces.length,
      0,
    );
    this.piece = new Uint32Array(count);
    this.cell = new Uint32Array(count);
    this.shape = new Float64Array(count * FIELDS);
    this.all = Uint32Array.from({ length: count }, (_, index) => index);
    this.distances = new Float64Array(count);
    this.kept = new Uint32Array(count);
    let segment = 0;
    for (const { cell, points, pieces } of neurites.chains)
      for (let i = 0; i < pieces.length; i++, segment++) {
        this.piece[segment] = pieces[i];
        this.cell[segment] = cell;
        const { position: a, radius } = points[i];
        const { position: b, radius: radiusB } = points[i + 1];
        const along = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
        const square = along[0] ** 2 + along[1] ** 2 + along[2] ** 2;
        this.shape.set(
          [...a, ...along, radius, radiusB - radius, 1 / square],
          segment * FIELDS,
        );
      }
  }

  /** Signed distance in voxels from a point to the surface of segment `index`, negative inside. */
  distance(index: number, x: number, y: number, z: number): number {
    const s = this.shape;
    const at = index * FIELDS;
    const px = x - s[at];
    const py = y - s[at + 1];
    const pz = z - s[at + 2];
    const ax = s[at + 3];
    const ay = s[at + 4];
    const az = s[at + 5];
    let t = (px * ax + py * ay + pz * az) * s[at + 8];
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    const dx = px - t * ax;
    const dy = py - t * ay;
    const dz = pz - t * az;
    return Math.sqrt(dx * dx + dy * dy + dz * dz) - s[at + 6] - t * s[at + 7];
  }

  /**
   * The segments of `among` that can be within SLACK voxels of the nearest one anywhere within `radius` of a point.
   * Distances change by no more than the way moved, which bounds them over the whole ball.
   */
  near(
    among: Uint32Array,
    x: number,
    y: number,
    z: number,
    radius: number,
  ): Uint32Array {
    const { distances } = this;
    let least = Infinity;
    for (let i = 0; i < among.length; i++) {
      distances[i] = this.distance(among[i], x, y, z);
      if (distances[i] < least) least = distances[i];
    }
    const bound = least + 2 * radius + SLACK;
    let count = 0;
    for (let i = 0; i < among.length; i++)
      if (distances[i] <= bound) this.kept[count++] = among[i];
    return this.kept.slice(0, count);
  }

  /** The segments that can be within SLACK voxels of the nearest one at some point within MARGIN of the given point. */
  around(x: number, y: number, z: number): Uint32Array {
    let list = this.all;
    for (let level = 0; level < BOXES.length; level++) {
      const side = BOXES[level];
      const i = Math.floor(x / side);
      const j = Math.floor(y / side);
      const k = Math.floor(z / side);
      const key = ((k + 512) * 4096 + (j + 512)) * 4096 + (i + 512);
      let within = this.boxes[level].get(key);
      if (!within) {
        within = this.near(
          list,
          (i + 0.5) * side,
          (j + 0.5) * side,
          (k + 0.5) * side,
          (side / 2) * Math.sqrt(3) + MARGIN,
        );
        this.boxes[level].set(key, within);
      }
      list = within;
    }
    return list;
  }
}
