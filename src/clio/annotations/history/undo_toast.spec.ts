import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { Signal } from "neuroglancer/unstable/util/signal.js";
import type { NextSteps } from "../../store/history.js";
import { until } from "../../store/testing/tabs.js";
import type { Act } from "../sandbox_editor.js";
import { UndoButtons } from "./undo_buttons.js";
import { isTyped, listenForUndo, turnOfKey } from "./undo_keys.js";
import { UndoToast } from "./undo_toast.js";

const disposals: (() => void)[] = [];

afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});

function start(milliseconds = 1e6) {
  const turns: string[] = [];
  const history = {
    acts: new Signal<(act: Act) => void>(),
    steps: new WatchableValue<NextSteps>({}),
    undo: () => turns.push("undo"),
    redo: () => turns.push("redo"),
    show: (id: string) => Promise.resolve(void turns.push(`show ${id}`)),
  };
  const toast = new UndoToast(history, milliseconds);
  const buttons = new UndoButtons(history);
  document.body.append(toast.element, buttons.element);
  disposals.push(
    () => toast.dispose(),
    () => buttons.dispose(),
  );
  const tell = (how: Act["how"], label: string, left?: string) =>
    history.acts.dispatch({ how, label, left });
  return {
    turns,
    history,
    toast: toast.element,
    buttons: buttons.element,
    tell,
  };
}

/** The text of an element as it is read, without key caps. */
function read(shown: Element): string {
  return [...shown.querySelectorAll(".clio-toast-text, .clio-button-label")]
    .map((part) => part.textContent)
    .join(" | ");
}

function button(shown: Element, index: number): HTMLButtonElement {
  return shown.querySelectorAll("button")[index];
}

describe("The toast of undo", () => {
  it("names what was done and takes it back", () => {
    const { toast, tell, turns } = start();
    expect(toast.getAttribute("role")).toBe("status");
    expect(toast.childElementCount).toBe(0);
    tell("done", "Move point");
    expect(read(toast)).toBe("Moved point | Undo move point");
    expect(button(toast, 0).getAttribute("aria-keyshortcuts")).toBe(
      "Control+Z",
    );
    button(toast, 0).click();
    expect(turns).toEqual(["undo"]);
  });

  it("offers to do again what was undone, and to undo what was done again", () => {
    const { toast, tell, turns } = start();
    tell("undone", "Import a.csv (3,120 marks)");
    expect(read(toast)).toBe("Undid import a.csv (3,120 marks) | Redo");
    button(toast, 0).click();
    tell("redone", "Tag 12 marks");
    expect(read(toast)).toBe("Redid tag 12 marks | Undo tag 12 marks");
    button(toast, 0).click();
    expect(turns).toEqual(["redo", "undo"]);
  });

  it("leads to the mark, where one is left", () => {
    const { toast, tell, turns } = start();
    tell("undone", "Delete point", "7");
    expect(read(toast)).toBe("Undid delete point | Redo | Show");
    button(toast, 1).click();
    expect(turns).toEqual(["show 7"]);
    tell("redone", "Delete point");
    expect(read(toast)).toBe("Redid delete point | Undo delete point");
  });

  it("shows a label as text, whatever it holds", () => {
    const { toast, tell } = start();
    tell("done", "Fold <img src=x>");
    expect(read(toast)).toBe("Done: Fold <img src=x> | Undo fold <img src=x>");
    expect(toast.querySelector("img")).toBeNull();
  });

  it("keeps the focus in it while it is worked with, and gives it back when it is dismissed", () => {
    const { toast, buttons, tell } = start();
    tell("done", "Move point");
    button(buttons, 0).focus();
    button(toast, 0).focus();
    tell("undone", "Move point");
    expect(document.activeElement).toBe(button(toast, 0));
    button(toast, 1).click();
    expect(toast.childElementCount).toBe(0);
    expect(document.activeElement).toBe(button(buttons, 0));
  });

  it("goes by itself, but not while the focus is in it", async () => {
    const { toast, buttons, tell } = start(1);
    tell("done", "Move point");
    button(toast, 0).focus();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(toast.childElementCount).toBeGreaterThan(0);
    button(buttons, 0).focus();
    await until(() => toast.childElementCount === 0);
  });
});

describe("The buttons of undo and redo", () => {
  it("say what they would do, and do nothing where there is nothing to do", () => {
    const { buttons, history, turns } = start();
    expect(button(buttons, 0).getAttribute("aria-label")).toBe("Undo");
    expect(button(buttons, 0).getAttribute("aria-disabled")).toBe("true");
    button(buttons, 0).click();
    button(buttons, 1).click();
    expect(turns).toEqual([]);
    history.steps.value = { undo: "Move point", redo: "Delete line" };
    expect(button(buttons, 0).title).toBe("Undo move point (Ctrl+Z)");
    expect(button(buttons, 1).title).toBe("Redo delete line (Ctrl+⇧Z)");
    button(buttons, 0).click();
    button(buttons, 1).click();
    expect(turns).toEqual(["undo", "redo"]);
  });
});

describe("The keys of undo and redo", () => {
  const press = (key: string, held: string) =>
    turnOfKey({
      key,
      ctrlKey: held.includes("c"),
      metaKey: held.includes("m"),
      altKey: held.includes("a"),
      shiftKey: held.includes("s"),
    });

  it("are those of the letter, with Control or with Command", () => {
    for (const held of ["c", "m"]) {
      expect(press("z", held)).toBe("undo");
      expect(press("Z", `${held}s`)).toBe("redo");
      expect(press("y", held)).toBe("redo");
    }
  });

  it("are none that mean something else", () => {
    expect(press("z", "")).toBeUndefined();
    expect(press("z", "ca")).toBeUndefined();
    expect(press("z", "cm")).toBeUndefined();
    expect(press("y", "cs")).toBeUndefined();
    expect(press("x", "c")).toBeUndefined();
  });

  it("leave a text its own undo, and act from everywhere else", () => {
    const text = document.createElement("input");
    const area = document.createElement("textarea");
    const box = Object.assign(document.createElement("input"), {
      type: "checkbox",
    });
    const { buttons, history, turns } = start();
    document.body.append(text, area, box);
    disposals.push(listenForUndo(history), () => {
      for (const made of [text, area, box]) made.remove();
    });
    expect([text, area, box].map(isTyped)).toEqual([true, true, false]);
    const pressIn = (target: Element) => {
      const event = new KeyboardEvent("keydown", {
        key: "z",
        ctrlKey: true,
        bubbles: true,
        cancelable: true,
      });
      target.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(pressIn(text)).toBeFalse();
    expect(pressIn(area)).toBeFalse();
    expect(turns).toEqual([]);
    for (const target of [box, button(buttons, 0), document.body]) {
      expect(pressIn(target)).toBeTrue();
    }
    expect(turns).toEqual(["undo", "undo", "undo"]);
  });
});
