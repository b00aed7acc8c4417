import { StatusMessage } from "neuroglancer/unstable/status.js";
import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import { emptyToUndefined } from "neuroglancer/unstable/util/json.js";
import type { Trackable } from "neuroglancer/unstable/util/trackable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import type { IconName } from "./icons.js";
import { LazyPanel, type PanelView } from "./lazy_panel.js";
import { addPanelButton } from "./panel_button.js";

export interface PluginPanelOptions<Plugin> {
  /** The panel's title, and the label of its button in the top bar. */
  readonly title: string;
  readonly label: string;
  readonly icon: IconName;
  /** What the key is bound to that shows or hides it. */
  readonly action: KeyAction;
  /** Which of Clio's panels it is from the top where several are open, and its width in pixels until a person changes it. */
  readonly row: number;
  readonly size: number;
  /** Loads the plugin, or the part of it that fills the panel. It is asked once, and after a failure again. */
  readonly load: () => Promise<Plugin>;
  readonly makeView: (plugin: Plugin, body: HTMLElement) => PanelView;
  /** Whether whoever opens the panel goes on in it: always, where nothing is said. */
  readonly enters?: () => boolean;
  /** What could not be loaded where that fails, as the beginning of a sentence, and what a person still has then. */
  readonly subject: string;
  readonly kept: string;
}

/** A plugin that loads when it is first needed, and its side panel: what is in the first load of a page for it. */
export class PluginPanel<Plugin> {
  readonly location: TrackableSidePanelLocation;
  private loading: Promise<Plugin> | undefined;
  private entering = false;

  constructor(
    viewer: Viewer,
    private readonly options: PluginPanelOptions<Plugin>,
  ) {
    const { title, label, icon, action, row, size, makeView, kept } = options;
    const location = new TrackableSidePanelLocation({
      ...DEFAULT_SIDE_PANEL_LOCATION,
      side: "right",
      // A column of their own: in one of the viewer's they would renumber the viewer's panels, and links would carry that.
      col: 1,
      row,
      size,
    });
    this.location = location;
    const { sidePanelManager } = viewer;
    viewer.registerDisposer(
      sidePanelManager.registerPanel({
        location,
        makePanel: () => {
          const panel = new LazyPanel(sidePanelManager, location, {
            title,
            load: async (body) => makeView(await this.load(), body),
            kept,
          });
          if (this.entering) panel.enter();
          this.entering = false;
          return panel;
        },
      }),
    );
    addPanelButton(viewer, location, {
      label,
      icon,
      key: keyOf(action),
      run: this.toggle,
    });
  }

  /** Where the panel is, as links carry it. */
  get state(): Trackable {
    const { location } = this;
    return {
      changed: location.changed,
      reset: () => location.reset(),
      restoreState: (json: unknown) => location.restoreState(json),
      toJSON: (): unknown => emptyToUndefined(location.toJSON()),
    };
  }

  /** The plugin, from when it was first needed on. */
  get loaded(): Promise<Plugin> | undefined {
    return this.loading;
  }

  /** Whether the focus is in the panel. */
  get hasFocus(): boolean {
    const panel = document.activeElement?.closest(".clio-side-panel");
    return panel?.getAttribute("aria-label") === this.options.title;
  }

  /** Shows or hides the panel. */
  readonly toggle = (): void => {
    const { location, options } = this;
    this.entering = !location.visible && (options.enters?.() ?? true);
    location.visible = !location.visible;
  };

  /** Does something with the plugin as soon as it is loaded; says where it cannot be. */
  use(act: (plugin: Plugin) => unknown): void {
    const { subject, kept } = this.options;
    void this.load().then(act, (error: unknown) =>
      new StatusMessage().setErrorMessage(
        `${subject} could not be loaded: ${whyNotLoaded(error)} ${kept}`,
      ),
    );
  }

  /** The plugin, loaded where it was not needed before. Rejects where it cannot be. */
  load(): Promise<Plugin> {
    this.loading ??= this.options.load();
    // Where the server was away it is asked again the next time.
    this.loading.catch(() => (this.loading = undefined));
    return this.loading;
  }
}
