import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { MergeDesk, type MergePlaces } from "./merge_desk.js";
import { MergeMode } from "./merge_mode.js";
import { MergesView } from "./merges_view.js";

export { mergeSource } from "./merge_source.js";

/** Merging in one viewer: what is not in the first load of a page. */
export class MergesPlugin extends RefCounted {
  readonly desk: MergeDesk;
  readonly mode: MergeMode;

  constructor(viewer: Viewer, places: MergePlaces) {
    super();
    this.desk = this.registerDisposer(new MergeDesk(viewer, places));
    this.mode = this.registerDisposer(new MergeMode(this.desk));
  }

  /**
   * Fills the panel of merges.
   * @param addLayer as `MergesView` wants it
   */
  makeView(
    body: HTMLElement,
    addLayer: () => Promise<(() => void) | undefined>,
  ): MergesView {
    const { desk, mode } = this;
    return new MergesView(body, { desk, mode, addLayer });
  }
}
