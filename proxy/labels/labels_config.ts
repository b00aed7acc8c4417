import * as v from "valibot";
import { closedObject, wholeNumber } from "../config_parts.js";

/** Bounds of the volumes of labels that people bring back. */
export const labelsSchema = closedObject({
  /** What the volumes of one person may take together, in MiB. */
  quota: v.optional(wholeNumber(0, 1024 * 1024 * 1024), 4096),
  /** The most voxels of one volume, in units of 2^20. */
  voxels: v.optional(wholeNumber(1, 1024 * 1024), 2048),
  /** What the voxels of a volume may take of memory while it is converted, in MiB; wider sections need more. */
  memory: v.optional(wholeNumber(64, 1024 * 1024), 1024),
});
export type LabelsConfig = v.InferOutput<typeof labelsSchema>;
