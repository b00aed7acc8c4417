// What of presses of the mouse is a click.
import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  type DataPanel,
  panelUnderMouse,
  type Pixel,
} from "../../../neuroglancer/data_panel.js";

/** A press that moved further than this many pixels was a drag of the view. */
const TOLERANCE = 3;

/** Knows where the last press began, so that the end of a drag is not taken for a click. */
export function followPress(owner: RefCounted) {
  let x = 0;
  let y = 0;
  owner.registerEventListener(
    window,
    "pointerdown",
    (event: Event) => {
      x = (event as PointerEvent).clientX;
      y = (event as PointerEvent).clientY;
    },
    { capture: true },
  );
  return {
    isClick: (event: MouseEvent) =>
      Math.hypot(event.clientX - x, event.clientY - y) <= TOLERANCE,
  };
}

/** Whether a press is of the main button alone. A tool that is at work has all clicks. */
export function isPlain(viewer: Viewer, event: PointerEvent): boolean {
  const { altKey, ctrlKey, metaKey, shiftKey, button } = event;
  const isDrawing = viewer.globalToolBinder.activeTool_ !== undefined;
  return !(altKey || ctrlKey || metaKey || shiftKey || isDrawing || button > 0);
}

/**
 * Tells of plain clicks on the views.
 * @param clicked gets where the press began on the page, and the panel that the mouse is over
 */
export function onPlainClick(
  owner: RefCounted,
  viewer: Viewer,
  clicked: (at: Pixel, panel: DataPanel) => void,
): void {
  const { element, display } = viewer;
  const press = followPress(owner);
  let begun: Pixel | undefined;
  owner.registerEventListener(
    element,
    "pointerdown",
    (event: Event) => {
      const pressed = event as PointerEvent;
      const { clientX: x, clientY: y } = pressed;
      begun = isPlain(viewer, pressed) ? { x, y } : undefined;
    },
    { capture: true },
  );
  owner.registerEventListener(element, "pointerup", (event: Event) => {
    const at = begun;
    begun = undefined;
    if (at === undefined || !press.isClick(event as PointerEvent)) return;
    const panel = panelUnderMouse(display);
    if (panel !== undefined) clicked(at, panel);
  });
}
