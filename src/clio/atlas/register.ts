// The page's side of the atlas: the layer, and what loads all else when it is first needed.
import { registerLayerType } from "neuroglancer/unstable/layer/index.js";
import { registerTool } from "neuroglancer/unstable/ui/tool.js";
import type { KeyAction } from "../model/keys.js";
import type { Store } from "../store/store.js";
import { PluginPanel } from "../ui/plugin_panel.js";
import type { AtlasContext } from "./atlas_desk.js";
import { AtlasLayer, PLACE_TOOL, PlaceTool } from "./atlas_layer.js";
import type { AtlasPlugin } from "./atlas_plugin.js";
import { AtlasState } from "./atlas_state.js";
import { hasPictures } from "./picture_belongings.js";

export { withPictures } from "./picture_belongings.js";

/** Width of the panel until a person changes it: three cards beside each other. */
const PANEL_PIXELS = 710;

registerLayerType(AtlasLayer);

const loadPlugin = () =>
  import(/* webpackChunkName: "atlas" */ "./atlas_plugin.js");

/**
 * Adds the atlas to a viewer: its keys, and its panel.
 * @returns what keys do, and the part that loads later
 */
export function registerAtlas(
  given: Omit<AtlasContext, "state" | "person">,
  store: Store,
) {
  const { viewer } = given;
  const panel = new PluginPanel(viewer, {
    title: "Atlas",
    label: "Atlas",
    icon: "image",
    action: "toggle-atlas-panel",
    // Below the panels of marks, of the search, of merges and of connections: of two in one row a link would carry where one went.
    row: 4,
    size: PANEL_PIXELS,
    load: async (): Promise<AtlasPlugin> => {
      const { AtlasPlugin } = await loadPlugin();
      return viewer.registerDisposer(new AtlasPlugin(context, store));
    },
    makeView: (plugin, body) => plugin.makeView(body),
    subject: "The atlas",
    kept: "Your places are on this machine.",
  });
  const state = new AtlasState(panel.location);
  const context = { ...given, state, person: store.person };
  viewer.state.add("clioAtlas", state);
  registerTool(
    AtlasLayer,
    PLACE_TOOL,
    (layer) =>
      new PlaceTool(layer, (activation) =>
        panel.use((plugin) => plugin.place(activation)),
      ),
  );
  const load = () => panel.use(() => undefined);
  // The places in the views are drawn by what loads later.
  viewer.layerManager.layersChanged.add(() => {
    const { managedLayers } = viewer.layerManager;
    if (managedLayers.some(({ layer }) => layer instanceof AtlasLayer)) load();
  });
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-atlas-panel": panel.toggle,
    "atlas-add": () => panel.use((plugin) => plugin.add()),
    "atlas-place": () => panel.use((plugin) => plugin.toggleTool()),
  };
  /** What was taken here while the server was away may still be to be delivered. */
  const loadAtlas = async () => {
    await loadPlugin();
    if (await hasPictures()) load();
  };
  return { keys, parts: [loadAtlas] };
}
