import type { Field } from "./field.js";
import type { Chain } from "./neurites.js";
import type { Random } from "./random.js";
import type { Slab } from "./slab.js";
import {
  add,
  cross,
  normalize,
  perpendicular,
  scale,
  subtract,
} from "./vector.js";
import type { Vec3 } from "./vector.js";

/** A microtubule: a thin straight-ish tube along a neurite. */
export interface Microtubule {
  readonly cell: number;
  readonly points: readonly Vec3[];
}

/** Lays loose bundles of microtubules along the neurites of medium and large calibre. */
export function planMicrotubules(
  chains: readonly Chain[],
  field: Field,
  random: Random,
): Microtubule[] {
  const planned: Microtubule[] = [];
  for (const chain of chains) {
    const radius = chain.points[0].radius;
    if (chain.points.length < 8 || radius < 6 || radius > 60) continue;
    const spine = chain.points.map(({ position }) => field.unbend(position));
    const count = Math.round(radius * random.between(0.25, 0.75));
    for (let i = 0; i < count; i++) {
      const angle = random.between(0, 2 * Math.PI);
      const off = radius * 0.75 * Math.sqrt(random.unit());
      const first = random.integer(0, spine.length >> 1);
      const last = random.integer(first + 4, spine.length + 1);
      planned.push({
        cell: chain.cell,
        points: beside(spine.slice(first, last), angle, off),
      });
    }
  }
  return planned;
}

/** The line that runs beside `spine` at a fixed angle and distance. */
function beside(spine: readonly Vec3[], angle: number, off: number): Vec3[] {
  if (spine.length < 2) return [];
  let u = perpendicular(normalize(subtract(spine[1], spine[0])));
  return spine.map((point, i) => {
    const along = normalize(
      subtract(
        spine[Math.min(i + 1, spine.length - 1)],
        spine[Math.max(i - 1, 0)],
      ),
    );
    // The frame is carried along, so that the line does not twist around the spine.
    const v = normalize(cross(along, u));
    u = cross(v, along);
    return add(
      point,
      add(scale(u, off * Math.cos(angle)), scale(v, off * Math.sin(angle))),
    );
  });
}

/** Paints the microtubules that reach into the slab. */
export function drawMicrotubules(
  slab: Slab,
  microtubules: readonly Microtubule[],
  pieceCell: readonly number[],
): void {
  const z1 = slab.z0 + 8;
  for (const { cell, points } of microtubules)
    for (let i = 0; i + 1 < points.length; i++) {
      const a = points[i];
      const b = points[i + 1];
      if (Math.max(a[2], b[2]) < slab.z0 - 2 || Math.min(a[2], b[2]) > z1 + 2)
        continue;
      for (let t = 0; t < 1; t += 0.125) {
        const at = add(scale(a, 1 - t), scale(b, t));
        slab.around(at, 1.7, (index, dx, dy, dz) => {
          if (pieceCell[slab.piece[index]] !== cell || slab.edge[index] < 4)
            return;
          const near = 1 - Math.sqrt(dx * dx + dy * dy + dz * dz) / 1.8;
          // Neighbouring stamps overlap: the darkest counts, so that the tube is even.
          slab.shade[index] = Math.min(
            slab.shade[index],
            172 - 85 * Math.max(0, near),
          );
        });
      }
    }
}
