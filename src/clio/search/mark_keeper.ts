import type { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Vec3 } from "../model/box.js";

/** What the marks that come of a search are to say. */
export interface KeptWords {
  /** Name of the set that they go to; undefined for the one that new marks go to. */
  readonly set: string | undefined;
  readonly tags: readonly string[];
  readonly description: string;
}

/** What the search needs of the marks in view. Whoever puts the plugins together gives it: plugins do not know each other. */
export interface MarkKeeper {
  /** Told when marks came, went or moved. */
  readonly changed: NullarySignal;
  /** Names of the sets and tags that are in use. */
  words(): Promise<{ sets: readonly string[]; tags: readonly string[] }>;
  /** The middles of all marks in voxels. */
  places(): Promise<readonly Vec3[]>;
  /** The box mark that is selected, in voxels, its upper end outside; undefined where none is. */
  selectedBox(): Promise<{ lower: Vec3; upper: Vec3 } | undefined>;
  /**
   * Places a point at each voxel: one change, one step of undo.
   * @throws Error with a reason that a person can read; then none is placed
   */
  keep(places: readonly Vec3[], words: KeptWords): Promise<void>;
}
