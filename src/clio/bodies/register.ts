// The page's side of bodies: the panel. All else loads when it is first needed.
import type { KeyAction } from "../model/keys.js";
import type { Store } from "../store/store.js";
import { PluginPanel } from "../ui/plugin_panel.js";
import type { BodiesContext, BodiesPlugin } from "./bodies_plugin.js";
import { BodiesState } from "./bodies_state.js";

/** Width of the panel until a person changes it: that of the panel of marks. */
const PANEL_PIXELS = 590;

const loadUnsent = () =>
  import(/* webpackChunkName: "bodies" */ "./unsent_edits.js");

/** What else people have in this browser, as far as edits of bodies have to do with it. */
interface Belongings {
  undelivered(user: string): Promise<number>;
  forget(user: string): Promise<void>;
}

/**
 * Adds what is written of bodies to a viewer.
 * @returns what keys do, the part that loads later, and what becomes of what people have here when they sign out
 */
export function registerBodies(
  given: Omit<BodiesContext, "state" | "store">,
  store: Store,
) {
  const { viewer } = given;
  const panel = new PluginPanel(viewer, {
    title: "Bodies",
    label: "Bodies",
    icon: "tag",
    action: "toggle-bodies-panel",
    // Below Clio's other panels: each has a row of its own.
    row: 5,
    size: PANEL_PIXELS,
    load: async (): Promise<BodiesPlugin> => {
      const { BodiesPlugin } = await import(
        /* webpackChunkName: "bodies" */ "./bodies_plugin.js"
      );
      return viewer.registerDisposer(new BodiesPlugin(context));
    },
    makeView: (plugin, body) => plugin.makeView(body),
    subject: "The panel of bodies",
    kept: "What is written of bodies is at the server.",
  });
  const state = new BodiesState(panel.location);
  const context = { ...given, state, store };
  viewer.state.add("clioBodies", state);
  // What a link shows beside what it says itself is known to what loads later.
  state.restored.add(() => {
    if ((state.asked as { kept?: unknown } | undefined)?.kept !== undefined) {
      panel.use(() => undefined);
    }
  });
  store.undoStack.carriers.set("bodies", async (what, direction) =>
    (await panel.load()).carry(what, direction),
  );
  const keys: Partial<Record<KeyAction, () => void>> = {
    "toggle-bodies-panel": panel.toggle,
  };
  return {
    keys,
    // It says what cells are called where nobody else does.
    parts: [() => panel.load()],
    signedOut: () => void indexedDB.deleteDatabase("clio-bodies"),
    withUnsent: <T extends Belongings>(others: T): T => ({
      ...others,
      undelivered: async (user) =>
        (await others.undelivered(user)) +
        (await (await loadUnsent()).countUnsent(user)),
      forget: async (user) => {
        await (await loadUnsent()).forgetUnsent(user);
        await others.forget(user);
      },
    }),
  };
}
