import type { Field } from "./field.js";
import type { Chain } from "./neurites.js";
import type { Random } from "./random.js";
import type { Slab } from "./slab.js";
import {
  add,
  cross,
  dot,
  length,
  normalize,
  perpendicular,
  scale,
  subtract,
} from "./vector.js";
import type { Vec3 } from "./vector.js";

const DENSITY = 34;
/** Radius in voxels of the patch of membrane that a synapse takes. */
const PATCH = 17;

/** Places tried for each synapse that is wanted: about one in eighty is right, fewer in a volume that is mostly border. */
const ATTEMPTS = 1000;

/** A chemical synapse with the T-shaped density that insects have, and the cells that face it. */
export interface Synapse {
  /** On the presynaptic side, at the foot of the density. */
  readonly position: Vec3;
  readonly cell: number;
  /** Unit vector from the cleft into the presynaptic cell. */
  readonly inward: Vec3;
  /** Each receiving cell with a position just inside it. */
  readonly partners: readonly { cell: number; position: Vec3 }[];
}

/** The place where a ray from `from` leaves its cell, to half a voxel; undefined where it does not within 40 voxels. */
function exit(
  field: Field,
  from: Vec3,
  heading: Vec3,
  cell: number,
): Vec3 | undefined {
  let far = 0;
  while (far < 40 && field.probe(add(from, scale(heading, far))).cell === cell)
    far += 4;
  if (far === 0 || far >= 40) return undefined;
  let near = far - 4;
  while (far - near > 0.5) {
    const middle = (near + far) / 2;
    if (field.probe(add(from, scale(heading, middle))).cell === cell)
      near = middle;
    else far = middle;
  }
  return add(from, scale(heading, near));
}

/** The direction into `cell` at a point of its surface: where the points of a small ball that lie inside are. */
function inwardAt(
  field: Field,
  position: Vec3,
  cell: number,
): Vec3 | undefined {
  let sum: Vec3 = [0, 0, 0];
  // The corners of a cube and the middles of its faces are even enough a sample.
  for (let z = -1; z <= 1; z++)
    for (let y = -1; y <= 1; y++)
      for (let x = -1; x <= 1; x++) {
        const offset: Vec3 = [x * 4, y * 4, z * 4];
        const sign = field.probe(add(position, offset)).cell === cell ? 1 : -1;
        sum = add(sum, scale(offset, sign));
      }
  return length(sum) < 20 ? undefined : normalize(sum);
}

function partnersOf(
  field: Field,
  position: Vec3,
  inward: Vec3,
  cell: number,
): Synapse["partners"] {
  const u = perpendicular(inward);
  const v = cross(inward, u);
  const partners = new Map<number, Vec3>();
  for (const radius of [0, 6, 11])
    for (let i = 0; i < (radius === 0 ? 1 : 6); i++) {
      const angle = (i * Math.PI) / 3;
      const aside = add(
        scale(u, radius * Math.cos(angle)),
        scale(v, radius * Math.sin(angle)),
      );
      const place = add(add(position, aside), scale(inward, -7));
      const probe = field.probe(place);
      // Clear of the membrane by a voxel or two, so that the position is inside for certain.
      if (probe.cell !== cell && probe.lead > 4 && !partners.has(probe.cell))
        partners.set(probe.cell, place);
    }
  return [...partners].map(([partner, place]) => ({
    cell: partner,
    position: place,
  }));
}

/**
 * Finds places for `count` synapses where a neurite of some width touches others. May find fewer in a small volume.
 * @param isTaken whether another organelle lies at a position
 */
export function planSynapses(
  chains: readonly Chain[],
  field: Field,
  size: Vec3,
  count: number,
  isTaken: (position: Vec3) => boolean,
  random: Random,
): Synapse[] {
  const planned: Synapse[] = [];
  const inside = (p: Vec3): boolean =>
    p.every((value, axis) => value > 20 && value < size[axis] - 20);
  for (
    let attempt = 0;
    attempt < ATTEMPTS * count && planned.length < count;
    attempt++
  ) {
    const chain = chains[random.integer(0, chains.length)];
    const point = chain.points[random.integer(0, chain.points.length)];
    if (point.radius < 9 || point.radius > 60) continue;
    const from = field.unbend(point.position);
    if (!inside(from) || field.probe(from).cell !== chain.cell) continue;
    const position = exit(field, from, random.direction(), chain.cell);
    if (!position || !inside(position) || length(subtract(position, from)) < 10)
      continue;
    const inward = inwardAt(field, position, chain.cell);
    if (
      !inward ||
      planned.some((other) => length(subtract(other.position, position)) < 45)
    )
      continue;
    const foot = add(position, scale(inward, 3.5));
    const partners = partnersOf(field, position, inward, chain.cell);
    const top = add(position, scale(inward, 14));
    if (
      isTaken(top) ||
      field.probe(top).cell !== chain.cell ||
      field.probe(foot).cell !== chain.cell
    )
      continue;
    if (partners.length === 0) continue;
    planned.push({ position: foot, cell: chain.cell, inward, partners });
  }
  return planned;
}

/** Paints the synapses that reach into the slab: the T-shaped density, the cleft, and the densities that face it. */
export function drawSynapses(
  slab: Slab,
  synapses: readonly Synapse[],
  pieceCell: readonly number[],
): void {
  for (const { position, inward, cell, partners } of synapses) {
    const cells = new Set(partners.map((partner) => partner.cell));
    slab.around(position, PATCH, (index, dx, dy, dz) => {
      const high = dx * inward[0] + dy * inward[1] + dz * inward[2];
      const wide = Math.sqrt(
        Math.max(0, dx * dx + dy * dy + dz * dz - high * high),
      );
      const owner = pieceCell[slab.piece[index]];
      let dark = 0;
      if (owner === cell)
        dark = Math.max(
          pedestal(high, wide),
          active(slab.edge[index], wide, high),
        );
      else if (cells.has(owner)) dark = facing(slab.edge[index], wide, high);
      slab.shade[index] += dark * (DENSITY - slab.shade[index]);
    });
  }
}

const soft = (value: number, limit: number): number =>
  Math.min(1, Math.max(0, limit + 0.5 - value));

/** The T: a foot that stands on the membrane and a plate on top of it. */
function pedestal(high: number, wide: number): number {
  const foot = soft(wide, 2.2) * soft(Math.abs(high - 1), 5);
  const plate = soft(wide, 7) * soft(Math.abs(high - 6.5 - wide * 0.12), 1.2);
  return 0.92 * Math.max(foot, plate);
}

/** The presynaptic membrane around the foot is a little darker. */
function active(edge: number, wide: number, high: number): number {
  return high < 3 ? 0.5 * soft(wide, 9) * soft(edge, 2.4) : 0;
}

/** The thick dark lining of the membranes that face the synapse. */
function facing(edge: number, wide: number, high: number): number {
  return high > -12 ? 0.85 * soft(wide, 12) * soft(edge, 3.6) : 0;
}

/** How far along `inward` from the foot of a synapse a position lies, in voxels. */
export function heightOver(synapse: Synapse, position: Vec3): number {
  return dot(subtract(position, synapse.position), synapse.inward);
}
