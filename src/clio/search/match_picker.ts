import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  lookUnderPointer,
  panelUnderMouse,
} from "../../../neuroglancer/data_panel.js";
import type { SearchOverlay } from "./search_overlay.js";

/** A press that moved further than this many pixels was a drag. */
const CLICK_TOLERANCE_PIXELS = 3;

/** Takes matches by clicks on them in the view. A mark that lies there is taken instead, and a tool that is at work has all clicks. */
export class MatchPicker extends RefCounted {
  private press: { x: number; y: number } | undefined;

  /** @param picked called with a match's place among those shown */
  constructor(
    private readonly viewer: Viewer,
    private readonly overlay: SearchOverlay,
    private readonly picked: (index: number) => void,
  ) {
    super();
    const { element } = viewer;
    this.registerEventListener(
      element,
      "pointerdown",
      (event: Event) => this.pressed(event as PointerEvent),
      { capture: true },
    );
    this.registerEventListener(element, "pointerup", (event: Event) =>
      this.released(event as PointerEvent),
    );
    this.registerEventListener(element, "pointermove", (event: Event) =>
      this.moved(event as PointerEvent),
    );
  }

  private pressed(event: PointerEvent): void {
    const { clientX: x, clientY: y, button } = event;
    const isPlain = !hasModifier(event) && button === 0;
    this.press = isPlain && !this.isDrawing ? { x, y } : undefined;
  }

  private released({ clientX: x, clientY: y }: PointerEvent): void {
    const { press, viewer, overlay } = this;
    this.press = undefined;
    if (press === undefined) return;
    if (panelUnderMouse(viewer.display) === undefined) return;
    if (Math.hypot(x - press.x, y - press.y) > CLICK_TOLERANCE_PIXELS) return;
    const index = overlay.matchAt(press);
    if (index === undefined) return;
    const { display, mouseState } = viewer;
    const isOnMark =
      lookUnderPointer(display, mouseState) &&
      mouseState.pickedAnnotationId !== undefined;
    if (!isOnMark) this.picked(index);
  }

  /** Shows that a click would take a match. */
  private moved(event: PointerEvent): void {
    if (event.buttons !== 0) return;
    const panel = panelUnderMouse(this.viewer.display);
    if (panel === undefined) return;
    const { clientX: x, clientY: y } = event;
    const isOver =
      !hasModifier(event) &&
      !this.isDrawing &&
      this.overlay.matchAt({ x, y }) !== undefined;
    panel.element.classList.toggle("clio-over-match", isOver);
  }

  private get isDrawing(): boolean {
    return this.viewer.globalToolBinder.activeTool_ !== undefined;
  }
}

function hasModifier({
  altKey,
  ctrlKey,
  metaKey,
  shiftKey,
}: PointerEvent): boolean {
  return altKey || ctrlKey || metaKey || shiftKey;
}
