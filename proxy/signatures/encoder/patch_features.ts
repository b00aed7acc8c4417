import type { Triple } from "../record.js";
import type { Block, PlaceGrid } from "./encoder.js";
import { FEATURES, featureReach, featuresOf } from "./features.js";
import type { Rows } from "./linear.js";
import { CUT, sectionOf, THREE, type Orientation } from "./sections.js";

/** How the patches of a volume are looked at. */
export interface Look {
  /** How many voxels along an axis become one pixel. */
  readonly factor: number;
  /** Whether three sections through a place count, at right angles, or only the one that was cut. */
  readonly sections: "cut" | "three";
}

/** Pixels of about this size, in nm, show organelles and little of the noise. */
const PIXEL = 9;
/** Voxels that are at most this much longer along one axis than along another are near isotropic. */
const NEAR = 1.5;

/** How to look at a volume. @param voxelSize in nm */
export function lookFor(voxelSize: Triple): Look {
  const inPlane = Math.max(voxelSize[0], voxelSize[1]);
  const longest = Math.max(...voxelSize);
  return {
    factor: Math.max(1, Math.round(PIXEL / inPlane)),
    sections: longest <= NEAR * Math.min(...voxelSize) ? "three" : "cut",
  };
}

/** The box of voxels around a place that its features depend on. */
export function patchOf({ factor, sections }: Look): Triple {
  const side = factor * (2 * featureReach + 1);
  return [side, side, sections === "three" ? side : 1];
}

/**
 * The features of places of a block: the mean over the sections through each.
 * @param places whose patches lie in the block
 * @returns a row a place, x fastest
 */
export function patchFeatures(
  block: Block,
  places: PlaceGrid,
  { factor, sections }: Look,
): Rows {
  const { count } = places;
  const data = new Float32Array(count[0] * count[1] * count[2] * FEATURES);
  const orientations = sections === "three" ? THREE : CUT;
  for (const orientation of orientations)
    for (let layer = 0; layer < count[orientation.across]; layer++)
      for (const phase of phasesOf(places, orientation, factor))
        addLayer(block, places, orientation, layer, factor, phase, data);
  if (orientations.length > 1)
    for (let i = 0; i < data.length; i++) data[i] /= orientations.length;
  return { width: FEATURES, data };
}

/** Places of a layer whose distances are whole pixels: every `step`th from `start`, along and down. */
interface Phase {
  readonly start: readonly [number, number];
  readonly step: readonly [number, number];
}

/** All places of a layer, in groups whose pixels are the same. There is one where the stride is a multiple of the factor. */
function phasesOf(
  { stride }: PlaceGrid,
  { along, down }: Orientation,
  factor: number,
): Phase[] {
  const step = [along, down].map((axis) => {
    let n = 1;
    while ((n * stride[axis]) % factor !== 0) n++;
    return n;
  });
  return Array.from({ length: step[0] * step[1] }, (_, i) => ({
    start: [i % step[0], Math.floor(i / step[0])],
    step: [step[0], step[1]],
  }));
}

function addLayer(
  block: Block,
  { first, stride, count }: PlaceGrid,
  orientation: Orientation,
  layer: number,
  factor: number,
  { start, step }: Phase,
  data: Float32Array,
): void {
  const { along, down, across } = orientation;
  const places = [along, down].map((axis, i) =>
    Math.ceil((count[axis] - start[i]) / step[i]),
  );
  if (places[0] <= 0 || places[1] <= 0) return;
  const pixels = [along, down].map(
    (axis, i) => (stride[axis] * step[i]) / factor,
  );
  // The place is the voxel in the middle of its pixel, the later one where there are two.
  const corner = [along, down].map(
    (axis, i) =>
      first[axis] +
      start[i] * stride[axis] -
      Math.floor(factor / 2) -
      featureReach * factor,
  );
  const size = [0, 1].map(
    (i) => (places[i] - 1) * pixels[i] + 2 * featureReach + 1,
  );
  const section = sectionOf(
    block,
    orientation,
    first[across] + layer * stride[across],
    factor,
    [corner[0], corner[1]],
    [size[0], size[1]],
  );
  const features = featuresOf(section, {
    first: [featureReach, featureReach],
    stride: [pixels[0], pixels[1]],
    count: [places[0], places[1]],
  });
  const rows = [1, count[0], count[0] * count[1]];
  for (let y = 0, from = 0; y < places[1]; y++)
    for (let x = 0; x < places[0]; x++, from += FEATURES) {
      const row =
        layer * rows[across] +
        (start[0] + x * step[0]) * rows[along] +
        (start[1] + y * step[1]) * rows[down];
      const to = row * FEATURES;
      for (let i = 0; i < FEATURES; i++) data[to + i] += features[from + i];
    }
}
