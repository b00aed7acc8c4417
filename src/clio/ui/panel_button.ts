import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { button } from "./button.js";
import type { IconName } from "./icons.js";
import { keyText } from "./key_cap.js";

interface PanelButtonOptions {
  readonly label: string;
  readonly icon: IconName;
  /** The key that does the same, as the viewer's bindings write it. */
  readonly key: string;
  /** Shows or hides the panel. */
  readonly run: () => void;
}

/** Adds a button to the viewer's top bar that says whether a side panel is open. */
export function addPanelButton(
  viewer: Viewer,
  location: TrackableSidePanelLocation,
  options: PanelButtonOptions,
): void {
  const made = button({ kind: "bar", ...options });
  made.classList.add("clio-panel-button");
  made.title = `${options.label} (${keyText(options.key)})`;
  const update = () =>
    made.setAttribute("aria-pressed", String(location.visible));
  viewer.registerDisposer(location.locationChanged.add(update));
  update();
  viewer.element.querySelector(".neuroglancer-viewer-top-row")!.append(made);
}
