import type * as v from "valibot";
import type { newLabelsSchema } from "../../src/clio/model/labels.js";
import { badRequest } from "../problems/problem.js";
import { requireInside, requireMemory, type Space } from "./label_space.js";
import { LabelsError } from "./labels_error.js";
import { bytesOfType } from "./sources/label_voxels.js";

/**
 * Looks at what is said of a file before a byte of it comes; what the file itself says is looked at when it is read.
 * @param dataset the image that it is to lie in
 * @param most voxels, and bytes of memory while they are converted
 * @throws Problem 400 naming what is wrong
 */
export function requireTakeable(
  asked: v.InferOutput<typeof newLabelsSchema>,
  dataset: Space,
  most: { readonly voxels: number; readonly memory: number },
): void {
  const { format, bytes, dtype, shape, offset, voxelSize } = asked;
  if (format === "raw") {
    if (dtype === undefined || shape === undefined)
      throw badRequest(
        "dtype or shape is missing, expected both of a plain array.",
        "bad-body",
      );
    const [x, y, z] = shape;
    const expected = x * y * z * bytesOfType(dtype);
    if (bytes !== expected)
      throw badRequest(
        `bytes is ${bytes}, expected ${expected}: shape is ${shape.join(" x ")}, and a voxel of ${dtype} has ${bytesOfType(dtype)}.`,
        "bad-body",
      );
  }
  if (shape === undefined) return;
  const voxels = shape[0] * shape[1] * shape[2];
  if (voxels > most.voxels)
    throw badRequest(
      `shape is ${shape.join(" x ")}, ${voxels} voxels, expected at most ${most.voxels}.`,
      "bad-body",
    );
  // A file may say more of its place than was said here.
  const isPlaced =
    format === "raw" || (offset !== undefined && voxelSize !== undefined);
  const place = {
    ...{ shape, offset: offset ?? ([0, 0, 0] as const) },
    voxelSize: voxelSize ?? dataset.voxelSize,
  };
  try {
    requireMemory(place, most.memory);
  } catch (error) {
    if (!(error instanceof LabelsError)) throw error;
    throw badRequest(`shape: ${error.message}.`, "bad-body");
  }
  if (!isPlaced) return;
  try {
    requireInside(place, dataset);
  } catch (error) {
    if (!(error instanceof LabelsError)) throw error;
    throw badRequest(error.message, "outside-dataset");
  }
}
