/** Values at the pixels of one section, row after row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** How many standard deviations a window reaches to each side. */
const REACH = 3;

/** How far a window of this standard deviation reaches to each side, in pixels. */
export function reachOf(sigma: number): number {
  return Math.ceil(REACH * sigma);
}

/**
 * One half of a Gaussian window, cut off at `reachOf(sigma)`.
 * @returns the weights at distance 0, 1, 2…; over both sides they sum to 1
 */
export function gaussianWindow(sigma: number): Float64Array {
  const weights = Float64Array.from({ length: reachOf(sigma) + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((all, weight) => all + 2 * weight, -weights[0]);
  return weights.map((weight) => weight / sum);
}

/** A regular grid of pixels. */
export interface Grid {
  /** The first pixel, and the distance from one to the next; x, y. */
  readonly first: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly count: readonly [number, number];
}

/** All pixels that are `margin` or more away from the plane's border. */
export function innerGrid({ width, height }: Plane, margin: number): Grid {
  return {
    first: [margin, margin],
    stride: [1, 1],
    count: [width - 2 * margin, height - 2 * margin],
  };
}

/**
 * Means under a window around the pixels of a grid, one axis after the other.
 * @param window as `gaussianWindow` gives it; around each pixel of the grid it must lie in the plane
 * @returns a plane with one pixel for each of the grid
 */
export function windowMeans(
  plane: Plane,
  window: Float64Array,
  { first, stride, count }: Grid,
): Plane {
  const { width, data } = plane;
  const reach = window.length - 1;
  const [columns, rows] = count;
  const top = first[1] - reach;
  const tall = (rows - 1) * stride[1] + 2 * reach + 1;
  const across = new Float32Array(columns * tall);
  for (let y = 0, to = 0; y < tall; y++) {
    let at = (top + y) * width + first[0];
    for (let column = 0; column < columns; column++, at += stride[0]) {
      let sum = window[0] * data[at];
      for (let i = 1; i <= reach; i++)
        sum += window[i] * (data[at - i] + data[at + i]);
      across[to++] = sum;
    }
  }
  const means = new Float32Array(columns * rows);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const middle = (row * stride[1] + reach) * columns;
    for (let column = 0; column < columns; column++)
      sums[column] = window[0] * across[middle + column];
    for (let i = 1; i <= reach; i++) {
      const weight = window[i];
      const above = middle - i * columns;
      const below = middle + i * columns;
      for (let column = 0; column < columns; column++)
        sums[column] +=
          weight * (across[above + column] + across[below + column]);
    }
    means.set(sums, row * columns);
  }
  return { width: columns, height: rows, data: means };
}
