import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { LinkReport } from "../../../neuroglancer/safe_state_binding.js";
import { LinkNotices } from "./link_notices.js";
import { UnreachableLayers } from "./unreachable_layers.js";

/**
 * Tells the person what of a link the viewer could not open.
 * @returns where the viewer reports what became of its links
 */
export function registerLinks(viewer: Viewer): LinkReport {
  const unreachable = viewer.registerDisposer(new UnreachableLayers(viewer));
  const notices = new LinkNotices(unreachable);
  // Beside the viewer and not inside, so that no key pressed in a notice is one of the viewer's.
  document.body.append(notices.element);
  viewer.registerDisposer(() => notices.element.remove());
  return notices;
}
