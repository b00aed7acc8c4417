import {
  type ActionEvent,
  EventActionMap,
  registerActionListener,
} from "neuroglancer/unstable/util/event_action_map.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  lookUnderPointer,
  type Pixel,
} from "../../../neuroglancer/data_panel.js";
import { bindingsOf, type KeyAction } from "../model/keys.js";
import { followPress } from "../ui/clicks.js";
import { PluginPanel } from "../ui/plugin_panel.js";
import type { MarkKeeper } from "./mark_keeper.js";
import { loadCsv } from "./saved/load_csv.js";
import { loadSaved, SearchBelongings } from "./saved/search_belongings.js";
import type { SearchPlugin } from "./search_plugin.js";
import { SearchState } from "./search_state.js";
import type { SearchCatalogue } from "./searched_image.js";
import type { OpenDataset } from "./wayback.js";

/** Width of the panel until a person changes it: four thumbnails of the middle size beside each other. */
const PANEL_PIXELS = 520;

const clickAction = "search-like-this" satisfies KeyAction;

/** What the plugin of the search adds to a viewer. */
export interface RegisteredSearch {
  /** What keys do. */
  readonly keys: Partial<Record<KeyAction, () => void>>;
  /** The searches that people have saved in this browser. */
  readonly belongings: SearchBelongings;
  /** The match that is looked at, as a place for other plugins; meant where the focus is among the matches. */
  readonly origin: {
    readonly label: string;
    readonly isMeant: () => boolean;
    readonly find: () => Promise<SearchPlugin["activePlace"]>;
  };
  /** What was found in the dataset in view. */
  readonly matches: () => Promise<SearchPlugin["matches"]>;
  /** The parts that load later. */
  readonly parts: readonly (() => Promise<unknown>)[];
}

const loadPlugin = () =>
  import(/* webpackChunkName: "search" */ "./search_plugin.js");

/**
 * Adds the search by example to a viewer: its panel, and what begins a search. All else loads when it is first needed.
 *
 * @param user whose searches are saved
 * @param openDataset opens the dataset of a match
 */
export function registerSearch(
  viewer: Viewer,
  catalogue: SearchCatalogue,
  open: { readonly dataset: string | undefined },
  keeper: MarkKeeper,
  user: string,
  openDataset: OpenDataset,
): RegisteredSearch {
  const belongings = new SearchBelongings();
  const panel = new PluginPanel(viewer, {
    title: "Search by example",
    label: "Search",
    icon: "search",
    action: "toggle-search-panel",
    // Below the panel of marks.
    row: 1,
    size: PANEL_PIXELS,
    load: async (): Promise<SearchPlugin> => {
      const [{ SearchPlugin }, shelf] = await Promise.all([
        loadPlugin(),
        belongings.shelf(),
      ]);
      return viewer.registerDisposer(new SearchPlugin(context, shelf));
    },
    makeView: (plugin, body) => plugin.makeView(body),
    subject: "The search",
    kept: "Your marks are on this machine.",
  });
  const state = new SearchState(panel.location);
  const context = {
    viewer,
    catalogue,
    open,
    keeper,
    state,
    user,
    openDataset,
  };
  viewer.state.add("clioMatches", state);
  listenForClicks(viewer, (pixel) =>
    panel.use((plugin) => plugin.searchUnder(pixel)),
  );
  listenForAim(viewer, (pixel) => panel.use((plugin) => plugin.aimAt(pixel)));
  const keys = {
    "toggle-search-panel": panel.toggle,
    "search-at-cross-hair": () =>
      panel.use((plugin) => plugin.searchAtCrossHair()),
  };
  const origin = {
    label: "Add the match",
    isMeant: () => panel.hasFocus,
    find: async () => (await panel.loaded)?.activePlace,
  };
  const matches = async () => (await panel.loaded)?.matches ?? [];
  return {
    keys,
    belongings,
    origin,
    matches,
    parts: [loadPlugin, loadSaved, loadCsv],
  };
}

/** Tells of each click that asks for what is like a place: in a slice, with no drag, and not on a mark, which Alt takes hold of. */
function listenForClicks(
  viewer: Viewer,
  clicked: (pixel: Pixel) => void,
): void {
  viewer.inputEventBindings.sliceView.addParent(
    EventActionMap.fromObject(bindingsOf("pointing at a slice"), {
      label: "Clio: in slices",
    }),
    0,
  );
  const press = followPress(viewer);
  let isOnMark = false;
  viewer.registerEventListener(
    viewer.element,
    "pointerdown",
    (event: Event) => {
      const { display, mouseState } = viewer;
      isOnMark =
        (event as PointerEvent).altKey &&
        lookUnderPointer(display, mouseState) &&
        mouseState.pickedAnnotationId !== undefined;
    },
    { capture: true },
  );
  viewer.registerDisposer(
    registerActionListener(
      viewer.element,
      clickAction,
      ({ detail }: ActionEvent<MouseEvent>) => {
        if (isOnMark || !press.isClick(detail)) return;
        clicked({ x: detail.clientX, y: detail.clientY });
      },
    ),
  );
}

/** Tells of the first time that a person holds Alt over the view: what shows the patch then listens by itself. */
function listenForAim(viewer: Viewer, aimed: (pixel: Pixel) => void): void {
  const listening = new AbortController();
  viewer.registerDisposer(() => listening.abort());
  viewer.element.addEventListener(
    "pointermove",
    ({ altKey, buttons, clientX: x, clientY: y }) => {
      if (!altKey || buttons !== 0) return;
      listening.abort();
      aimed({ x, y });
    },
    { signal: listening.signal },
  );
}
