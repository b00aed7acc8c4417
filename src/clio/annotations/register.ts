// The page's side of the sandbox layer.
import { registerProvider } from "neuroglancer/unstable/datasource/default_provider.js";
import {
  registerLayerType,
  registerLayerTypeDetector,
} from "neuroglancer/unstable/layer/index.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import {
  registerLegacyTool,
  registerTool,
} from "neuroglancer/unstable/ui/tool.js";
import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import { emptyToUndefined } from "neuroglancer/unstable/util/json.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { registerRPC } from "neuroglancer/unstable/worker_rpc.js";
import { registerEllipsoidOutlines } from "../../../neuroglancer/ellipsoid_outline.js";
import { registerBatches } from "../../../neuroglancer/point_batches.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import type { Store } from "../store/store.js";
import { addPanelButton } from "../ui/panel_button.js";
import { LazyPanel } from "../ui/lazy_panel.js";
import { loadBackend } from "./backend_loading.js";
import { type ChangedMessage, SANDBOX_CHANGED_RPC_ID } from "./base.js";
import {
  type PlacesMessage,
  SANDBOX_PLACES_RPC_ID,
} from "./coloring/legend.js";
import { type FurtherSource, SandboxProvider } from "./data_source.js";
import { loadSelectionForm } from "./details/selected_mark_details.js";
import { importMarks, loadExchange } from "./exchange/commands.js";
import { FileDrop } from "./exchange/file_drop.js";
import { SandboxSource } from "./frontend.js";
import { SandboxLayer } from "./layer.js";
import { listenForUndo } from "./history/undo_keys.js";
import { UndoToast } from "./history/undo_toast.js";
import {
  SANDBOX_STANDING_RPC_ID,
  type StandingMessage,
} from "./query/messages.js";
import { ViewBox } from "./query/view_box.js";
import { MarksDesk } from "./marks_desk.js";
import { ProblemBanner } from "./problem_banner.js";
import { lookUpSegments } from "./segments/segment_lookups.js";
import { MarkMover } from "./shapes/mark_mover.js";
import { SHAPES } from "./shapes/shape.js";
import { marksToShare } from "./shared/marks_to_share.js";
import { SharedNotices } from "./shared/shared_notices.js";
import { ControlClickShapeTool, ShapeTool } from "./shapes/shape_tool.js";
import { registerQueryState } from "./table/query_state.js";
import {
  type OpenDataset,
  type SandboxCatalogue,
  SandboxContext,
} from "./sandbox_context.js";

/** Width of the panel until a person changes it: the first columns of the table have room. */
const PANEL_PIXELS = 590;

/** Above upstream's detector of annotation sources, which takes ours for its own. */
const DETECTOR_PRIORITY = 1;

registerRPC(SANDBOX_CHANGED_RPC_ID, function (message: ChangedMessage) {
  const source = this.get(message.id) as SandboxSource | undefined;
  source?.handleChanged(message, this);
});

registerRPC(SANDBOX_PLACES_RPC_ID, function (message: PlacesMessage) {
  const source = this.get(message.id) as SandboxSource | undefined;
  source?.coloring.handlePlaces(message);
});

registerRPC(SANDBOX_STANDING_RPC_ID, function (message: StandingMessage) {
  const source = this.get(message.id) as SandboxSource | undefined;
  source?.query.handleStanding(message);
});

registerEllipsoidOutlines();
registerBatches();
registerLayerType(SandboxLayer);
registerLayerTypeDetector(({ annotation }) =>
  annotation instanceof SandboxSource
    ? { layerConstructor: SandboxLayer, priority: DETECTOR_PRIORITY }
    : undefined,
);
for (const shape of SHAPES) {
  registerTool(
    SandboxLayer,
    shape.tool,
    (layer) => new ShapeTool(layer, shape),
  );
  registerLegacyTool(
    shape.tool,
    (layer) => new ControlClickShapeTool(layer as SandboxLayer, shape),
  );
}

/**
 * Makes `clio://` sources known to every viewer that is made from now on.
 * @param further those of other plugins
 */
export function registerSandboxSources(
  store: Store,
  catalogue: SandboxCatalogue,
  further: FurtherSource,
): void {
  registerProvider(new SandboxProvider(store, catalogue, further));
}

const loadView = () =>
  import(/* webpackChunkName: "marks" */ "./marks_view.js");

/**
 * Adds the marks panel and its button to a viewer.
 * @returns what keys do, the marks in view that can go along with a link, what other plugins may do with the marks, and the parts that
 *   load later
 */
export function registerMarks(
  viewer: Viewer,
  store: Store,
  catalogue: SandboxCatalogue,
  open: OpenDataset,
) {
  lookUpSegments(viewer.layerManager);
  const context = new SandboxContext(viewer, store, catalogue, open);
  const location = new TrackableSidePanelLocation({
    ...DEFAULT_SIDE_PANEL_LOCATION,
    side: "right",
    // A column of its own: in one of the viewer's it would renumber the viewer's panels, and links would carry that.
    col: 1,
    row: 0,
    size: PANEL_PIXELS,
  });
  // Whoever works without a mouse goes on in the panel; whoever points at something goes on there.
  let entering = false;
  registerQueryState(viewer, context);
  viewer.state.add("clioMarks", {
    changed: location.changed,
    reset: () => location.reset(),
    restoreState: (json: unknown) => location.restoreState(json),
    toJSON: (): unknown => emptyToUndefined(location.toJSON()),
  });
  viewer.registerDisposer(
    viewer.sidePanelManager.registerPanel({
      location,
      makePanel: () => {
        const panel = new LazyPanel(viewer.sidePanelManager, location, {
          title: "Marks",
          load: async (body) => {
            const { MarksView } = await loadView();
            return new MarksView(body, context);
          },
          kept: "Your marks are on this machine, and points can still be placed.",
        });
        if (entering) panel.enter();
        entering = false;
        return panel;
      },
    }),
  );
  viewer.registerDisposer(new ViewBox(viewer, context));
  const banner = viewer.registerDisposer(new ProblemBanner(context, location));
  // Beside the viewer and not inside, so that no key pressed in it is one of the viewer's.
  document.body.append(banner.element);
  const { history } = context;
  const toast = viewer.registerDisposer(new UndoToast(history));
  document.body.append(toast.element);
  viewer.registerDisposer(listenForUndo(history));
  const mover = viewer.registerDisposer(new MarkMover(viewer));
  viewer.registerDisposer(
    new FileDrop(document.body, (files) => void importMarks(context, files)),
  );
  const toggle = () => {
    location.visible = !location.visible;
  };
  addPanelButton(viewer, location, {
    label: "Marks",
    icon: "list",
    key: keyOf("toggle-marks-panel"),
    run: toggle,
  });
  const shared = viewer.registerDisposer(new SharedNotices(context));
  document.body.append(shared.element);
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-marks-panel": () => {
      entering = !location.visible && !context.isPointedAt;
      toggle();
    },
    "grab-mark": () => mover.grab(),
    undo: () => history.undo(),
    redo: () => history.redo(),
    "place-point": () => {
      context.placePoint().catch((error: Error) => {
        new StatusMessage().setErrorMessage(
          `The point was not placed: ${error.message}`,
        );
      });
    },
  };
  return {
    keys,
    toShare: () => marksToShare(context),
    desk: new MarksDesk(context),
    parts: [
      () => loadBackend(viewer.dataContext.rpc),
      loadView,
      loadSelectionForm,
      loadExchange,
    ],
  };
}
