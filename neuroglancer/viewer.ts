import "neuroglancer";
import {
  bindDefaultCopyHandler,
  bindDefaultPasteHandler,
} from "neuroglancer/unstable/ui/default_clipboard_handling.js";
import { setDefaultInputEventBindings } from "neuroglancer/unstable/ui/default_input_event_bindings.js";
import { makeDefaultViewer } from "neuroglancer/unstable/ui/default_viewer.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { actOnButtonKeys } from "./button_keys.js";
import { keepPinnedSelection } from "./pinned_selection.js";
import { followMouse } from "./resting_pointer.js";
import { type LinkHost, SafeStateBinding } from "./safe_state_binding.js";
import { leaveDisposedSources } from "./safe_state_sources.js";
import { refuseControlsOfNothing } from "./shader_controls.js";

/**
 * Builds the viewer of the page.
 * @param register adds Clio's parts (keys, panels, state). It runs before the URL is applied: upstream drops the state keys and the
 *   layer types that it does not know by then. It returns for whom links are opened.
 */
export function makeViewer(register: (viewer: Viewer) => LinkHost): Viewer {
  leaveDisposedSources();
  refuseControlsOfNothing();
  followMouse();
  const viewer = makeDefaultViewer({ showLayerDialog: false });
  keepPinnedSelection(viewer.selectionDetailsState);
  setDefaultInputEventBindings(viewer.inputEventBindings);
  actOnButtonKeys(viewer, viewer.element, viewer.inputEventBindings.global);
  const host = register(viewer);
  const binding = viewer.registerDisposer(new SafeStateBinding(viewer, host));
  binding.read();
  bindTitle(viewer);
  bindDefaultCopyHandler(viewer);
  bindDefaultPasteHandler(viewer);
  return viewer;
}

/** Names the page after the view. Upstream's own function would put its own name behind. */
function bindTitle(viewer: Viewer): void {
  const update = () => {
    const title = viewer.title.value?.trim();
    document.title = title ? `${title} - Clio` : "Clio";
  };
  viewer.registerDisposer(viewer.title.changed.add(update));
  update();
}
