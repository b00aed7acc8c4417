import { EventActionMap } from "neuroglancer/unstable/util/event_action_map.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { bindingsOf, type KeyAction } from "../model/keys.js";

/**
 * Binds the keys of Clio that act everywhere; the viewer's help lists them under "Clio".
 * @param actions what they do, as the plugins say
 */
export function bindKeys(
  viewer: Viewer,
  actions: Partial<Record<KeyAction, () => void>>,
): void {
  viewer.inputEventBindings.global.addParent(
    EventActionMap.fromObject(bindingsOf("everywhere"), { label: "Clio" }),
    // Above the viewer's own keys: a binding that takes one of them over says so in the table.
    0,
  );
  for (const [action, run] of Object.entries(actions)) {
    viewer.bindAction(action, run);
  }
}
