import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  dispatchEventWithModifiers,
  type EventActionMap,
} from "neuroglancer/unstable/util/event_action_map.js";
import { getEventKeyName } from "neuroglancer/unstable/util/keyboard_bindings.js";

/** What is pressed and not typed in. */
const PRESSED =
  'button, input[type="checkbox"], input[type="radio"], input[type="range"]';

/**
 * Has keys with Ctrl, Alt or Meta act also while a button or the like has the focus. Upstream leaves them to the browser there, which has
 * a use for them in texts alone: after a click on a button, undo and what opens a panel would be dead.
 */
export function actOnButtonKeys(
  owner: RefCounted,
  element: HTMLElement,
  keys: EventActionMap,
): void {
  owner.registerEventListener(element, "keydown", (event: Event) => {
    const pressed = event as KeyboardEvent;
    const { target, altKey, ctrlKey, metaKey } = pressed;
    if (!(altKey || ctrlKey || metaKey)) return;
    if (!(target instanceof Element && target.matches(PRESSED))) return;
    dispatchEventWithModifiers(
      getEventKeyName(pressed),
      pressed,
      pressed,
      keys,
    );
  });
}
