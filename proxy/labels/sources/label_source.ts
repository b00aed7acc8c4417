import type { Triple } from "../../../testdata/precomputed/scales.js";
import type { LabelType } from "../../../src/clio/model/labels.js";
import type { LabelVoxels } from "./label_voxels.js";

/** A volume of labels that is read in the order of its sections. */
export interface LabelSource {
  /** In voxels, x, y, z. */
  readonly shape: Triple;
  readonly type: LabelType;
  /** What the file says of where it lies. */
  readonly offset?: Triple;
  readonly voxelSize?: Triple;
  /**
   * All voxels, x fastest, some whole sections at a time. What is handed out is free to be used again once the next is asked for.
   * @throws LabelsError where the file turns out not to be what it said
   */
  sections(): AsyncIterable<LabelVoxels>;
  /** Closes the file. */
  close(): Promise<void>;
}

/** What a source may take of memory. */
export interface SourceBounds {
  /** The most voxels of a volume. */
  readonly voxels: number;
  /** The most bytes of what is read at once: some sections, or a chunk. */
  readonly bytes: number;
}
