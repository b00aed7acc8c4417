/** Three numbers, x,y,z. */
export type Triple = readonly [number, number, number];

/** The side of a chunk in voxels. */
export const CHUNK = 64;

/** One level of a multi-scale volume. */
export interface Scale {
  /** The name of its folder: the voxel size in nm. */
  readonly key: string;
  /** In voxels of this level. */
  readonly size: Triple;
  /** Voxel size in nm. */
  readonly resolution: Triple;
  /** Where its first voxel lies in the dataset, in voxels of this level. */
  readonly offset: Triple;
  /** How many voxels of the next finer level go into one of this, along each axis: 1 or 2. */
  readonly factor: Triple;
}

const map = (f: (axis: number) => number): Triple => [f(0), f(1), f(2)];

/**
 * The levels of a volume, finest first, until one chunk holds all. An axis is halved unless its voxels are twice as long as
 * the shortest already, so that thick sections wait until the other axes have caught up.
 * @param size in voxels, @param resolution voxel size in nm
 * @param offset of the first voxel, in voxels; where it is not a multiple of the `strideOf` these levels, the coarser ones would
 *   lie beside the finest
 */
export function planScales(
  size: Triple,
  resolution: Triple,
  offset: Triple = [0, 0, 0],
): Scale[] {
  const scales = [scaleOf(size, resolution, offset, [1, 1, 1])];
  for (;;) {
    const finer = scales[scales.length - 1];
    if (finer.size.every((extent) => extent <= CHUNK)) return scales;
    const shortest = Math.min(
      ...finer.resolution.filter((_, axis) => finer.size[axis] > 1),
    );
    const factor = map((axis) =>
      finer.size[axis] > 1 && finer.resolution[axis] < 2 * shortest ? 2 : 1,
    );
    scales.push(
      scaleOf(
        map((axis) => Math.ceil(finer.size[axis] / factor[axis])),
        map((axis) => finer.resolution[axis] * factor[axis]),
        map((axis) => Math.floor(finer.offset[axis] / factor[axis])),
        factor,
      ),
    );
  }
}

/** How many voxels of the finest level are as long as one of the coarsest, along each axis. */
export const strideOf = (scales: readonly Scale[]): Triple =>
  map((axis) => scales.reduce((stride, each) => stride * each.factor[axis], 1));

function scaleOf(
  size: Triple,
  resolution: Triple,
  offset: Triple,
  factor: Triple,
): Scale {
  return { key: resolution.join("_"), size, resolution, offset, factor };
}

/** The name of the file of the chunk that begins at a voxel of a level, which the border of the volume may cut short. */
export function chunkName(
  begin: Triple,
  { size, offset }: Pick<Scale, "size" | "offset">,
): string {
  return begin
    .map((from, axis) => {
      const to = Math.min(from + CHUNK, size[axis]);
      return `${from + offset[axis]}-${to + offset[axis]}`;
    })
    .join("_");
}
