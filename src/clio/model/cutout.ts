/** What of a dataset can be cut out, and how large a cut-out is: what the server says, and what the page chooses from. */
import * as v from "valibot";
import { type Box, shapeOf, type Vec3, vec3, voxelCount } from "./box.js";

const threeNumbers = v.tuple([v.number(), v.number(), v.number()]);

/** One scale of a layer. */
export const cutoutScaleSchema = v.object({
  /** Edges of a voxel in nm. */
  voxelSize: threeNumbers,
  /** What there is, in voxels of this scale from position 0 of the viewer on; `upper` is outside. */
  lower: threeNumbers,
  upper: threeNumbers,
});
export type CutoutScale = v.InferOutput<typeof cutoutScaleSchema>;

export const cutoutLayerSchema = v.object({
  name: v.string(),
  type: v.picklist(["image", "segmentation"]),
  dtype: v.picklist(["uint8", "uint16", "uint32", "uint64"]),
  /** Whether a person's merges are applied to it. */
  mergeable: v.boolean(),
  /** Where everybody can read it without this server; absent where nobody can. */
  source: v.optional(v.string()),
  /** The finest first. */
  scales: v.pipe(v.array(cutoutScaleSchema), v.minLength(1)),
});
export type CutoutLayer = v.InferOutput<typeof cutoutLayerSchema>;

/** What can be cut out of a dataset. */
export const cutoutInfoSchema = v.object({
  layers: v.array(cutoutLayerSchema),
  /** Layers that cannot be, and why, as a sentence. */
  others: v.array(v.object({ name: v.string(), reason: v.string() })),
  /** The most that one layer of a cut-out may take, in bytes. */
  limit: v.number(),
});
export type CutoutInfo = v.InferOutput<typeof cutoutInfoSchema>;

/** Bytes of a voxel by its type. */
export const VOXEL_BYTES: Readonly<Record<CutoutLayer["dtype"], number>> = {
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
};

/** What a box takes without compression, in bytes. */
export function cutoutBytes(
  { dtype }: Pick<CutoutLayer, "dtype">,
  box: Box,
): number {
  return voxelCount(shapeOf(box)) * VOXEL_BYTES[dtype];
}

/**
 * The index of the scale that fits a voxel size: the coarsest that is no coarser than it, the finest where all are coarser. So layers
 * that are cut out together are as fine as the one that was chosen, and none is larger than it must be.
 */
export function scaleLike(
  { scales }: Pick<CutoutLayer, "scales">,
  voxelSize: Vec3,
): number {
  const fits = scales.findLastIndex((scale) =>
    scale.voxelSize.every((edge, axis) => edge <= voxelSize[axis] * 1.001),
  );
  return Math.max(0, fits);
}

/**
 * The voxels of a scale that a place touches, as far as there are any.
 * @param nanometres from position 0 of the viewer on
 * @returns a box without voxels where the place lies outside
 */
export function boxInScale(
  { voxelSize, lower, upper }: CutoutScale,
  nanometres: Box,
): Box {
  // An edge that is this close to a voxel's border lies on it: sizes in nm are no whole numbers in binary.
  const tolerance = 1e-6;
  const inside = (n: number, axis: number) =>
    Math.min(upper[axis], Math.max(lower[axis], n));
  const first = vec3((axis) =>
    inside(
      Math.floor(nanometres.lower[axis] / voxelSize[axis] + tolerance),
      axis,
    ),
  );
  const last = vec3((axis) =>
    inside(
      Math.ceil(nanometres.upper[axis] / voxelSize[axis] - tolerance),
      axis,
    ),
  );
  return {
    lower: first,
    upper: vec3((axis) => Math.max(first[axis], last[axis])),
  };
}

/** A box as addresses have it: both corners, their numbers with commas between. */
export function boxText({ lower, upper }: Box): string {
  return [...lower, ...upper].join();
}

/** The inverse of {@link boxText}; undefined where a text is no box of at least one voxel. */
export function parseBox(text: string): Box | undefined {
  if (!/^(-?\d{1,9},){5}-?\d{1,9}$/.test(text)) return undefined;
  const numbers = text.split(",").map(Number);
  const box = {
    lower: vec3((axis) => numbers[axis]),
    upper: vec3((axis) => numbers[axis + 3]),
  };
  return voxelCount(shapeOf(box)) > 0 ? box : undefined;
}
