import { meansUnder } from "./window_kernel.js";

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
export function gaussianWindow(sigma: number): Float32Array {
  const weights = Float64Array.from({ length: reachOf(sigma) + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((all, weight) => all + 2 * weight, -weights[0]);
  return Float32Array.from(weights, (weight) => weight / sum);
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
 * Means under a window around the pixels of a grid.
 * @param window as `gaussianWindow` gives it; around each pixel of the grid it must lie in the plane
 * @returns a plane with one pixel for each of the grid
 */
export function windowMeans(
  { width, data }: Plane,
  window: Float32Array,
  { first, stride, count }: Grid,
): Plane {
  const reach = window.length - 1;
  const begin = (first[1] - reach) * width + first[0] - reach;
  return {
    width: count[0],
    height: count[1],
    data: meansUnder(data, window, { width, begin, stride, count }),
  };
}
