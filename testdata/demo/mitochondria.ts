import { DEEP } from "./field.js";
import type { Field } from "./field.js";
import type { Chain } from "./neurites.js";
import type { Random } from "./random.js";
import { INTERIOR } from "./slab.js";
import type { Slab } from "./slab.js";
import {
  add,
  dot,
  length,
  normalize,
  perpendicular,
  scale,
  subtract,
} from "./vector.js";
import type { Vec3 } from "./vector.js";

const OUTER_MEMBRANE = 62;
const BETWEEN = 118;
const MATRIX = 104;
const CRISTA = 66;

/** How far it keeps from the membrane of its cell, in voxels. */
const CLEARANCE = 2.6;

/** A mitochondrion: a bent sausage along the neurite it lies in. */
export interface Mitochondrion {
  readonly cell: number;
  readonly points: readonly Vec3[];
  /** Radius in voxels at each point. */
  readonly radii: readonly number[];
  /** A point on its axis, half way. */
  readonly centre: Vec3;
  /** Its folds are sheets at right angles to this unit vector, `period` voxels apart. */
  readonly folds: Vec3;
  readonly period: number;
  readonly phase: number;
}

/** How wide the cell is around a position, in voxels to its nearest side along six directions; 0 where narrow, up to 30. */
function roomAround(field: Field, position: Vec3, cell: number): number {
  const here = field.probe(position);
  if (here.cell !== cell || here.lead < DEEP) return 0;
  let room = 30;
  for (let axis = 0; axis < 3; axis++)
    for (const sign of [-1, 1]) {
      const heading: Vec3 = [
        axis === 0 ? sign : 0,
        axis === 1 ? sign : 0,
        axis === 2 ? sign : 0,
      ];
      // The lead falls by at most 3 a voxel, bending included: no side is missed.
      for (let far = here.lead / 3; far < room;) {
        const probe = field.probe(add(position, scale(heading, far)));
        if (probe.cell !== cell) room = far;
        else far += Math.max(2, probe.lead / 3);
      }
    }
  return room;
}

/** Lays mitochondria into the neurites that are wide enough, one every one to three micrometres. */
export function planMitochondria(
  chains: readonly Chain[],
  field: Field,
  size: Vec3,
  random: Random,
): Mitochondrion[] {
  const planned: Mitochondrion[] = [];
  const inside = (p: Vec3): boolean =>
    p.every((value, axis) => value > 12 && value < size[axis] - 12);
  for (const chain of chains) {
    let next = random.integer(2, 16);
    while (next + 4 < chain.points.length) {
      const points: Vec3[] = [];
      const radii: number[] = [];
      const wanted = random.integer(4, 20);
      const fill = random.between(0.55, 0.78);
      for (
        let i = next;
        i < chain.points.length && points.length < wanted;
        i++
      ) {
        const point = field.unbend(chain.points[i].position);
        const room = inside(point) ? roomAround(field, point, chain.cell) : 0;
        if (room < 10) break;
        points.push(point);
        radii.push(Math.min(24, Math.max(6.5, room * fill)));
      }
      if (points.length >= 3) {
        const axis = normalize(subtract(points[points.length - 1], points[0]));
        const across = perpendicular(axis);
        planned.push({
          cell: chain.cell,
          points,
          radii: radii.map(
            (radius, i) =>
              radius * (i === 0 || i === radii.length - 1 ? 0.8 : 1),
          ),
          centre: points[points.length >> 1],
          folds: normalize(
            add(
              scale(axis, random.between(0.2, 1)),
              scale(across, random.between(-1, 1)),
            ),
          ),
          period: random.between(6.5, 9),
          phase: random.between(0, 9),
        });
        next += points.length + random.integer(8, 30);
      } else next += random.integer(3, 9);
    }
  }
  return planned;
}

/** Whether a position lies in one of the mitochondria or within `margin` voxels of it. */
export function isInMitochondrion(
  mitochondria: readonly Mitochondrion[],
  position: Vec3,
  margin: number,
): boolean {
  return mitochondria.some(({ points, radii }) =>
    points.some(
      (point, i) => length(subtract(point, position)) < radii[i] + margin,
    ),
  );
}

