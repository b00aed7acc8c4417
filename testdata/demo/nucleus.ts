import type { NoiseFunction3D } from "simplex-noise";
import type { Neurites } from "./neurites.js";
import { Random, STREAM } from "./random.js";
import { INTERIOR } from "./slab.js";
import type { Slab } from "./slab.js";
import type { Vec3 } from "./vector.js";

/** The nucleus of the cell body: a ball with a dented surface. */
export interface Nucleus {
  readonly cell: number;
  readonly centre: Vec3;
  readonly radius: number;
}

/** The nucleus of the volume's cell body, where it has one. */
export function planNucleus(neurites: Neurites): Nucleus[] {
  if (!neurites.soma) return [];
  const { cell, centre, radius } = neurites.soma;
  return [{ cell, centre, radius: radius * 0.76 }];
}

/** Paints nuclei: the envelope of two membranes with pores, pale nucleoplasm, and dark patches of chromatin. */
export class Chromatin {
  private readonly shape: NoiseFunction3D;
  private readonly clump: NoiseFunction3D;

  constructor(seed: number) {
    const random = new Random(seed, STREAM.chromatin);
    this.shape = random.noise();
    this.clump = random.noise();
  }

  draw(
    slab: Slab,
    nuclei: readonly Nucleus[],
    pieceCell: readonly number[],
  ): void {
    for (const { cell, centre, radius } of nuclei)
      slab.around(centre, radius * 1.15, (index, dx, dy, dz) => {
        if (
          pieceCell[slab.piece[index]] !== cell ||
          slab.edge[index] < INTERIOR
        )
          return;
        const off = Math.sqrt(dx * dx + dy * dy + dz * dz);
        if (off > radius * 1.12) return;
        const dent =
          off < radius * 0.85 ? 0 : 9 * this.shape(dx / 70, dy / 70, dz / 70);
        const depth = radius + dent - off;
        if (depth > 0)
          slab.shade[index] = this.shade(dx, dy, dz, depth, slab.shade[index]);
      });
  }

  private shade(
    x: number,
    y: number,
    z: number,
    depth: number,
    inside: number,
  ): number {
    const pore = depth < 5.5 && this.clump(x / 11, y / 11, z / 11) > 0.62;
    if (pore) return inside - 25;
    if (depth < 1.5) return 72;
    if (depth < 4) return 150;
    if (depth < 5.5) return 66;
    const clump =
      this.clump(x / 26, y / 26, z / 26) +
      0.5 * this.clump(x / 9, y / 9, z / 9 + 50) +
      Math.max(0, (16 - depth) / 28);
    const dark = Math.min(1, Math.max(0, (clump - 0.2) * 4));
    return inside + 8 - dark * 62;
  }
}
