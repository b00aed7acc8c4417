// The page's side of connections: the panel, and where the names of cells come from. All else loads when it is first needed.
import { registerLayerType } from "neuroglancer/unstable/layer/index.js";
import type { KeyAction } from "../model/keys.js";
import { PluginPanel } from "../ui/plugin_panel.js";
import type {
  ConnectionsContext,
  ConnectionsPlugin,
} from "./connections_plugin.js";
import { forgetKeptToken } from "./kept_token.js";
import { SynapseLayer } from "./synapse_layer.js";
import type { SynapseSources } from "./synapse_sources.js";

export { SynapseSources } from "./synapse_sources.js";

/** Width of the panel until a person changes it: that of the panel of marks, below which it stands where both are open. */
const PANEL_PIXELS = 590;

registerLayerType(SynapseLayer);

const loadPlugin = () =>
  import(/* webpackChunkName: "connections" */ "./connections_plugin.js");

/**
 * Adds the connections of cells to a viewer.
 * @param person who works in this tab
 * @param synapses the sources of layers of synapses, which are read in this viewer
 * @returns what keys do, the part that loads later, and what goes when the person signs out
 */
export function registerConnections(
  context: ConnectionsContext,
  person: string,
  synapses: SynapseSources,
) {
  const { viewer, open, names } = context;
  let made: ConnectionsPlugin | undefined;
  const load = async () => {
    const { ConnectionsPlugin } = await loadPlugin();
    made ??= viewer.registerDisposer(new ConnectionsPlugin(context, person));
    return made;
  };
  synapses.load = load;
  /** Has cells called as the neuPrint of the dataset calls them, where it has one. */
  const nameCells = async () => {
    const { dataset } = open;
    names.comeFrom(undefined);
    if (dataset === undefined) return;
    try {
      const plugin = await load();
      if (!(await plugin.hasNeuprint(dataset))) return;
      if (open.dataset !== dataset) return;
      names.comeFrom((ids) => plugin.namesIn(dataset, ids));
    } catch {
      // Segments are listed without their names. The panel says what is wrong, where somebody opens it.
    }
  };
  const begin = async () => {
    await loadPlugin();
    viewer.registerDisposer(open.changed.add(() => void nameCells()));
    await nameCells();
  };
  const panel = new PluginPanel(viewer, {
    title: "Connections",
    label: "Connections",
    icon: "connections",
    action: "toggle-connections-panel",
    // Below the panels of marks, of the search and of merges.
    row: 3,
    size: PANEL_PIXELS,
    load,
    makeView: (plugin, body) => plugin.makeView(body),
    subject: "The connections",
    kept: "What is selected stays selected.",
  });
  viewer.state.add("clioConnections", panel.state);
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-connections-panel": panel.toggle,
  };
  const signedOut = () => {
    forgetKeptToken();
    made?.forgetToken();
  };
  return { keys, parts: [begin], signedOut };
}
