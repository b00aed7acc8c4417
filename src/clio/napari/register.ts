// The page's side of the way to napari: the panel. All else loads when it is first needed.
import type { KeyAction } from "../model/keys.js";
import { PluginPanel } from "../ui/plugin_panel.js";
import type { NapariContext, NapariPlugin } from "./napari_plugin.js";

/** Width of the panel until a person changes it. */
const PANEL_PIXELS = 420;

const loadPlugin = () =>
  import(/* webpackChunkName: "napari" */ "./napari_plugin.js");

/**
 * Adds the way to napari to a viewer.
 * @returns what keys do, and the part that loads later
 */
export function registerNapari(context: NapariContext) {
  const { viewer } = context;
  const panel = new PluginPanel(viewer, {
    title: "To napari",
    label: "napari",
    icon: "export",
    action: "toggle-napari-panel",
    // Below all other panels: of two in one row a link would carry where one went.
    row: 6,
    size: PANEL_PIXELS,
    load: async (): Promise<NapariPlugin> => {
      const { NapariPlugin } = await loadPlugin();
      return viewer.registerDisposer(new NapariPlugin(context));
    },
    makeView: (plugin, body) => plugin.makeView(body),
    subject: "The way to napari",
    kept: "Your marks are on this machine.",
  });
  viewer.state.add("clioNapari", panel.state);
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-napari-panel": panel.toggle,
  };
  return { keys, parts: [loadPlugin] };
}
