import {
  gaussianWindow,
  innerGrid,
  reachOf,
  windowMeans,
  type Plane,
} from "./gaussian.js";

/** Standard deviations of the windows under which the image is looked at, in pixels. */
const SCALES = [1, 2, 4];
/** Up to this scale, the directions of the gradients around a pixel count too; beyond, their window would be as wide as a patch. */
const COARSEST_TENSOR = 2;
/** The window over the gradients around a pixel, in units of the scale. */
const TENSOR_WINDOW = 2;

/** What is seen at a pixel. */
export interface Channel {
  /** Whether adding to all grey values adds to it; if not, it leaves it as it is. All channels grow with the contrast. */
  readonly isBrightness: boolean;
  readonly plane: Plane;
}

/** How far from a pixel its channels look, in pixels. */
export const channelReach = Math.max(
  ...SCALES.map((scale) =>
    scale <= COARSEST_TENSOR
      ? reachOf(scale) + 1 + reachOf(TENSOR_WINDOW * scale)
      : reachOf(scale) + 1,
  ),
);

/**
 * What is seen at each pixel whatever the rotation or reflection of the section, at each scale: brightness, steepness, the two
 * principal curvatures (eigenvalues of the Hessian), and how strong the gradients around are along and across their common
 * direction (eigenvalues of the structure tensor). Source: Lindeberg, "Edge detection and ridge detection with automatic scale
 * selection" (1998), for the derivatives and their normalisation by scale; Bigün and Granlund (1987) for the tensor.
 * @returns the channels of all pixels that are `channelReach` or more away from the border of the section
 */
export function channelsOf(section: Plane): Channel[] {
  return SCALES.flatMap((scale) => channelsAt(scale, section));
}

function channelsAt(scale: number, section: Plane): Channel[] {
  const reach = reachOf(scale);
  const smooth = windowMeans(
    section,
    gaussianWindow(scale),
    innerGrid(section, reach),
  );
  const slopes = gradients(smooth);
  const inset = channelReach - reach;
  const channels = [
    { isBrightness: true, plane: cropped(smooth, inset) },
    { isBrightness: false, plane: steepness(slopes, scale, inset - 1) },
    ...curvatures(smooth, scale, inset).map(derived),
  ];
  if (scale > COARSEST_TENSOR) return channels;
  return [...channels, ...directions(slopes, scale, inset - 1).map(derived)];
}

const derived = (plane: Plane): Channel => ({ isBrightness: false, plane });

/** A plane of zeros. */
function empty(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(width * height) };
}

/** What is left when `inset` pixels are taken away on each side. */
function cropped({ width, height, data }: Plane, inset: number): Plane {
  const part = empty(width - 2 * inset, height - 2 * inset);
  for (let y = 0; y < part.height; y++) {
    const from = (y + inset) * width + inset;
    part.data.set(data.subarray(from, from + part.width), y * part.width);
  }
  return part;
}

interface Gradients {
  readonly x: Plane;
  readonly y: Plane;
}

/** The derivatives by central differences, of all pixels but the outermost. */
function gradients({ width, height, data }: Plane): Gradients {
  const x = empty(width - 2, height - 2);
  const y = empty(width - 2, height - 2);
  for (let row = 0, to = 0; row < x.height; row++)
    for (let column = 0; column < x.width; column++, to++) {
      const at = (row + 1) * width + column + 1;
      x.data[to] = (data[at + 1] - data[at - 1]) / 2;
      y.data[to] = (data[at + width] - data[at - width]) / 2;
    }
  return { x, y };
}

function steepness(slopes: Gradients, scale: number, inset: number): Plane {
  const x = cropped(slopes.x, inset);
  const y = cropped(slopes.y, inset);
  return {
    ...x,
    data: x.data.map((dx, i) => {
      const dy = y.data[i];
      return scale * Math.sqrt(dx * dx + dy * dy);
    }),
  };
}

/** The eigenvalues of the Hessian, the larger one first. */
function curvatures(
  { width, height, data }: Plane,
  scale: number,
  inset: number,
): [Plane, Plane] {
  const larger = empty(width - 2 * inset, height - 2 * inset);
  const smaller = empty(larger.width, larger.height);
  for (let row = 0, to = 0; row < larger.height; row++)
    for (let column = 0; column < larger.width; column++, to++) {
      const at = (row + inset) * width + column + inset;
      const middle = data[at];
      const xx = data[at - 1] - 2 * middle + data[at + 1];
      const yy = data[at - width] - 2 * middle + data[at + width];
      const xy =
        (data[at + width + 1] -
          data[at + width - 1] -
          data[at - width + 1] +
          data[at - width - 1]) /
        4;
      putEigenvalues(xx, yy, xy, to, larger.data, smaller.data);
    }
  for (const { data: values } of [larger, smaller])
    for (let i = 0; i < values.length; i++) values[i] *= scale * scale;
  return [larger, smaller];
}

/** The roots of the eigenvalues of the structure tensor, the larger one first. */
function directions(
  { x, y }: Gradients,
  scale: number,
  inset: number,
): [Plane, Plane] {
  const window = gaussianWindow(TENSOR_WINDOW * scale);
  const around = (a: Plane, b: Plane): Float32Array => {
    const products = {
      ...a,
      data: a.data.map((value, i) => value * b.data[i]),
    };
    return windowMeans(products, window, innerGrid(a, inset)).data;
  };
  const xx = around(x, x);
  const yy = around(y, y);
  const xy = around(x, y);
  const larger = empty(x.width - 2 * inset, x.height - 2 * inset);
  const smaller = empty(larger.width, larger.height);
  for (let i = 0; i < xx.length; i++)
    putEigenvalues(xx[i], yy[i], xy[i], i, larger.data, smaller.data);
  // Rounding can bring the smaller one below zero.
  const root = (value: number) => scale * Math.sqrt(Math.max(0, value));
  return [
    { ...larger, data: larger.data.map(root) },
    { ...smaller, data: smaller.data.map(root) },
  ];
}

/** The eigenvalues of [[xx, xy], [xy, yy]], into two arrays. */
function putEigenvalues(
  xx: number,
  yy: number,
  xy: number,
  at: number,
  larger: Float32Array,
  smaller: Float32Array,
): void {
  const mean = (xx + yy) / 2;
  const half = (xx - yy) / 2;
  const spread = Math.sqrt(half * half + xy * xy);
  larger[at] = mean + spread;
  smaller[at] = mean - spread;
}
