// The page's side of merges: the layer, and what loads all else when it is first needed.
import {
  makeLayer,
  registerLayerType,
  registerLayerTypeDetector,
} from "neuroglancer/unstable/layer/index.js";
import type {
  DataSource,
  GetDataSourceOptions,
} from "neuroglancer/unstable/datasource/index.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import { emptyToUndefined } from "neuroglancer/unstable/util/json.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import type { Store } from "../store/store.js";
import { LazyPanel } from "../ui/lazy_panel.js";
import { addPanelButton } from "../ui/panel_button.js";
import type { MergePlaces } from "./merge_desk.js";
import { isMergeGraph, MergeLayer } from "./merge_layer.js";
import type { MergesPlugin } from "./merges_plugin.js";
import { mergesUrl, parseMergesPath } from "./merges_url.js";

/** Above upstream's detectors, none of which knows a graph alone. */
const DETECTOR_PRIORITY = 1;

/** Width of the panel until a person changes it: that of the panel of marks, above which it stands where both are open. */
const PANEL_PIXELS = 590;

/** Name of the layer of merges where Clio adds it. */
const LAYER_NAME = "merges";

registerLayerType(MergeLayer);
registerLayerTypeDetector(({ segmentationGraph }) =>
  isMergeGraph(segmentationGraph)
    ? { layerConstructor: MergeLayer, priority: DETECTOR_PRIORITY }
    : undefined,
);

const loadPlugin = () =>
  import(/* webpackChunkName: "merges" */ "./merges_plugin.js");

/** The sources of merges; see `FurtherSource` of the marks. */
export function mergeSources(
  store: Store,
): (options: GetDataSourceOptions) => Promise<DataSource> | undefined {
  return ({ providerUrl }) => {
    const segmentation = parseMergesPath(providerUrl);
    return (
      segmentation &&
      loadPlugin().then(({ mergeSource }) => mergeSource(store, segmentation))
    );
  };
}

/** A person's merges of a layer's segments: their layer as it stands in a link, and the source that the segmentation gets. */
export function mergesOfLayer(
  dataset: string,
  version: string | undefined,
  segmentation: string,
) {
  const source = mergesUrl({ dataset, version: version ?? "" });
  const { type } = MergeLayer;
  return { source, layer: { name: LAYER_NAME, type, source, segmentation } };
}

/** What merging needs to know of the dataset catalogue. */
interface MergesCatalogue {
  findImage(id: string): Promise<
    | {
        /** Name of the segmentation whose segments can be merged, and its version. */
        readonly segmentation: string | undefined;
        readonly segmentationVersion: string | undefined;
      }
    | undefined
  >;
}

/**
 * Adds merging to a viewer: its keys, and the panel of merges.
 * @param open which dataset is open
 * @returns what keys do, and the part that loads later
 */
export function registerMerges(
  viewer: Viewer,
  catalogue: MergesCatalogue,
  open: { readonly dataset: string | undefined },
  places: MergePlaces,
) {
  let loading: Promise<MergesPlugin> | undefined;
  const load = () => {
    loading ??= loadPlugin().then(({ MergesPlugin }) =>
      viewer.registerDisposer(new MergesPlugin(viewer, places)),
    );
    // Where the server was away it is asked again the next time.
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const withPlugin = (act: (plugin: MergesPlugin) => unknown) =>
    void load().then(act, (error: unknown) =>
      new StatusMessage().setErrorMessage(
        `Merging could not be loaded: ${whyNotLoaded(error)} Your merges are on this machine.`,
      ),
    );
  /** What adds the layer of merges to a view of a dataset whose segments can be merged. */
  const addLayer = async () => {
    const { dataset } = open;
    if (dataset === undefined) return undefined;
    const { segmentation, segmentationVersion } =
      (await catalogue.findImage(dataset)) ?? {};
    const { layerManager, layerSpecification } = viewer;
    if (segmentation === undefined) return undefined;
    if (layerManager.getLayerByName(segmentation) === undefined) {
      return undefined;
    }
    const merges = mergesOfLayer(dataset, segmentationVersion, segmentation);
    return () => {
      const name = layerManager.getUniqueLayerName(LAYER_NAME);
      layerSpecification.add(makeLayer(layerSpecification, name, merges.layer));
    };
  };
  const location = new TrackableSidePanelLocation({
    ...DEFAULT_SIDE_PANEL_LOCATION,
    side: "right",
    // Below the panels of marks and of the search where these are open.
    col: 1,
    row: 2,
    size: PANEL_PIXELS,
  });
  viewer.state.add("clioMerges", {
    changed: location.changed,
    reset: () => location.reset(),
    restoreState: (json: unknown) => location.restoreState(json),
    toJSON: (): unknown => emptyToUndefined(location.toJSON()),
  });
  let entering = false;
  viewer.registerDisposer(
    viewer.sidePanelManager.registerPanel({
      location,
      makePanel: () => {
        const panel = new LazyPanel(viewer.sidePanelManager, location, {
          title: "Merges",
          load: async (body) => (await load()).makeView(body, addLayer),
          kept: "Your merges are on this machine.",
        });
        if (entering) panel.enter();
        entering = false;
        return panel;
      },
    }),
  );
  const toggle = () => {
    entering = !location.visible;
    location.visible = !location.visible;
  };
  addPanelButton(viewer, location, {
    label: "Merges",
    icon: "merge",
    key: keyOf("toggle-merges-panel"),
    run: toggle,
  });
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-merges-panel": toggle,
    "merge-selected": () => withPlugin(({ desk }) => desk.mergeSelected()),
    "unmerge-selected": () => withPlugin(({ desk }) => desk.unmergeSelected()),
    "toggle-merge-mode": () => withPlugin(({ mode }) => mode.toggle()),
  };
  return { keys, parts: [loadPlugin] };
}
