import {
  EventActionMap,
  KeyboardEventBinder,
} from "neuroglancer/unstable/util/keyboard_bindings.js";
import { Dialog } from "./dialog.js";
import { element } from "./element.js";

function press(target: HTMLElement, code: string): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true }));
}

describe("a dialog", () => {
  const opener = element("button", {}, "opener");
  const field = element("input");
  const dialog = new Dialog({ title: "Title", key: "keyd", parts: [field] });

  beforeEach(() => {
    document.body.append(opener);
    opener.focus();
  });

  afterEach(() => {
    dialog.close();
    opener.remove();
  });

  it("begins with the focus where it was told to, and gives it back to where it was", () => {
    dialog.open(field);
    expect(document.activeElement).toBe(field);
    dialog.close();
    expect(document.activeElement).toBe(opener);
    expect(dialog.element.isConnected).toBeFalse();
  });

  it("is modal and named by its title", () => {
    dialog.open(field);
    expect(dialog.element.matches(":modal")).toBeTrue();
    expect(dialog.element.getAttribute("aria-label")).toBe("Title");
    opener.focus();
    expect(document.activeElement).toBe(field);
  });

  it("closes by its button", () => {
    dialog.open(field);
    dialog.element
      .querySelector<HTMLElement>("button[aria-label='Close']")!
      .click();
    expect(dialog.element.open).toBeFalse();
    expect(document.activeElement).toBe(opener);
  });

  it("leaves the page where the browser closes it by itself, as for Escape", async () => {
    dialog.open(field);
    const closed = new Promise((resolve) =>
      dialog.element.addEventListener("close", resolve),
    );
    dialog.element.requestClose();
    await closed;
    expect(dialog.element.isConnected).toBeFalse();
    expect(document.activeElement).toBe(opener);
  });

  it("can be opened again at once, before the browser has told of the closing", async () => {
    dialog.open(field);
    dialog.close();
    dialog.open(field);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(dialog.element.open).toBeTrue();
  });

  it("closes the one that is open, so that there is one at a time", () => {
    const other = new Dialog({ title: "Other", parts: [] });
    dialog.open(field);
    other.open(other.element.querySelector("button")!);
    expect(dialog.element.isConnected).toBeFalse();
    expect(document.querySelectorAll("dialog").length).toBe(1);
    other.close();
    expect(document.activeElement).toBe(opener);
  });

  it("keeps what is typed in it from the viewer's keys", () => {
    const viewer = element("div", { id: "neuroglancer-container" }, opener);
    document.body.append(viewer);
    const binder = new KeyboardEventBinder(
      viewer,
      EventActionMap.fromObject({ keyl: "recolor", escape: "leave" }),
    );
    const heard: string[] = [];
    for (const action of ["recolor", "leave"]) {
      viewer.addEventListener(`action:${action}`, () => heard.push(action));
    }
    press(opener, "KeyL");
    expect(heard).toEqual(["recolor"]);
    dialog.open(field);
    for (const target of [field, dialog.element]) {
      press(target, "KeyL");
      press(target, "Escape");
    }
    expect(heard).toEqual(["recolor"]);
    binder.dispose();
    viewer.remove();
  });
});
