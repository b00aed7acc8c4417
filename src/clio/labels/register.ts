// The page's side of volumes of labels: the panel and its button. All else loads when it is first needed.
import type { KeyAction } from "../model/keys.js";
import { labelFormatOf } from "../model/label_formats.js";
import { PluginPanel } from "../ui/plugin_panel.js";
import { anyFollows } from "./any_follows.js";
import type { LabelsContext } from "./labels_session.js";

/** Width of the panel until a person changes it: that of the panels above it. */
const PANEL_PIXELS = 590;

/**
 * Adds volumes of labels to a viewer.
 * @returns what keys do, the part that may load later, and what takes the files of labels among those that are dropped
 */
export function registerLabels(context: LabelsContext) {
  const { viewer } = context;
  const panel = new PluginPanel(viewer, {
    title: "Labels",
    label: "Labels",
    icon: "import",
    action: "toggle-labels-panel",
    row: 7,
    size: PANEL_PIXELS,
    async load() {
      const { LabelsPlugin } = await import(
        /* webpackChunkName: "labels" */ "./labels_plugin.js"
      );
      return viewer.registerDisposer(new LabelsPlugin(context));
    },
    makeView: (plugin, body) => plugin.makeView(body),
    subject: "The volumes of labels",
    kept: "Those that are in view stay there.",
  });
  viewer.state.add("clioLabels", panel.state);
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-labels-panel": panel.toggle,
  };
  return {
    keys,
    // What marks follow goes on without the panel.
    parts: [async () => void (anyFollows() && (await panel.load()))],
    takeFiles: (files: readonly File[]): readonly File[] => {
      const taken = files.filter(({ name }) => labelFormatOf(name));
      if (taken.length > 0) {
        panel.location.visible = true;
        panel.use((plugin) => plugin.bring(taken));
      }
      return files.filter((file) => !taken.includes(file));
    },
  };
}
