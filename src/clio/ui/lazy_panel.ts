import { SidePanel } from "neuroglancer/unstable/ui/side_panel.js";
import type { SidePanelManager } from "neuroglancer/unstable/ui/side_panel.js";
import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import { button } from "./button.js";
import { notice } from "./notice.js";

/** What is in a panel. */
export interface PanelView extends RefCounted {
  /** Takes the focus to where a person goes on. */
  enter(): void;
}

export interface LazyPanelOptions {
  readonly title: string;
  /** Loads what is in it, and fills the panel's body. */
  readonly load: (body: HTMLElement) => Promise<PanelView>;
  /** What a person still has where it cannot be loaded. */
  readonly kept: string;
}

/** A side panel of Clio. What is in it loads when it is first opened, unless the page had time to load it before. */
export class LazyPanel extends SidePanel {
  private view: PanelView | undefined;
  private entering = false;

  constructor(
    manager: SidePanelManager,
    location: TrackableSidePanelLocation,
    private readonly options: LazyPanelOptions,
  ) {
    super(manager, location);
    const { title } = options;
    this.element.classList.add("clio-side-panel");
    // Screen readers jump from landmark to landmark, and upstream makes none of its panels one.
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", title);
    this.addTitleBar({ title });
    const body = document.createElement("div");
    body.className = "clio-panel";
    this.addBody(body);
    void this.fill(body);
  }

  /** Takes the focus into the panel, as soon as what is in it is there. */
  enter(): void {
    this.entering = true;
    this.view?.enter();
  }

  override disposed(): void {
    const { activeElement } = document;
    // Browsers say nothing of the focus that goes with an element; told of it, the viewer takes it back, and with it the next key.
    if (
      activeElement instanceof HTMLElement &&
      this.element.contains(activeElement)
    ) {
      activeElement.blur();
    }
    super.disposed();
  }

  private async fill(body: HTMLElement): Promise<void> {
    const { load, title, kept } = this.options;
    try {
      const view = await load(body);
      if (this.wasDisposed) {
        view.dispose();
        return;
      }
      this.view = this.registerDisposer(view);
      if (this.entering) view.enter();
    } catch (error) {
      console.warn(`Clio could not load the panel ${title}:`, error);
      body.replaceChildren(
        notice({
          severity: "bad",
          what: `The panel could not be opened: ${whyNotLoaded(error)}`,
          kept,
          actions: [
            button({
              label: "Try again",
              kind: "primary",
              run: () => {
                body.replaceChildren();
                // The button that asked for this has gone.
                this.entering = true;
                void this.fill(body);
              },
            }),
          ],
        }),
      );
    }
  }
}
