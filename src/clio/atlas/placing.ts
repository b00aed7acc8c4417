import type { ToolActivation } from "neuroglancer/unstable/ui/tool.js";
import {
  type ActionEvent,
  EventActionMap,
} from "neuroglancer/unstable/util/event_action_map.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { bindingsOf, keyOf } from "../model/keys.js";
import { keyCap } from "../ui/key_cap.js";
import { followPress } from "../ui/clicks.js";
import { toolLine } from "../ui/tool_line.js";

/** Above the keys of the panel, from whose button the tool may just have been taken. */
const ABOVE = 20;

const INPUTS = EventActionMap.fromObject(bindingsOf("placing"), {
  label: "Adding places to the atlas",
});

/**
 * Has the next click add a place, and leaves the tool then: what comes next is to write it.
 * @param add adds the place under the pointer, and returns whether it could
 */
export function placeByClick(
  activation: ToolActivation,
  { inputEventBindings: { global } }: Viewer,
  add: () => Promise<boolean>,
): void {
  const line = toolLine(activation, "image", "Place");
  line.append(
    "Click what is worth showing, in a slice.",
    keyCap(keyOf("leave-placing")),
    "to stop",
  );
  const press = followPress(activation);
  let isAdding = false;
  activation.bindInputEventMap(INPUTS);
  // Escape lays the tool down wherever the pointer is.
  global.addParent(INPUTS, ABOVE);
  activation.registerDisposer(() => global.removeParent(INPUTS));
  activation.bindAction(
    "atlas-place-click",
    (event: ActionEvent<MouseEvent>) => {
      event.stopPropagation();
      if (isAdding || !press.isClick(event.detail)) return;
      isAdding = true;
      void add().then((isAdded) => {
        isAdding = false;
        if (isAdded) activation.cancel();
      });
    },
  );
  activation.bindAction("leave-placing", (event) => {
    event.stopPropagation();
    activation.cancel();
  });
}
