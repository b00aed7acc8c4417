// Declarations of upstream's segmentation modules that ship none, as far as the project uses them. Read off release 2.41.2.

declare module "neuroglancer/unstable/segmentation_display_state/frontend.js" {
  import type { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
  import type { VisibleSegmentsState } from "neuroglancer/unstable/segmentation_display_state/base.js";
  import type { PreprocessedSegmentPropertyMap } from "neuroglancer/unstable/segmentation_display_state/property_map.js";
  import type { SegmentationGraphSource } from "neuroglancer/unstable/segmentation_graph/source.js";
  import type {
    TrackableValue,
    WatchableValue,
    WatchableValueInterface,
  } from "neuroglancer/unstable/trackable_value.js";
  import type { Uint64Map } from "neuroglancer/unstable/uint64_map.js";

  export interface SegmentationGroupState extends VisibleSegmentsState {
    /** Undefined where the layer has no graph. */
    readonly graph: WatchableValue<SegmentationGraphSource | undefined>;
    /** Labels and properties that the source brings; undefined where it has none. */
    readonly segmentPropertyMap: WatchableValue<
      PreprocessedSegmentPropertyMap | undefined
    >;
    /** Whether the layer is gone. */
    readonly wasDisposed: boolean | undefined;
    /** What a link says of it: the segments among others. */
    toJSON(): unknown;
  }

  export interface SegmentationDisplayState {
    readonly segmentationGroupState: WatchableValueInterface<SegmentationGroupState>;
    /** The segment under the pointer, mapped by equivalences. */
    readonly segmentSelectionState: { readonly value: bigint | undefined };
    readonly segmentColorHash: WatchableValueInterface<number>;
    readonly segmentStatedColors: WatchableValueInterface<Uint64Map>;
    /** What layers that share their colours have of them, as links carry it. */
    readonly segmentationColorGroupState: WatchableValueInterface<{
      readonly segmentStatedColors: Uint64Map;
      toJSON: () => unknown;
    }>;
    /** Colours in slices in the place of all stated ones, while `useTempSegmentStatedColors2d` says so. */
    readonly tempSegmentStatedColors2d: WatchableValueInterface<Uint64Map>;
    readonly useTempSegmentStatedColors2d: { value: boolean };
    /** How strongly segments that are not selected are seen in slices while others are, 0 to 1. */
    readonly notSelectedAlpha: TrackableValue<number>;
    readonly linkedSegmentationGroup: {
      readonly root: WatchableValueInterface<SegmentationUserLayer>;
    };
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
