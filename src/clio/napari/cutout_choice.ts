/** What a person chooses to take along, and what that comes to. */
import {
  type Box,
  type Vec3,
  vec3,
  voxelCount,
  shapeOf,
} from "../model/box.js";
import {
  boxInScale,
  type CutoutInfo,
  type CutoutLayer,
  cutoutBytes,
  scaleLike,
} from "../model/cutout.js";

/** A box of one scale of a layer. */
export interface CutoutPart {
  readonly layer: CutoutLayer;
  readonly scale: number;
  /** In voxels of that scale. */
  readonly box: Box;
}

/** The layer in whose voxels people think, and whose scales they choose from: the first image, else the first layer. */
export function leadingLayer({ layers }: CutoutInfo): CutoutLayer | undefined {
  return layers.find(({ type }) => type === "image") ?? layers.at(0);
}

/** A box of so many voxels around a position, in nm. The voxel that holds the position is in its middle. */
export function boxAround(position: Vec3, voxels: Vec3, voxelSize: Vec3): Box {
  const first = vec3(
    (axis) =>
      Math.floor(position[axis] / voxelSize[axis]) -
      Math.floor(voxels[axis] / 2),
  );
  return {
    lower: vec3((axis) => first[axis] * voxelSize[axis]),
    upper: vec3((axis) => (first[axis] + voxels[axis]) * voxelSize[axis]),
  };
}

/** A box of voxels in nm. */
export function inNanometres({ lower, upper }: Box, voxelSize: Vec3): Box {
  return {
    lower: vec3((axis) => lower[axis] * voxelSize[axis]),
    upper: vec3((axis) => upper[axis] * voxelSize[axis]),
  };
}

/**
 * The parts of layers that a place is cut out of, each at the scale that fits.
 * @param place in nm
 * @param voxelSize of the scale that was chosen, in nm
 * @returns those that have any voxel there
 */
export function partsOf(
  layers: readonly CutoutLayer[],
  place: Box,
  voxelSize: Vec3,
): CutoutPart[] {
  return layers.flatMap((layer) => {
    const scale = scaleLike(layer, voxelSize);
    const box = boxInScale(layer.scales[scale], place);
    return voxelCount(shapeOf(box)) === 0 ? [] : [{ layer, scale, box }];
  });
}

/** What a part takes without compression, in bytes. */
export function partBytes({ layer, box }: CutoutPart): number {
  return cutoutBytes(layer, box);
}

/** A small part of a part, in its middle: to measure by it. */
export function sampleOf({ layer, scale, box }: CutoutPart): CutoutPart {
  const shape = shapeOf(box);
  const edge = vec3((axis) => Math.min(64, shape[axis]));
  const lower = vec3(
    (axis) => box.lower[axis] + Math.floor((shape[axis] - edge[axis]) / 2),
  );
  const upper = vec3((axis) => lower[axis] + edge[axis]);
  return { layer, scale, box: { lower, upper } };
}

/** Bytes for people: `24.6 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** A time for people, roughly. */
export function durationText(seconds: number): string {
  if (seconds < 1.5) return "about a second";
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90
    ? `about ${minutes} min`
    : `about ${(minutes / 60).toFixed(1)} h`;
}
