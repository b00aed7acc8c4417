import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { CellNames } from "../ui/cell_names.js";
import { MergeDesk, type MergePlaces } from "./merge_desk.js";
import { MergeMode } from "./merge_mode.js";
import { MergeServer } from "./merge_server.js";
import { MergesView } from "./merges_view.js";
import { RequestDesk } from "./request_desk.js";
import { RequestsPanel } from "./requests_panel.js";

export { mergeSource } from "./merge_source.js";

/** Merging in one viewer: what is not in the first load of a page. */
export class MergesPlugin extends RefCounted {
  readonly desk: MergeDesk;
  readonly mode: MergeMode;
  private readonly requests: RequestDesk;
  private readonly requestsPanel: RequestsPanel;

  /** @param person who sits before the screen */
  constructor(
    viewer: Viewer,
    places: MergePlaces,
    names: CellNames,
    person: string,
  ) {
    super();
    this.desk = this.registerDisposer(
      new MergeDesk(viewer, places, names, person),
    );
    this.mode = this.registerDisposer(new MergeMode(this.desk));
    this.requests = this.registerDisposer(
      new RequestDesk(this.desk, new MergeServer()),
    );
    this.requestsPanel = this.registerDisposer(
      new RequestsPanel(this.requests),
    );
  }

  /**
   * Fills the panel of merges.
   * @param addLayer as `MergesView` wants it
   */
  makeView(
    body: HTMLElement,
    addLayer: () => Promise<(() => void) | undefined>,
  ): MergesView {
    const { desk, mode, requests, requestsPanel } = this;
    return new MergesView(body, {
      desk,
      mode,
      requests,
      openRequests: requestsPanel.enter,
      addLayer,
    });
  }
}
