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
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { registerRPC } from "neuroglancer/unstable/worker_rpc.js";
import { registerEllipsoidOutlines } from "../../../neuroglancer/ellipsoid_outline.js";
import { registerBatches } from "../../../neuroglancer/point_batches.js";
import type { KeyAction } from "../model/keys.js";
import type { Store } from "../store/store.js";
import { beginOnce } from "../ui/begin_once.js";
import { PluginPanel } from "../ui/plugin_panel.js";
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
import { MarkMover } from "./shapes/mark_mover.js";
import { SHAPES } from "./shapes/shape.js";
import { marksToShare } from "./shared/marks_to_share.js";
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

const loadLookups = () =>
  import(/* webpackChunkName: "marks" */ "./segments/segment_lookups.js");

const loadNotices = () =>
  import(/* webpackChunkName: "marks" */ "./shared/shared_notices.js");

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
  const context = new SandboxContext(viewer, store, catalogue, open);
  const panel = new PluginPanel(viewer, {
    title: "Marks",
    label: "Marks",
    icon: "list",
    action: "toggle-marks-panel",
    row: 0,
    size: PANEL_PIXELS,
    load: loadView,
    makeView: ({ MarksView }, body) => new MarksView(body, context),
    // Whoever works without a mouse goes on in the panel; whoever points at something goes on there.
    enters: () => !context.isPointedAt,
    subject: "The panel of marks",
    kept: "Your marks are on this machine, and points can still be placed.",
  });
  registerQueryState(viewer, context);
  viewer.state.add("clioMarks", panel.state);
  viewer.registerDisposer(new ViewBox(viewer, context));
  const banner = viewer.registerDisposer(
    new ProblemBanner(context, panel.location),
  );
  // Beside the viewer and not inside, so that no key pressed in it is one of the viewer's.
  document.body.append(banner.element);
  const { history } = context;
  const toast = viewer.registerDisposer(new UndoToast(history));
  document.body.append(toast.element);
  viewer.registerDisposer(listenForUndo(history));
  const mover = viewer.registerDisposer(new MarkMover(viewer));
  const drop = viewer.registerDisposer(
    new FileDrop(document.body, (files) => void importMarks(context, files)),
  );
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-marks-panel": panel.toggle,
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
  const desk = new MarksDesk(context);
  return {
    keys,
    toShare: () => marksToShare(context),
    desk,
    drop,
    /** The selected mark, as a place for other plugins; meant where the focus is among the marks. */
    origin: {
      label: "Add the selected mark",
      isMeant: () => panel.hasFocus,
      find: () => desk.selectedPlace(),
    },
    parts: [
      () => loadBackend(viewer.dataContext.rpc),
      beginOnce(loadNotices, ({ SharedNotices }) => {
        const notices = viewer.registerDisposer(new SharedNotices(context));
        document.body.append(notices.element);
        notices.update();
      }),
      beginOnce(loadLookups, ({ lookUpSegments }) =>
        lookUpSegments(viewer.layerManager),
      ),
      loadView,
      loadSelectionForm,
      loadExchange,
    ],
  };
}
