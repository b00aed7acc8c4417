import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  type ActionEvent,
  EventActionMap,
  registerActionListener,
} from "neuroglancer/unstable/util/event_action_map.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { bindingsOf, type KeyAction } from "../model/keys.js";

/** Above the viewer's own keys and those of Clio that act everywhere. */
const ABOVE = 10;
/** Below them: nothing is taken over, and the viewer's help lists the keys all the same. */
const BELOW = -10;

/** What has a use of its own for a key while it has the focus. */
const TAKING: Readonly<Partial<Record<KeyAction, string>>> = {
  "match-go": "a, button, input, select, summary, textarea",
  "match-skip": "button, input, select, summary",
  // A letter chooses an option.
  "match-accept": "select",
  "match-reject": "select",
};

/** The single keys of reviewing matches. They act while the search panel has the focus, and not while a person types. */
export class SearchKeys extends RefCounted {
  private readonly keys = new EventActionMap();
  private active = false;

  constructor(
    private readonly viewer: Viewer,
    private readonly panel: HTMLElement,
    acts: Readonly<Partial<Record<KeyAction, () => void>>>,
  ) {
    super();
    this.keys.label = "Reviewing matches";
    for (const [input, action] of Object.entries(
      bindingsOf("reviewing matches"),
    )) {
      // What is under the focus is to be pressed by its own keys.
      const preventDefault = TAKING[action] === undefined;
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
    return this.viewer.inputEventBindings.global;
  }

  private listen(action: KeyAction, act: () => void): void {
    this.registerDisposer(
      registerActionListener(
        this.viewer.element,
        action,
        ({ detail }: ActionEvent<KeyboardEvent>) => {
          if (!this.active) return;
          const taking = TAKING[action];
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
    const active = this.panel.contains(document.activeElement);
    if (active === this.active || this.wasDisposed) return;
    this.active = active;
    this.global.removeParent(this.keys);
    this.global.addParent(this.keys, active ? ABOVE : BELOW);
  }
}
