import type { NoiseFunction3D } from "simplex-noise";
import type { Neurites } from "./neurites.js";
import { Random, STREAM } from "./random.js";
import { Segments, SLACK } from "./segments.js";
import type { Vec3 } from "./vector.js";

/** Beyond this many voxels the difference between the nearest two cells is not told: deep inside a cell. */
export const DEEP = SLACK;

/** What lies at a point of the tissue. */
export interface Probe {
  cell: number;
  piece: number;
  /** The nearest other cell. */
  neighbour: number;
  /** How much farther that one is than the own cell, in voxels: about twice the distance to the membrane; at most DEEP. */
  lead: number;
}

/**
 * Which cell each point of space belongs to. Space is divided among the skeletons by additively weighted distance (the
 * distance to the skeleton less its radius), so that cells fill it without gaps and thick ones stay thick; smooth noise
 * bends space first, so that outlines are irregular.
 */
export class Field {
  readonly segments: Segments;
  private readonly warp: readonly NoiseFunction3D[];

  constructor(neurites: Neurites, seed: number) {
    this.segments = new Segments(neurites);
    const random = new Random(seed, STREAM.warp);
    this.warp = [random.noise(), random.noise(), random.noise()];
  }

  /** Puts the point of unbent space that lies at a position of the volume at `at` in `out`. */
  bend(x: number, y: number, z: number, out: Float64Array, at: number): void {
    out[at] = x + offset(this.warp[0], x, y, z);
    out[at + 1] = y + offset(this.warp[1], x, y, z);
    out[at + 2] = z + offset(this.warp[2], x, y, z);
  }

  /** The position in the volume that a point of unbent space comes to lie at, by fixed-point iteration. */
  unbend(point: Vec3): Vec3 {
    const bent = new Float64Array(3);
    let position = point;
    for (let i = 0; i < 12; i++) {
      this.bend(...position, bent, 0);
      position = [
        position[0] + 0.7 * (point[0] - bent[0]),
        position[1] + 0.7 * (point[1] - bent[1]),
        position[2] + 0.7 * (point[2] - bent[2]),
      ];
    }
    return position;
  }

  /** What lies at one point of the volume. For many points together a `Division` is far faster. */
  probe(position: Vec3): Probe {
    const bent = new Float64Array(3);
    this.bend(...position, bent, 0);
    const { segments } = this;
    let nearest = -1;
    let first = Infinity;
    const candidates = segments.around(bent[0], bent[1], bent[2]);
    const distances = new Float64Array(candidates.length);
    for (let i = 0; i < candidates.length; i++) {
      distances[i] = segments.distance(
        candidates[i],
        bent[0],
        bent[1],
        bent[2],
      );
      if (distances[i] < first) {
        first = distances[i];
        nearest = i;
      }
    }
    const cell = segments.cell[candidates[nearest]];
    let second = Infinity;
    let neighbour = cell;
    for (let i = 0; i < candidates.length; i++) {
      if (segments.cell[candidates[i]] === cell || distances[i] >= second)
        continue;
      second = distances[i];
      neighbour = segments.cell[candidates[i]];
    }
    return {
      cell,
      piece: segments.piece[candidates[nearest]],
      neighbour,
      lead: Math.min(DEEP, second - first),
    };
  }
}

/** Large slow bends with smaller ones on them. */
function offset(
  noise: NoiseFunction3D,
  x: number,
  y: number,
  z: number,
): number {
  return (
    9 * noise(x / 78, y / 78, z / 78) + 3.6 * noise(x / 27 + 40, y / 27, z / 27)
  );
}
