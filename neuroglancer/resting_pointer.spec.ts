import { AutomaticallyFocusedElement } from "neuroglancer/unstable/util/automatic_focus.js";
import { followMouse } from "./resting_pointer.js";

describe("The mouse that gives a panel the focus", () => {
  let panel: HTMLElement;
  let focus: AutomaticallyFocusedElement;

  /** What a browser tells of the mouse, at a place of the screen. */
  const tell = (type: string, x: number) =>
    panel.dispatchEvent(
      new MouseEvent(type, {
        screenX: x,
        screenY: 10,
        bubbles: type === "mousemove",
      }),
    );

  const hasFocus = async () => {
    // As long as upstream waits before it takes the focus.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return document.activeElement === panel;
  };

  beforeAll(followMouse);

  beforeEach(() => {
    panel = document.createElement("div");
    document.body.append(panel);
    focus = new AutomaticallyFocusedElement(panel);
    tell("mousemove", 100);
    (document.activeElement as HTMLElement).blur();
  });

  afterEach(() => {
    focus.dispose();
    panel.remove();
  });

  it("is moved into it", async () => {
    tell("mouseenter", 101);
    tell("mousemove", 101);
    expect(await hasFocus()).toBeTrue();
  });

  it("does not rest where the panel comes to lie, until it is moved there", async () => {
    tell("mouseenter", 100);
    tell("mousemove", 100);
    expect(await hasFocus()).toBeFalse();
    tell("mousemove", 101);
    expect(await hasFocus()).toBeTrue();
  });

  it("has left the panel again before it is moved elsewhere", async () => {
    tell("mouseenter", 100);
    tell("mouseleave", 101);
    tell("mousemove", 102);
    expect(await hasFocus()).toBeFalse();
  });
});
