import type { NullarySignal } from "neuroglancer/unstable/util/signal.js";

/** A segment as the viewer shows it now. */
export interface Body {
  /** Id in decimal: that of the body which merges have made of the supervoxel, else its own. */
  readonly id: string;
  /** As the viewer colours it, in CSS. */
  readonly color: string;
  /** Whether it is among the segments that the viewer shows. */
  readonly shown: boolean;
}

/** What has become of supervoxels: merges change that, so it is asked when it is shown. */
export interface Bodies {
  /** Told when an answer may be another now. */
  readonly changed: NullarySignal;
  /**
   * The body that a supervoxel belongs to; undefined where the view has no layer of that segmentation.
   * @param source address of the segmentation, as the record has it
   */
  bodyOf(source: string, supervoxel: string): Body | undefined;
  /** Shows a body of a segmentation in the viewer, or hides it. */
  toggle(source: string, body: Body): void;
  /** Whether segments are looked up at all: there is a segmentation in view. */
  readonly looksUp: boolean;
}
