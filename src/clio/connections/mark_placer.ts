import type { Vec3 } from "../model/box.js";

/** What the connections need of the marks in view. Whoever puts the plugins together gives it: plugins do not know each other. */
export interface MarkPlacer {
  /**
   * Places a point at each voxel: one change, one step of undo.
   * @throws Error with a reason that a person can read; then none is placed
   */
  keep(
    places: readonly Vec3[],
    words: {
      readonly set: string | undefined;
      readonly tags: readonly string[];
      readonly description: string;
      /** What the history calls it. */
      readonly label: string;
    },
  ): Promise<void>;
}
