import { KEYS } from "../model/keys.js";
import { keyCap, keyShortcut, keyText } from "./key_cap.js";

describe("a key", () => {
  it("is shown as people read it", () => {
    expect(
      ["keyd", "shift+keyp", "control+shift+keyz", "digit1", "escape"].map(
        keyText,
      ),
    ).toEqual(["D", "⇧P", "Ctrl+⇧Z", "1", "Esc"]);
  });

  it("is told to screen readers in the words of aria-keyshortcuts", () => {
    expect(
      ["shift+keyp", "arrowdown", "control+enter"].map(keyShortcut),
    ).toEqual(["Shift+P", "ArrowDown", "Control+Enter"]);
  });

  it("has a name where it is one of Clio's that acts everywhere", () => {
    for (const { input, mode } of KEYS) {
      if (mode === "everywhere") expect(keyText(input)).not.toBe("");
    }
  });

  it("is refused by name where there is none to show", () => {
    expect(() => keyText("shift+keyboard")).toThrowError(
      /"keyboard" is no key/,
    );
  });

  it("stands on a cap that screen readers pass over", () => {
    expect(keyCap("keyd").outerHTML).toBe(
      '<kbd class="clio-key" aria-hidden="true">D</kbd>',
    );
  });
});
