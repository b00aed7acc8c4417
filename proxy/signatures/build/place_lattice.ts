import type { PlaceGrid } from "../encoder/encoder.js";
import type { Box, Triple } from "../record.js";
import type { VolumeScale } from "./volume/volume_info.js";

/** The part of the places of a volume that one thread does at a time. */
export interface PlaceBlock {
  /** The first place, in voxels of the scale. */
  readonly first: Triple;
  readonly count: Triple;
}

/** The most voxels that a block extends along an axis, without the margin that its patches need. */
const EXTENT = { section: 768, solid: 256 };
/** The most places of a block: so many features are held at once. */
export const MOST_PLACES = 2 ** 15;

const map = (f: (axis: 0 | 1 | 2) => number): Triple => [f(0), f(1), f(2)];

/** How voxels of a scale become voxels of the finest. */
export interface ScaleStep {
  readonly scale: VolumeScale;
  readonly finest: VolumeScale;
}

/** The finest-scale voxel in which the middle of a voxel of the scale lies. */
export function toFinest(
  { scale, finest }: ScaleStep,
  voxel: number,
  axis: 0 | 1 | 2,
): number {
  const ratio = scale.resolution[axis] / finest.resolution[axis];
  return Math.floor((voxel + scale.voxel_offset[axis] + 0.5) * ratio);
}

/**
 * The places of a volume: at each multiple of the stride, from half of it, in the region.
 * @param stride in voxels of the scale
 * @param region in voxels of the finest scale
 */
export function placesOf(
  step: ScaleStep,
  stride: Triple,
  region: Box | undefined,
): PlaceGrid {
  const { size } = step.scale;
  const start = map((axis) =>
    Math.min(stride[axis] >> 1, (size[axis] - 1) >> 1),
  );
  const all = map((axis) =>
    Math.ceil((size[axis] - start[axis]) / stride[axis]),
  );
  /** How many places lie before a voxel of the finest scale. */
  const before = (voxel: number, axis: 0 | 1 | 2): number => {
    let low = 0;
    let high = all[axis];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = start[axis] + middle * stride[axis];
      if (toFinest(step, at, axis) < voxel) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  if (region === undefined) return { first: start, stride, count: all };
  const from = map((axis) => before(region.min[axis], axis));
  const to = map((axis) => before(region.max[axis], axis));
  return {
    first: map((axis) => start[axis] + from[axis] * stride[axis]),
    stride,
    count: map((axis) => Math.max(0, to[axis] - from[axis])),
  };
}

/** Cuts places into blocks, in an order that depends on nothing else. */
export class PlaceBlocks {
  private readonly edges: Triple;
  private readonly grid: Triple;

  /**
   * @param patch that each place needs around it, in voxels
   * @param depth of the volume's chunks: a block reads whole ones
   * @param most places of a block
   */
  constructor(
    private readonly places: PlaceGrid,
    patch: Triple,
    depth: number,
    most: number,
  ) {
    const { stride, count } = places;
    const isSolid = patch[2] > 1;
    const extent = isSolid ? EXTENT.solid : EXTENT.section;
    const edges = [0, 1, 2].map((axis) => {
      const voxels = axis === 2 && !isSolid ? Math.min(depth, 64) : extent;
      const fitting = Math.max(1, Math.floor(voxels / stride[axis]));
      return Math.min(fitting, count[axis]);
    });
    while (edges[0] * edges[1] * edges[2] > most) {
      const longest = edges.indexOf(Math.max(...edges));
      edges[longest] = Math.ceil(edges[longest] / 2);
    }
    this.edges = [edges[0], edges[1], edges[2]];
    this.grid = map((axis) => Math.ceil(count[axis] / edges[axis]));
  }

  /** How many blocks there are. */
  get length(): number {
    return this.grid[0] * this.grid[1] * this.grid[2];
  }

  /** @param index from 0; x fastest */
  at(index: number): PlaceBlock {
    const cell: Triple = [
      index % this.grid[0],
      Math.floor(index / this.grid[0]) % this.grid[1],
      Math.floor(index / (this.grid[0] * this.grid[1])),
    ];
    const { first, stride, count } = this.places;
    const begin = map((axis) => cell[axis] * this.edges[axis]);
    return {
      first: map((axis) => first[axis] + begin[axis] * stride[axis]),
      count: map((axis) =>
        Math.min(this.edges[axis], count[axis] - begin[axis]),
      ),
    };
  }
}
