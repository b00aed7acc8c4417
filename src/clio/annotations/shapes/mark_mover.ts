import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  type ActionEvent,
  registerActionListener,
} from "neuroglancer/unstable/util/event_action_map.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  lookUnderPointer,
  panelUnderMouse,
  type Pixel,
} from "../../../../neuroglancer/data_panel.js";
import { keyOf } from "../../model/keys.js";
import { keyText } from "../../ui/key_cap.js";
import { tell } from "../../ui/tell.js";
import { SandboxSource } from "../frontend.js";
import type { MarkMove } from "./mark_move.js";
import { toVoxels } from "./sandbox_space.js";
import type { Place } from "./outline.js";

/**
 * Moves marks and parts of them: by the viewer's own gesture for it (Alt and a drag), or, as some window managers keep that for
 * themselves, by a key that takes hold of the mark under the pointer and a click that lets go of it.
 */
export class MarkMover extends RefCounted {
  private stop: (() => void) | undefined;
  /** Loaded after the page: there is nothing to move before there are marks in view. */
  private Move: typeof MarkMove | undefined;

  constructor(private readonly viewer: Viewer) {
    super();
    import("./mark_move.js").then(
      ({ MarkMove }) => (this.Move = MarkMove),
      (error: Error) =>
        new StatusMessage().setErrorMessage(
          `Marks cannot be moved, because a part of Clio could not be loaded: ${error.message}. Reload the page.`,
        ),
    );
    const drag = (event: ActionEvent<MouseEvent>) => {
      if (this.stop !== undefined) return;
      const { clientX, clientY } = event.detail;
      const move = this.takeHold({ x: clientX, y: clientY });
      if (move === undefined) return;
      // Upstream's own mover of annotations is not to have it too.
      event.stopPropagation();
      this.follow(move, "release", ["pointerup", "pointercancel"]);
    };
    this.registerDisposer(
      registerActionListener(viewer.element, "move-annotation", drag, {
        capture: true,
      }),
    );
    this.registerDisposer(() => this.stop?.());
  }

  /** Takes hold of the mark under the pointer until the next click. */
  grab(): void {
    if (this.stop !== undefined) return;
    const { pageX, pageY } = this.viewer.mouseState;
    const move = this.takeHold({
      x: pageX - window.scrollX,
      y: pageY - window.scrollY,
    });
    if (move === undefined) {
      tell(
        `Point at a mark and press ${keyText(keyOf("grab-mark"))} to take hold of it.`,
      );
      return;
    }
    this.follow(move, "click", ["pointerdown"]);
  }

  private takeHold(from: Pixel): MarkMove | undefined {
    const { mouseState, display } = this.viewer;
    const { Move } = this;
    if (Move === undefined) return undefined;
    if (!lookUnderPointer(display, mouseState)) return undefined;
    const { pickedAnnotationLayer: state, pickedAnnotationId: id } = mouseState;
    const panel = panelUnderMouse(display);
    if (state === undefined || id === undefined || panel === undefined) {
      return undefined;
    }
    const { source } = state;
    if (!(source instanceof SandboxSource)) return undefined;
    const geometry = source.drawnGeometry(id);
    const start = Float32Array.from(mouseState.unsnappedPosition);
    const placeAt = (pixel: Pixel) =>
      toVoxels(panel.moved(start, pixel), state);
    const place = placeAt({ x: 0, y: 0 });
    const right = placeAt({ x: 1, y: 0 });
    const down = placeAt({ x: 0, y: 1 });
    if (geometry === undefined || !place || !right || !down) return undefined;
    const drawn = source.editor.newRecord(geometry, id);
    const hold = { place, right: way(place, right), down: way(place, down) };
    return new Move(source, drawn, hold, panel, from, (pixel) => {
      const to = placeAt(pixel);
      return to && way(place, to);
    });
  }

  /** Moves with the pointer until it is let go, or Escape is pressed. */
  private follow(
    move: MarkMove,
    letGo: string,
    ends: readonly ("pointerup" | "pointercancel" | "pointerdown")[],
  ): void {
    const listening = new AbortController();
    const { signal } = listening;
    const options = { signal, capture: true };
    const status = new StatusMessage();
    status.setText(
      `${move.label} · ${letGo} to drop it · ${keyText("escape")} to take it back`,
    );
    this.stop = () => {
      listening.abort();
      status.dispose();
      move.dispose();
      this.stop = undefined;
    };
    const { stop } = this;
    window.addEventListener(
      "pointermove",
      ({ clientX, clientY }) => move.to({ x: clientX, y: clientY }),
      options,
    );
    for (const end of ends) {
      window.addEventListener(
        end,
        (event) => {
          if (end === "pointerdown") swallowClick(event);
          if (end === "pointercancel") move.takeBack();
          else move.store();
          stop();
        },
        options,
      );
    }
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        move.takeBack();
        stop();
      },
      options,
    );
  }
}

/** Keeps the rest of a press from what lies under it. */
function swallowClick(press: Event): void {
  const listening = new AbortController();
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
    if (event.type === "click") listening.abort();
  };
  swallow(press);
  for (const type of ["mousedown", "pointerup", "mouseup", "click"]) {
    const { signal } = listening;
    window.addEventListener(type, swallow, { signal, capture: true });
  }
}

function way(from: Place, to: Place): Place {
  return [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
}
