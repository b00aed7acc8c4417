import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { EventActionMap } from "neuroglancer/unstable/util/event_action_map.js";
import { KeyboardEventBinder } from "neuroglancer/unstable/util/keyboard_bindings.js";
import { actOnButtonKeys } from "./button_keys.js";

describe("Keys with Ctrl, Alt or Meta", () => {
  let owner: RefCounted;
  let viewer: HTMLElement;
  let heard: string[];

  /** A child of the viewer that has been pressed Ctrl+Z in. */
  function undoIn(name: "button" | "input" | "textarea", type?: string) {
    const child = document.createElement(name);
    if (type !== undefined) child.setAttribute("type", type);
    viewer.append(child);
    const options = { code: "KeyZ", bubbles: true, cancelable: true };
    const plain = new KeyboardEvent("keydown", options);
    const undo = new KeyboardEvent("keydown", { ...options, ctrlKey: true });
    child.dispatchEvent(plain);
    child.dispatchEvent(undo);
    return undo;
  }

  beforeEach(() => {
    owner = new RefCounted();
    heard = [];
    viewer = document.createElement("div");
    document.body.append(viewer);
    viewer.addEventListener("action:undo", () => heard.push("undo"));
    const keys = EventActionMap.fromObject({ "control+keyz": "undo" });
    owner.registerDisposer(new KeyboardEventBinder(viewer, keys));
    actOnButtonKeys(owner, viewer, keys);
  });

  afterEach(() => {
    owner.dispose();
    viewer.remove();
  });

  it("act once while something that is pressed has the focus, and the browser does nothing else with them", () => {
    expect(undoIn("button").defaultPrevented).toBeTrue();
    expect(undoIn("input", "checkbox").defaultPrevented).toBeTrue();
    expect(heard).toEqual(["undo", "undo"]);
  });

  it("stay the browser's in texts", () => {
    expect(undoIn("textarea").defaultPrevented).toBeFalse();
    expect(undoIn("input", "text").defaultPrevented).toBeFalse();
    expect(heard).toEqual([]);
  });
});
