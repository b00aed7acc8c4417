/** The segments of a layer as upstream keeps them, without a worker. */
import type { SegmentationGroupState } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import { SharedDisjointUint64Sets } from "neuroglancer/unstable/shared_disjoint_sets.js";
import { Uint64OrderedSet } from "neuroglancer/unstable/uint64_ordered_set.js";
import { Uint64Set } from "neuroglancer/unstable/uint64_set.js";

/** What of a layer's segments merges have to do with, each part upstream's own; they depend on each other as in a layer. */
export function shownSegments(): SegmentationGroupState {
  const visibleSegments = new Uint64Set();
  const selectedSegments = new Uint64OrderedSet();
  selectedSegments.changed.add((ids, isAdded) => {
    if (isAdded) return;
    if (ids === null) visibleSegments.clear();
    else visibleSegments.delete(ids);
  });
  visibleSegments.changed.add((ids, isAdded) => {
    if (isAdded && ids !== null) selectedSegments.add([ids].flat() as bigint[]);
  });
  const segmentEquivalences = new SharedDisjointUint64Sets();
  const state: Partial<SegmentationGroupState> = {
    visibleSegments,
    selectedSegments,
    segmentEquivalences,
  };
  return state as SegmentationGroupState;
}
