import type { SetsChange } from "../../../neuroglancer/segment_sets.js";

/** From the page to the worker: which segments are one. */
export const MERGED_SETS_RPC_ID = "clio/mergedSets";

export interface MergedSetsMessage extends SetsChange {
  /** RPC id of the equivalences of a segmentation layer. */
  id: number;
}
