import type { NoiseFunction3D } from "simplex-noise";
import { BLOCK } from "./division.js";
import { Random, STREAM } from "./random.js";
import { INTERIOR } from "./slab.js";
import type { Slab } from "./slab.js";

const CLEFT = 138;
const MEMBRANE = 48;
/** Steps of the membrane's profile per voxel. */
const FINE = 16;
/** The side of the repeated block of fine structure; a power of two. */
const TILE = 128;

/** How the inside of each cell and its membrane look. */
export class Cytoplasm {
  private readonly brightness: Float32Array;
  private readonly grain: Float32Array;
  private readonly tile: Int8Array;
  private readonly gap: NoiseFunction3D;

  constructor(
    cellCount: number,
    private readonly pieceCell: readonly number[],
    seed: number,
  ) {
    const random = new Random(seed, STREAM.texture);
    this.brightness = Float32Array.from(
      { length: cellCount },
      () => 164 + 7 * random.normal() - (random.unit() < 0.08 ? 26 : 0),
    );
    this.grain = Float32Array.from({ length: cellCount }, () =>
      random.between(0.7, 1.25),
    );
    this.gap = random.noise();
    this.tile = fineStructure(random);
  }

  /** Paints every voxel of the slab: membranes with the cleft between them, and the mottled inside of cells. */
  draw(slab: Slab): void {
    const profiles = Array.from({ length: 8 }, (_, level) =>
      membraneProfile(level * 0.13 - 0.1),
    );
    const { row, section } = slab;
    const mask = TILE - 1;
    // The whole slab, its rounded-up border included, so that nothing of an earlier one shows through.
    for (let z = slab.z0; z < slab.z0 + BLOCK; z++)
      for (let y = 0; y < section / row; y++)
        for (let x0 = 0; x0 < row; x0 += 8) {
          // The cleft widens and narrows slowly: one value for eight voxels of a row is enough.
          const wide = this.gap(x0 / 40, y / 40, z / 40) * 4.5 + 3.5;
          const profile =
            profiles[wide < 0 ? 0 : wide > 7 ? 7 : Math.round(wide)];
          const tileRow = ((z & mask) * TILE + (y & mask)) * TILE;
          let index = slab.index(x0, y, z);
          for (let x = x0; x < x0 + 8; x++, index++) {
            const cell = this.pieceCell[slab.piece[index]];
            const inside =
              this.brightness[cell] +
              this.grain[cell] *
                0.42 *
                this.tile[tileRow + ((x + cell * 37) & mask)];
            const at = (slab.edge[index] * FINE) | 0;
            slab.shade[index] = inside * profile.weight[at] + profile.level[at];
          }
        }
  }
}

/**
 * Brightness across a membrane, from the middle of the cleft inwards: the cleft, the dark bilayer, then the inside.
 * At each distance it is `level + weight * inside`.
 * @param half half the width of the cleft in voxels
 */
function membraneProfile(half: number): {
  level: Float32Array;
  weight: Float32Array;
} {
  const steps = INTERIOR * FINE + 1;
  const level = new Float32Array(steps);
  const weight = new Float32Array(steps);
  for (let i = 0; i < steps; i++) {
    const t = i / FINE - half;
    const out = 1 / (1 + Math.exp((t - 0.1) * 5));
    const dark = Math.exp(-(((t - 0.85) / 0.95) ** 4));
    const inside = (1 - out) * (1 - dark);
    weight[i] = inside;
    level[i] = (1 - inside) * (dark * MEMBRANE + (1 - dark) * CLEFT);
  }
  return { level, weight };
}

/** A block of TILE³ values in about [-100, 100] that repeats without seams: grains of two sizes, the dark ones stronger. */
function fineStructure(random: Random): Int8Array {
  const small = new Float32Array(TILE ** 3);
  random.fillNormal(small);
  smooth(small, 2);
  const large = small.slice();
  smooth(large, 5);
  const a = 26 / spread(small);
  const b = 28 / spread(large);
  return Int8Array.from(small, (value, i) => {
    const sum = value * a + large[i] * b;
    return Math.max(-127, Math.min(100, sum < 0 ? sum * 1.25 : sum * 0.85));
  });
}

/** Binomial smoothing (1 2 1) along each axis, `passes` times, as if the block repeated. */
function smooth(values: Float32Array, passes: number): void {
  const mask = values.length - 1;
  const from = new Float32Array(values.length);
  for (const step of [1, TILE, TILE * TILE])
    for (let pass = 0; pass < passes; pass++) {
      from.set(values);
      for (let i = 0; i < values.length; i++)
        values[i] =
          0.5 * from[i] +
          0.25 * (from[(i + step) & mask] + from[(i - step) & mask]);
    }
}

function spread(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length);
}
