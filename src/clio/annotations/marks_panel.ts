import { SidePanel } from "neuroglancer/unstable/ui/side_panel.js";
import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import { notice } from "../ui/notice.js";
import type { MarksView } from "./marks_view.js";
import type { SandboxContext } from "./sandbox_context.js";

/** The side panel of marks. What is in it loads when it is first opened. */
export class MarksPanel extends SidePanel {
  private view: MarksView | undefined;
  private entering = false;

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

  /** Takes the focus to the marks, as soon as they are there. */
  enter(): void {
    this.entering = true;
    this.view?.enter();
  }

  private async fill(body: HTMLElement, context: SandboxContext) {
    try {
      const { MarksView } = await import(
        /* webpackChunkName: "marks" */ "./marks_view.js"
      );
      if (this.wasDisposed) return;
      this.view = this.registerDisposer(new MarksView(body, context));
      if (this.entering) this.view.enter();
    } catch (error) {
      console.warn("Clio could not load the panel of marks:", error);
      body.replaceChildren(
        notice({
          severity: "bad",
          what: `The panel could not be opened: ${whyNotLoaded(error)}`,
          kept: "Your marks are on this machine, and points can still be placed.",
          next: "Then close the panel and open it again.",
        }),
      );
    }
  }
}
