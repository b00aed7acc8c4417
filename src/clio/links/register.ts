import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import type { LinkHost } from "../../../neuroglancer/safe_state_binding.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { LinkNotices } from "./link_notices.js";
import type { MarksToShare } from "./shared_view.js";

const shareKey = keyOf("share-view");

/** What the plugin of links adds to a viewer. */
export interface RegisteredLinks {
  /** For whom the viewer opens links. */
  readonly host: LinkHost;
  /** What keys do. */
  readonly keys: Partial<Record<KeyAction, () => void>>;
  /** The parts that load later. */
  readonly parts: readonly (() => Promise<unknown>)[];
}

/**
 * Tells the person what of a link the viewer could not open, and makes short links of the view.
 * @param marks the marks in view that can go along with a link; undefined where there are none
 */
export function registerLinks(
  viewer: Viewer,
  marks: () => MarksToShare | undefined,
): RegisteredLinks {
  const notices = new LinkNotices();
  // Beside the viewer and not inside, so that no key pressed in a notice is one of the viewer's.
  document.body.append(notices.element);
  viewer.registerDisposer(() => notices.element.remove());
  const share = () => void shareView(viewer, marks);
  viewer.element.querySelector(".neuroglancer-viewer-top-row")!.append(
    button({
      label: "Share",
      kind: "bar",
      icon: "link",
      key: shareKey,
      run: share,
    }),
  );
  return {
    host: notices,
    keys: { "share-view": share },
    parts: [layerNotices(viewer, notices.element), loadDialog],
  };
}

/** What tells of layers that cannot be reached, among the notices from when it is there. */
function layerNotices(viewer: Viewer, notices: HTMLElement) {
  let loaded: Promise<void> | undefined;
  const load = async () => {
    const [{ LayerNotices }, { UnreachableLayers }] = await Promise.all([
      import(/* webpackChunkName: "layer-notices" */ "./layer_notices.js"),
      import(/* webpackChunkName: "layer-notices" */ "./unreachable_layers.js"),
    ]);
    if (viewer.wasDisposed) return;
    const unreachable = viewer.registerDisposer(new UnreachableLayers(viewer));
    notices.append(new LayerNotices(unreachable).element);
  };
  return () => (loaded ??= load());
}

const loadDialog = () =>
  Promise.all([
    import(/* webpackChunkName: "links" */ "./share_dialog.js"),
    import(/* webpackChunkName: "links" */ "./link_service.js"),
  ]);

async function shareView(
  viewer: Viewer,
  marks: () => MarksToShare | undefined,
): Promise<void> {
  try {
    const [{ ShareDialog }, { LinkService }] = await loadDialog();
    const view = {
      title: viewer.title.value?.trim() || "A view",
      state: viewer.state.toJSON() as Record<string, unknown>,
      marks: marks(),
    };
    new ShareDialog(view, new LinkService(), shareKey).open();
  } catch (error) {
    console.warn("Clio could not open the dialog that shares a view:", error);
    new StatusMessage().setErrorMessage(
      `The view could not be shared: ${whyNotLoaded(error)} The address of this page holds the view too.`,
    );
  }
}
