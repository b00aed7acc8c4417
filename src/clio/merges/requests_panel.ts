import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { LazyPanel } from "../ui/lazy_panel.js";
import type { RequestDesk } from "./request_desk.js";
import { RequestsView } from "./requests_view.js";

/** As wide as the panel of merges, below which it stands. */
const PANEL_PIXELS = 590;
const PANEL_ROW = 9;

/** The side panel of requests. It opens from that of merges, and no link carries that it is open: what is in it is not for everybody. */
export class RequestsPanel extends RefCounted {
  private readonly location = new TrackableSidePanelLocation({
    ...DEFAULT_SIDE_PANEL_LOCATION,
    side: "right",
    col: 1,
    row: PANEL_ROW,
    size: PANEL_PIXELS,
  });
  private entering = false;
  private panel: LazyPanel | undefined;

  constructor(desk: RequestDesk) {
    super();
    const { sidePanelManager } = desk.desk.viewer;
    const { location } = this;
    this.registerDisposer(
      sidePanelManager.registerPanel({
        location,
        makePanel: () => {
          const panel = new LazyPanel(sidePanelManager, location, {
            title: "Merge requests",
            load: (body) => Promise.resolve(new RequestsView(body, desk)),
            kept: "Requests are at the server.",
          });
          if (this.entering) panel.enter();
          this.entering = false;
          this.panel = panel;
          return panel;
        },
      }),
    );
  }

  /** Shows the panel, and takes the focus there. */
  readonly enter = (): void => {
    if (this.location.visible) {
      this.panel?.enter();
      return;
    }
    this.entering = true;
    this.location.visible = true;
  };
}
