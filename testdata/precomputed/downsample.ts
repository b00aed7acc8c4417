import type { Triple } from "./scales.js";
import type { VoxelArray } from "./voxels.js";

/** How the voxels that become one are put together. */
export type Reduction = "mean" | "mode";

/** Some rows of some sections of a level, x fastest; `offset` is where its first voxel is in `data`. */
export interface Rows {
  readonly data: VoxelArray;
  readonly offset: number;
  /** Voxels along x, rows and sections to read; a border may leave the last of them without a partner. */
  readonly size: Triple;
  /** Voxels from one section to the next. */
  readonly section: number;
}

/**
 * Makes the voxels of the next coarser level: the mean for images, rounded; for labels the most frequent one, the first of
 * those that are equally frequent, so that no label appears that was not there.
 * @param factor 1 or 2 along each axis
 * @param to where the result goes; its size is that of `from` divided by `factor`, rounded up
 */
export function downsample(
  from: Rows,
  factor: Triple,
  reduction: Reduction,
  to: Rows,
): void {
  const [fx, fy, fz] = factor;
  const values = new Float64Array(8);
  const [width, height, depth] = from.size;
  for (let z = 0; z < to.size[2]; z++)
    for (let y = 0; y < to.size[1]; y++) {
      let out = to.offset + z * to.section + y * to.size[0];
      const rows = Math.min(fy, height - y * fy);
      const sections = Math.min(fz, depth - z * fz);
      const start = from.offset + z * fz * from.section + y * fy * width;
      for (let x = 0; x < to.size[0]; x++, out++) {
        const columns = Math.min(fx, width - x * fx);
        let count = 0;
        for (let k = 0; k < sections; k++)
          for (let j = 0; j < rows; j++) {
            const at = start + k * from.section + j * width + x * fx;
            for (let i = 0; i < columns; i++)
              values[count++] = from.data[at + i];
          }
        to.data[out] =
          reduction === "mean" ? mean(values, count) : mode(values, count);
      }
    }
}

function mean(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i];
  return Math.floor(sum / count + 0.5);
}

function mode(values: Float64Array, count: number): number {
  let best = values[0];
  let most = 0;
  for (let i = 0; i < count && most < count - i; i++) {
    let times = 0;
    for (let j = i; j < count; j++) if (values[j] === values[i]) times++;
    if (times > most) {
      most = times;
      best = values[i];
    }
  }
  return best;
}
