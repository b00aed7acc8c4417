import type { Triple } from "../precomputed/scales.js";
import type { VoxelArray } from "../precomputed/voxels.js";

/** The side in voxels of the blocks in which surfaces are looked for. */
const BLOCK = 64;

/** A box of voxels: the first of each axis and the one after the last, x,y,z. It may reach one voxel beyond the volume. */
export type Box = readonly [number, number, number, number, number, number];

/** Numbers of one block that a label occurs in: how much of the block to look at. */
export type LabelBoxes = Map<number, Box[]>;

/**
 * Where each label is: boxes that together hold its whole surface, so that nobody has to look through the box of a whole
 * long cell. Boxes share the voxels of the planes in which they touch, and nothing else: what lies between neighbouring
 * voxels belongs to one box.
 * @param labels x fastest; 0 is background and not listed
 */
export function indexLabels(labels: VoxelArray, size: Triple): LabelBoxes {
  const index: LabelBoxes = new Map();
  for (let z = 0; z < size[2]; z += BLOCK)
    for (let y = 0; y < size[1]; y += BLOCK)
      for (let x = 0; x < size[0]; x += BLOCK)
        indexBlock(labels, size, [x, y, z], index);
  return index;
}

function indexBlock(
  labels: VoxelArray,
  size: Triple,
  begin: Triple,
  index: LabelBoxes,
): void {
  // The first plane of the next block is looked at too: what lies between belongs to this one.
  const last = begin.map((from, axis) =>
    Math.min(from + BLOCK, size[axis] - 1),
  );
  const extents = new Map<number, number[]>();
  let extent: number[] = [];
  let current = -1;
  for (let z = begin[2]; z <= last[2]; z++)
    for (let y = begin[1]; y <= last[1]; y++) {
      let at = (z * size[1] + y) * size[0] + begin[0];
      for (let x = begin[0]; x <= last[0]; x++, at++) {
        if (labels[at] !== current) {
          current = labels[at];
          extent = extents.get(current) ?? [x, y, z, x, y, z];
          extents.set(current, extent);
        }
        if (x < extent[0]) extent[0] = x;
        if (x > extent[3]) extent[3] = x;
        if (y < extent[1]) extent[1] = y;
        if (y > extent[4]) extent[4] = y;
        if (z > extent[5]) extent[5] = z;
      }
    }
  for (const [label, found] of extents) {
    if (label === 0) continue;
    // One voxel more on each side, where the surface passes, but not into a block that looks there itself. Beyond the
    // volume there is nobody else.
    const low = (axis: number): number =>
      begin[axis] === 0
        ? found[axis] - 1
        : Math.max(begin[axis], found[axis] - 1);
    const high = (axis: number): number =>
      (begin[axis] + BLOCK > size[axis] - 1
        ? found[axis + 3] + 1
        : Math.min(begin[axis] + BLOCK, found[axis + 3] + 1)) + 1;
    const box: Box = [low(0), low(1), low(2), high(0), high(1), high(2)];
    const boxes = index.get(label);
    if (boxes) boxes.push(box);
    else index.set(label, [box]);
  }
}
