import type { PlaceGrid } from "../encoder/encoder.js";
import type { Look } from "../encoder/patch_features.js";
import type { Triple } from "../record.js";
import type { ImageSource } from "./source.js";

/** What a thread that looks at boxes is given at its start. */
export interface SampleThreadData {
  readonly source: ImageSource;
  readonly look: Look;
  /** The size of all boxes, and the places in each. */
  readonly size: Triple;
  readonly places: PlaceGrid;
}

/** One box to look at. */
export interface SampleTask {
  /** Its first voxel. */
  readonly first: Triple;
  readonly seed: number;
}
