import { channelReach, channelsOf } from "./channels.js";
import {
  gaussianWindow,
  reachOf,
  windowMeans,
  type Grid,
  type Plane,
} from "./gaussian.js";

/** Standard deviations of the windows around a place, in pixels. */
const WINDOWS = [1, 2, 3.5, 5.5, 8, 12];
/** The window whose mean and contrast the patch is measured by. */
const REFERENCE = 4;
/** Contrast that counts as none, as a share of the range of grey values: the noise of an even patch must not look like structure. */
const LEAST_CONTRAST = 1 / 64;
const CHANNELS = 16;

/** How many numbers describe a place. */
export const FEATURES = CHANNELS * WINDOWS.length * 2;

/** How far from a place its features look, in pixels. */
export const featureReach =
  channelReach + Math.max(...WINDOWS.map((sigma) => reachOf(sigma)));

const windows = WINDOWS.map(gaussianWindow);

/**
 * Describes places by what is seen around them: the mean and the standard deviation of each channel under each window, in units of
 * the contrast of the patch and, for brightness, above its mean; of all, the root, which keeps single strong edges from outweighing
 * all else. So neither rotating nor reflecting the section around a place, nor changing its brightness or contrast, changes them.
 * @param section of pixels of about 8 nm, grey values from 0 to 1
 * @param grid of places, `featureReach` or more away from the border of the section
 * @returns `FEATURES` numbers a place
 */
export function featuresOf(section: Plane, grid: Grid): Float32Array {
  const places = grid.count[0] * grid.count[1];
  const features = new Float32Array(places * FEATURES);
  const inChannels: Grid = {
    ...grid,
    first: [grid.first[0] - channelReach, grid.first[1] - channelReach],
  };
  let patch: { mean: Float32Array; unit: Float32Array } | undefined;
  let to = 0;
  for (const { plane, isBrightness } of channelsOf(section)) {
    const squares = { ...plane, data: plane.data.map((value) => value ** 2) };
    const means = windows.map((w) => windowMeans(plane, w, inChannels).data);
    const spreads = windows.map((w, window) =>
      windowMeans(squares, w, inChannels).data.map((square, i) =>
        Math.sqrt(Math.max(0, square - means[window][i] ** 2)),
      ),
    );
    // The first channel is brightness at the finest scale.
    patch ??= {
      mean: means[REFERENCE],
      unit: spreads[REFERENCE].map(
        (spread) => 1 / Math.sqrt(spread ** 2 + LEAST_CONTRAST ** 2),
      ),
    };
    const { mean, unit } = patch;
    for (let window = 0; window < windows.length; window++, to += 2)
      for (let i = 0, at = to; i < places; i++, at += FEATURES) {
        const above = isBrightness ? mean[i] : 0;
        features[at] = signedRoot((means[window][i] - above) * unit[i]);
        features[at + 1] = Math.sqrt(spreads[window][i] * unit[i]);
      }
  }
  return features;
}

function signedRoot(value: number): number {
  return Math.sign(value) * Math.sqrt(Math.abs(value));
}
