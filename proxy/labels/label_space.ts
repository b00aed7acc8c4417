import type { Triple } from "../../testdata/precomputed/scales.js";
import {
  CHUNK,
  planScales,
  strideOf,
} from "../../testdata/precomputed/scales.js";
import { LabelsError } from "./labels_error.js";

/** Where a volume lies: a box of voxels of one size. */
export interface Space {
  /** In voxels, x, y, z. */
  readonly shape: Triple;
  /** Of the first voxel from position 0 of the dataset, in voxels of this volume. */
  readonly offset: Triple;
  /** In nm. */
  readonly voxelSize: Triple;
}

/** A volume may reach less than this far over both ends of its dataset, in its own voxels: coarse ones do at a border that is no multiple of them. */
const OVERHANG = 1;

/** Voxels that are so much longer or shorter than the dataset's are a mistake of units. */
const MOST_RATIO = 1024;
const LEAST_RATIO = 1 / 16;

/**
 * @param labels a volume that is brought
 * @param dataset the image that it is to lie in
 * @throws LabelsError naming what does not fit, its value and what was expected
 */
export function requireInside(labels: Space, dataset: Space): void {
  for (const [axis, name] of ["x", "y", "z"].entries()) {
    const length = labels.voxelSize[axis];
    const finest = dataset.voxelSize[axis];
    if (length > finest * MOST_RATIO || length < finest * LEAST_RATIO)
      throw new LabelsError(
        `voxelSize is ${labels.voxelSize.join(" x ")} nm, expected about that of the dataset, ${dataset.voxelSize.join(" x ")} nm, or of a coarser scale of it`,
      );
    const low = dataset.offset[axis] * finest;
    const high = low + dataset.shape[axis] * finest;
    const begin = labels.offset[axis] * length;
    const end = begin + labels.shape[axis] * length;
    // A thousandth of a voxel is lost where sizes such as 4.6 nm are added up.
    const slack = length / 1000;
    const over = OVERHANG * length - slack;
    if (begin < low - over || end > high + over)
      throw new LabelsError(
        `along ${name} the volume reaches from ${round(begin)} to ${round(end)} nm (offset ${labels.offset[axis]}, shape ${labels.shape[axis]}, voxelSize ${length}), ` +
          `expected inside of the dataset: ${round(low)} to ${round(high)} nm`,
      );
  }
}

const round = (nm: number): number => Math.round(nm * 1000) / 1000;

/**
 * The box that a volume is written as: the precomputed format places each level by whole voxels of its own, so it begins where all
 * levels have one, at most a voxel of the coarsest level before the volume. What is added is background.
 */
export function writtenSpace({ shape, offset, voxelSize }: Space): Space {
  let written: Space = { shape, offset, voxelSize };
  for (;;) {
    const stride = strideOf(planScales(written.shape, voxelSize));
    const begin = map(
      (axis) => Math.floor(offset[axis] / stride[axis]) * stride[axis],
    );
    // More voxels may take one more level, and so a rounder beginning.
    if (begin.every((n, axis) => n === written.offset[axis])) return written;
    written = {
      offset: begin,
      shape: map((axis) => shape[axis] + offset[axis] - begin[axis]),
      voxelSize,
    };
  }
}

/** What the sections in work take for each voxel of one section: CHUNK numbers of 32 bits, and less than half of that for the coarser levels. */
const BYTES_A_COLUMN = 1.5 * CHUNK * 4;

/**
 * @param memory the most bytes for the voxels that are in work while a volume is converted
 * @throws LabelsError where the sections of the volume are too large for it
 */
export function requireMemory(space: Space, memory: number): void {
  const [x, y] = writtenSpace(space).shape;
  if (x * y * BYTES_A_COLUMN > memory)
    throw new LabelsError(
      `a section of ${space.shape[0]} x ${space.shape[1]} voxels is larger than what is converted here (labels.memory of the configuration), expected at most ${Math.floor(memory / BYTES_A_COLUMN)} voxels: bring it in parts`,
    );
}

const map = (f: (axis: number) => number): Triple => [f(0), f(1), f(2)];
