import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../../model/keys.js";
import { iconButton } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { keyShortcut, keyText } from "../../ui/key_cap.js";
import { turnText } from "./act_text.js";
import type { ViewHistory } from "./view_history.js";
import "./history.css";

/** The buttons of undo and redo, which say what they would do. */
export class UndoButtons extends RefCounted {
  readonly element: HTMLElement;

  constructor(history: Pick<ViewHistory, "steps" | "undo" | "redo">) {
    super();
    const undo = iconButton("undo", "Undo", () => act(undo, "undo"));
    const redo = iconButton("redo", "Redo", () => act(redo, "redo"));
    const act = (button: HTMLElement, turn: "undo" | "redo") => {
      if (button.getAttribute("aria-disabled") !== "true") history[turn]();
    };
    undo.setAttribute("aria-keyshortcuts", keyShortcut(keyOf("undo")));
    redo.setAttribute("aria-keyshortcuts", keyShortcut(keyOf("redo")));
    this.element = element("span", { class: "clio-undo-buttons" }, undo, redo);
    const update = () => {
      const { steps } = history;
      name(undo, turnText("Undo", steps.value.undo), keyOf("undo"));
      name(redo, turnText("Redo", steps.value.redo), keyOf("redo"));
      // Not `disabled`, which would take the focus from who presses it until there is nothing more to do.
      undo.setAttribute("aria-disabled", String(!steps.value.undo));
      redo.setAttribute("aria-disabled", String(!steps.value.redo));
    };
    this.registerDisposer(history.steps.changed.add(update));
    this.registerDisposer(() => this.element.remove());
    update();
  }
}

function name(button: HTMLElement, text: string, key: string): void {
  button.setAttribute("aria-label", text);
  button.title = `${text} (${keyText(key)})`;
}
