import { SidePanel } from "neuroglancer/unstable/ui/side_panel.js";
import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { notice } from "../ui/notice.js";
import type { SandboxContext } from "./sandbox_context.js";

/** The side panel of marks. What is in it loads when it is first opened. */
export class MarksPanel extends SidePanel {
  constructor(
    viewer: Viewer,
    location: TrackableSidePanelLocation,
    context: SandboxContext,
  ) {
    super(viewer.sidePanelManager, location);
    this.element.classList.add("clio-side-panel");
    // Screen readers jump from landmark to landmark, and upstream makes none of its panels one.
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", "Marks");
    this.addTitleBar({ title: "Marks" });
    const body = document.createElement("div");
    body.className = "clio-panel";
    this.addBody(body);
    void this.fill(body, context);
  }

  private async fill(body: HTMLElement, context: SandboxContext) {
    try {
      const { MarksView } = await import(
        /* webpackChunkName: "marks" */ "./marks_view.js"
      );
      if (this.wasDisposed) return;
      this.registerDisposer(new MarksView(body, context));
    } catch {
      body.replaceChildren(
        notice({
          severity: "bad",
          what: "The panel could not be loaded: the server does not answer.",
          kept: "Your marks are on this machine, and points can still be placed.",
          next: "See that the server runs (npm start), then close the panel and open it again.",
        }),
      );
    }
  }
}
