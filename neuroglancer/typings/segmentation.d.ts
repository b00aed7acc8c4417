// Declarations of upstream's segmentation modules that ship none, as far as the project uses them. Read off release 2.41.2.

declare module "neuroglancer/unstable/segmentation_display_state/frontend.js" {
  import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
  import type { SharedDisjointUint64Sets } from "neuroglancer/unstable/shared_disjoint_sets.js";
  import type { Uint64Set } from "neuroglancer/unstable/uint64_set.js";

  export interface SegmentationGroupState {
    readonly segmentEquivalences: SharedDisjointUint64Sets;
    readonly visibleSegments: Uint64Set;
  }

  export interface SegmentationDisplayState {
    readonly segmentationGroupState: WatchableValueInterface<SegmentationGroupState>;
  }

  /** Writes red, green and blue from 0 to 1. */
  export function getBaseObjectColor(
    displayState: SegmentationDisplayState | undefined | null,
    objectId: bigint,
    color?: Float32Array,
  ): Float32Array;
}

declare module "neuroglancer/unstable/layer/segmentation/index.js" {
  import { UserLayer } from "neuroglancer/unstable/layer/index.js";
  import type { SegmentationDisplayState } from "neuroglancer/unstable/segmentation_display_state/frontend.js";

  export class SegmentationUserLayer extends UserLayer {
    readonly displayState: SegmentationDisplayState;
  }
}
