/** Merges: a person's decisions that two segments of one segmentation are parts of one cell, and the sandboxes that hold them. */
import * as v from "valibot";
import {
  epochSchema,
  segmentIdSchema,
  uuidSchema,
  voxelPositionSchema,
} from "./annotation.js";
import { datasetOfAtlas } from "./atlas.js";
import type { SandboxKey } from "./sandbox.js";

/** One decision: an edge between two segments. What one act decides together, such as five segments onto one, has the same `act`. */
export const mergeSchema = v.pipe(
  v.object({
    id: uuidSchema,
    kind: v.literal("merge"),
    /** The segment that gave the whole its id when it was decided. */
    onto: segmentIdSchema,
    /** The segment that was merged onto it. */
    merged: segmentIdSchema,
    act: uuidSchema,
    /** Where in the volume it was decided; absent where that is not known. */
    position: v.optional(voxelPositionSchema),
    /** The comment. */
    description: v.string(),
    /** Its author. */
    user: v.string(),
    created: epochSchema,
    modified: epochSchema,
  }),
  v.forward(
    v.check(
      ({ onto, merged }) => onto !== merged,
      "expected another segment than the one that it is merged onto",
    ),
    ["merged"],
  ),
);
export type MergeRecord = v.InferOutput<typeof mergeSchema>;

/** What the dataset of a sandbox of merges is called: this, the version of the segmentation, and the dataset. */
const MERGES_PREFIX = "merges:";

/** Whose segments are merged. */
export interface MergedSegmentation {
  /** As in SandboxKey. */
  dataset: string;
  /** Version of the segmentation; empty where it has none. Another version has other segments, and merges of its own. */
  version: string;
}

/** The `dataset` of the sandbox that holds the merges of a segmentation. */
export function mergesDataset({
  dataset,
  version,
}: MergedSegmentation): string {
  return `${MERGES_PREFIX}${encodeURIComponent(version)}:${dataset}`;
}

/** The segmentation whose merges a sandbox holds; undefined where it holds marks. */
export function mergedSegmentationOf(
  sandbox: string,
): MergedSegmentation | undefined {
  if (!sandbox.startsWith(MERGES_PREFIX)) return undefined;
  const rest = sandbox.slice(MERGES_PREFIX.length);
  const end = rest.indexOf(":");
  if (end < 0) return undefined;
  try {
    const version = decodeURIComponent(rest.slice(0, end));
    return { dataset: rest.slice(end + 1), version };
  } catch {
    return undefined;
  }
}

/**
 * The sandbox in whose history the steps of a sandbox are: merges and places of the atlas are undone and done again in turn with the marks
 * of their dataset.
 */
export function stackOf({ user, dataset }: SandboxKey): SandboxKey {
  const shown =
    mergedSegmentationOf(dataset)?.dataset ?? datasetOfAtlas(dataset);
  return { user, dataset: shown ?? dataset };
}

/** Whether decision `a` is newer than `b`: the same on all devices, whichever they learned of first. */
export function isNewerMerge(
  a: Pick<MergeRecord, "id" | "created">,
  b: Pick<MergeRecord, "id" | "created">,
): boolean {
  return a.created === b.created ? a.id > b.id : a.created > b.created;
}
