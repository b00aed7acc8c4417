import { StatusMessage } from "neuroglancer/unstable/status.js";
import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
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
import { bindingsOf, type KeyAction, keyOf } from "../model/keys.js";
import { addPanelButton } from "../ui/panel_button.js";
import { LazyPanel } from "../ui/lazy_panel.js";
import type { MarkKeeper } from "./mark_keeper.js";
import { loadCsv } from "./saved/load_csv.js";
import { loadSaved, SearchBelongings } from "./saved/search_belongings.js";
import type { SearchPlugin } from "./search_plugin.js";
import { SearchState } from "./search_state.js";
import type { SearchCatalogue } from "./searched_image.js";
import type { OpenDataset } from "./wayback.js";

/** Width of the panel until a person changes it: four thumbnails of the middle size beside each other. */
const PANEL_PIXELS = 520;

/** A press that moved further than this many pixels was a drag. */
const CLICK_TOLERANCE_PIXELS = 3;

const clickAction = "search-like-this" satisfies KeyAction;

/** What the plugin of the search adds to a viewer. */
export interface RegisteredSearch {
  /** What keys do. */
  readonly keys: Partial<Record<KeyAction, () => void>>;
  /** The searches that people have saved in this browser. */
  readonly belongings: SearchBelongings;
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
  const location = new TrackableSidePanelLocation({
    ...DEFAULT_SIDE_PANEL_LOCATION,
    side: "right",
    // Below the panel of marks where both are open.
    col: 1,
    row: 1,
    size: PANEL_PIXELS,
  });
  const state = new SearchState(location);
  const context = {
    viewer,
    catalogue,
    open,
    keeper,
    state,
    user,
    openDataset,
  };
  const belongings = new SearchBelongings();
  let loading: Promise<SearchPlugin> | undefined;
  const load = () => {
    loading ??= Promise.all([loadPlugin(), belongings.shelf()]).then(
      ([{ SearchPlugin }, shelf]) =>
        viewer.registerDisposer(new SearchPlugin(context, shelf)),
    );
    // Where the server was away it is asked again the next time.
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const withPlugin = (act: (plugin: SearchPlugin) => unknown) =>
    void load().then(act, (error: Error) =>
      new StatusMessage().setErrorMessage(
        `The search could not be loaded: ${error.message}. See that the server runs (npm start), then try again.`,
      ),
    );
  viewer.state.add("clioMatches", state);
  let entering = false;
  viewer.registerDisposer(
    viewer.sidePanelManager.registerPanel({
      location,
      makePanel: () => {
        const panel = new LazyPanel(viewer.sidePanelManager, location, {
          title: "Search by example",
          load: async (body) => (await load()).makeView(body),
          kept: "Your marks are on this machine.",
        });
        if (entering) panel.enter();
        entering = false;
        return panel;
      },
    }),
  );
  listenForClicks(viewer, (pixel) =>
    withPlugin((plugin) => plugin.searchUnder(pixel)),
  );
  listenForAim(viewer, (pixel) => withPlugin((plugin) => plugin.aimAt(pixel)));
  const toggle = () => {
    entering = !location.visible;
    location.visible = !location.visible;
  };
  addPanelButton(viewer, location, {
    label: "Search",
    icon: "search",
    key: keyOf("toggle-search-panel"),
    run: toggle,
  });
  const keys = {
    "toggle-search-panel": toggle,
    "search-at-cross-hair": () =>
      withPlugin((plugin) => plugin.searchAtCrossHair()),
  };
  return { keys, belongings, parts: [loadPlugin, loadSaved, loadCsv] };
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
  let press = { x: 0, y: 0, isOnMark: false };
  viewer.registerEventListener(
    viewer.element,
    "pointerdown",
    (event: Event) => {
      const { clientX: x, clientY: y, altKey } = event as PointerEvent;
      const { display, mouseState } = viewer;
      const isOnMark =
        altKey &&
        lookUnderPointer(display, mouseState) &&
        mouseState.pickedAnnotationId !== undefined;
      press = { x, y, isOnMark };
    },
    { capture: true },
  );
  viewer.registerDisposer(
    registerActionListener(
      viewer.element,
      clickAction,
      ({ detail }: ActionEvent<MouseEvent>) => {
        const { clientX: x, clientY: y } = detail;
        const moved = Math.hypot(x - press.x, y - press.y);
        if (press.isOnMark || moved > CLICK_TOLERANCE_PIXELS) return;
        clicked({ x, y });
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
