import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  lookUnderPointer,
  panelUnderMouse,
  type Pixel,
} from "../../../neuroglancer/data_panel.js";
import { isPlain, onPlainClick } from "../ui/clicks.js";
import type { SearchOverlay } from "./search_overlay.js";

/** Takes matches by clicks on them in the view. A mark that lies there is taken instead. */
export class MatchPicker extends RefCounted {
  /** @param picked called with a match's place among those shown */
  constructor(
    private readonly viewer: Viewer,
    private readonly overlay: SearchOverlay,
    private readonly picked: (index: number) => void,
  ) {
    super();
    onPlainClick(this, viewer, (at) => this.clicked(at));
    this.registerEventListener(viewer.element, "pointermove", (event: Event) =>
      this.moved(event as PointerEvent),
    );
  }

  private clicked(at: Pixel): void {
    const { viewer, overlay } = this;
    const index = overlay.matchAt(at);
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
      isPlain(this.viewer, event) &&
      this.overlay.matchAt({ x, y }) !== undefined;
    panel.element.classList.toggle("clio-over-match", isOver);
  }
}