/** Paints the mitochondria that reach into the slab. */
export function drawMitochondria(
  slab: Slab,
  mitochondria: readonly Mitochondrion[],
  pieceCell: readonly number[],
): void {
  const depth = slab.scratch;
  for (const item of mitochondria) {
    const touched: number[] = [];
    item.points.forEach((point, i) => {
      const before = item.points[Math.max(0, i - 1)];
      markCone(
        slab,
        before,
        point,
        item.radii[Math.max(0, i - 1)],
        item.radii[i],
        (index, value) => {
          if (pieceCell[slab.piece[index]] !== item.cell) return;
          const edge = slab.edge[index];
          const deep =
            edge < INTERIOR ? Math.min(value, edge - CLEARANCE) : value;
          if (deep <= depth[index]) return;
          if (depth[index] === 0) touched.push(index);
          depth[index] = deep;
        },
      );
    });
    for (const index of touched) paint(slab, item, index, depth[index]);
    for (const index of touched) depth[index] = 0;
  }
}

/** Calls `visit` with how deep each voxel lies inside the cone with round ends from a to b. */
function markCone(
  slab: Slab,
  a: Vec3,
  b: Vec3,
  ra: number,
  rb: number,
  visit: (index: number, depth: number) => void,
): void {
  const along = subtract(b, a);
  const square = dot(along, along);
  const reach = Math.sqrt(square) / 2 + Math.max(ra, rb) + 3;
  const middle = scale(add(a, b), 0.5);
  slab.around(middle, reach, (index, dx, dy, dz) => {
    const px = middle[0] + dx - a[0];
    const py = middle[1] + dy - a[1];
    const pz = middle[2] + dz - a[2];
    const t =
      square === 0
        ? 0
        : Math.min(
            1,
            Math.max(
              0,
              (px * along[0] + py * along[1] + pz * along[2]) / square,
            ),
          );
    const x = px - t * along[0];
    const y = py - t * along[1];
    const z = pz - t * along[2];
    const depth = ra + t * (rb - ra) - Math.sqrt(x * x + y * y + z * z);
    if (depth > 0) visit(index, depth);
  });
}

function paint(
  slab: Slab,
  item: Mitochondrion,
  index: number,
  depth: number,
): void {
  const x = (index % slab.section) % slab.row;
  const y = Math.floor((index % slab.section) / slab.row);
  const z = slab.z0 + Math.floor(index / slab.section);
  slab.shade[index] =
    depth > 3.3 ? matrix(item, x, y, z, depth) : wall(slab.shade[index], depth);
}

/** The two membranes of the wall and the space between them, by depth in voxels. */
function wall(outside: number, depth: number): number {
  if (depth < 0.5) return outside + (OUTER_MEMBRANE - outside) * depth * 2;
  if (depth < 1.5) return OUTER_MEMBRANE;
  if (depth < 2.2) return BETWEEN;
  return OUTER_MEMBRANE + 6;
}

/** The inside: grey matrix with dark wavy sheets that reach in from the wall, some only part of the way. */
function matrix(
  item: Mitochondrion,
  x: number,
  y: number,
  z: number,
  depth: number,
): number {
  const { folds, period, phase } = item;
  const wave =
    1.6 * Math.sin(x * 0.21 + phase) +
    1.6 * Math.sin(y * 0.19 + z * 0.13 + 2 * phase);
  const place =
    (x * folds[0] + y * folds[1] + z * folds[2] + wave) / period + phase;
  const sheet = Math.floor(place);
  const off = Math.abs(place - sheet - 0.5) * period;
  // Each sheet has its own hash, which decides from where it grows and how far it reaches.
  const hash = Math.sin(sheet * 12.9898 + phase * 78.233) * 43758.5453;
  const turn = (hash - Math.floor(hash)) * 6.2832;
  const lean =
    Math.sin(x * 0.11 + turn) + Math.sin(y * 0.13 + z * 0.12 + turn * 1.7);
  const reach = 10 + 10 * (lean + 0.5);
  if (depth > reach) return MATRIX;
  if (off < 0.9) return CRISTA;
  return off < 1.6 ? CRISTA + ((off - 0.9) / 0.7) * (MATRIX - CRISTA) : MATRIX;
}
