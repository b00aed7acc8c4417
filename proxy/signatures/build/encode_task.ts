import type { Triple } from "../record.js";
import type { ScaleStep } from "./place_lattice.js";
import type { ImageSource } from "./source.js";

/** What a thread that makes signatures is given at its start. */
export interface EncodeThreadData {
  readonly source: ImageSource;
  /** Of the encoder. */
  readonly parameters: unknown;
  /** From one place to the next, in voxels of the scale. */
  readonly stride: Triple;
  readonly step: ScaleStep;
}
