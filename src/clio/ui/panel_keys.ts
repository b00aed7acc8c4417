import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  type ActionEvent,
  EventActionMap,
  registerActionListener,
} from "neuroglancer/unstable/util/event_action_map.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { bindingsOf, type KeyAction, type KeyMode } from "../model/keys.js";

/** Above the viewer's own keys and those of Clio that act everywhere. */
const ABOVE = 10;
/** Below them: nothing is taken over, and the viewer's help lists the keys all the same. */
const BELOW = -10;

interface PanelKeysOptions {
  readonly viewer: Viewer;
  readonly panel: HTMLElement;
  readonly mode: KeyMode;
  /** What the viewer's help calls them. */
  readonly label: string;
  readonly acts: Readonly<Partial<Record<KeyAction, () => void>>>;
  /** What has a use of its own for a key while it has the focus, as a selector. */
  readonly taking?: Readonly<Partial<Record<KeyAction, string>>>;
}

/** The single keys of a panel. They act while it has the focus, and not while a person types. */
export class PanelKeys extends RefCounted {
  private readonly keys = new EventActionMap();
  private active = false;

  constructor(private readonly options: PanelKeysOptions) {
    super();
    const { panel, mode, label, acts, taking } = options;
    this.keys.label = label;
    for (const [input, action] of Object.entries(bindingsOf(mode))) {
      // What is under the focus is to be pressed by its own keys.
      const preventDefault = taking?.[action] === undefined;
      this.keys.set(input, { action, preventDefault });
    }
    this.global.addParent(this.keys, BELOW);
    this.registerDisposer(() => this.global.removeParent(this.keys));
    for (const [action, act] of Object.entries(acts)) {
      this.listen(action as KeyAction, act);
    }
    for (const event of ["focusin", "focusout"]) {
      this.registerEventListener(panel, event, () =>
        // The focus has arrived where it goes by the next turn.
        queueMicrotask(() => this.update()),
      );
    }
    this.update();
  }

  private get global(): EventActionMap {
    return this.options.viewer.inputEventBindings.global;
  }

  private listen(action: KeyAction, act: () => void): void {
    this.registerDisposer(
      registerActionListener(
        this.options.viewer.element,
        action,
        ({ detail }: ActionEvent<KeyboardEvent>) => {
          if (!this.active) return;
          const taking = this.options.taking?.[action];
          if (taking !== undefined) {
            if (detail.defaultPrevented) return;
            if ((detail.target as Element).matches(taking)) return;
            // Else Space scrolls.
            detail.preventDefault();
          }
          act();
        },
      ),
    );
  }

  /** Puts the keys above those of the viewer while the panel has the focus, and below them else. */
  private update(): void {
    const active = this.options.panel.contains(document.activeElement);
    if (active === this.active || this.wasDisposed) return;
    this.active = active;
    this.global.removeParent(this.keys);
    this.global.addParent(this.keys, active ? ABOVE : BELOW);
  }
}
