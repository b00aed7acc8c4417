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
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { KeyAction } from "../model/keys.js";
import type { Store } from "../store/store.js";
import type { CellNames } from "../ui/cell_names.js";
import { PluginPanel } from "../ui/plugin_panel.js";
import type { MergePlaces } from "./merge_desk.js";
import { isMergeGraph, MergeLayer } from "./merge_layer.js";
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
 * @param names what segments are called
 * @param person who sits before the screen
 * @returns what keys do, and the part that loads later
 */
export function registerMerges(
  viewer: Viewer,
  catalogue: MergesCatalogue,
  open: { readonly dataset: string | undefined },
  places: MergePlaces,
  names: CellNames,
  person: string,
) {
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
  const panel = new PluginPanel(viewer, {
    title: "Merges",
    label: "Merges",
    icon: "merge",
    action: "toggle-merges-panel",
    // Below the panels of marks and of the search.
    row: 2,
    size: PANEL_PIXELS,
    load: async () => {
      const { MergesPlugin } = await loadPlugin();
      return viewer.registerDisposer(
        new MergesPlugin(viewer, places, names, person),
      );
    },
    makeView: (plugin, body) => plugin.makeView(body, addLayer),
    subject: "Merging",
    kept: "Your merges are on this machine.",
  });
  viewer.state.add("clioMerges", panel.state);
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-merges-panel": panel.toggle,
    "merge-selected": () => panel.use(({ desk }) => desk.mergeSelected()),
    "unmerge-selected": () => panel.use(({ desk }) => desk.unmergeSelected()),
    "toggle-merge-mode": () => panel.use(({ mode }) => mode.toggle()),
  };
  return { keys, parts: [loadPlugin] };
}
