import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  type DataPanel,
  dataPanels,
  panelUnderMouse,
  type Pixel,
} from "../../../neuroglancer/data_panel.js";
import { nearestSignature } from "./nearest_signature.js";
import type { SearchPlace, SearchedImage } from "./searched_image.js";
import type { SearchOverlay } from "./search_overlay.js";
import type { SignatureClient } from "./signature_client.js";
import { frameOf, planeOf, UPRIGHT } from "../volumes/slice_frame.js";

/** The pointer must rest so long before the server is asked about the place under it, in milliseconds. */
const REST_MS = 60;

/** Shows what a click with Alt would ask about, while Alt is held over a slice, and finds the place that a click or the key means. */
export class SearchAim extends RefCounted {
  private pointer: Pixel = { x: 0, y: 0 };
  private readonly ended = new AbortController();
  private asking: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly viewer: Viewer,
    private readonly image: SearchedImage,
    private readonly client: SignatureClient,
    private readonly overlay: SearchOverlay,
  ) {
    super();
    this.registerEventListener(window, "pointermove", (event: Event) => {
      const { clientX, clientY, altKey, buttons } = event as PointerEvent;
      this.pointer = { x: clientX, y: clientY };
      this.follow(altKey && buttons === 0);
    });
    this.registerEventListener(window, "keydown", (event: Event) => {
      if ((event as KeyboardEvent).key === "Alt") this.follow(true);
    });
    this.registerEventListener(window, "keyup", (event: Event) => {
      if ((event as KeyboardEvent).key === "Alt") this.follow(false);
    });
    this.registerEventListener(window, "blur", () => this.follow(false));
    this.registerDisposer(() => {
      this.follow(false);
      this.ended.abort();
    });
  }

  /** Where the pointer was seen last, in CSS pixels of the page. */
  set at(pointer: Pixel) {
    this.pointer = pointer;
  }

  /**
   * The place under a pixel of the page, in the slice that the pointer is over; undefined where it is over none.
   * @throws Error where the image cannot be read; SearchProblem where there is none
   */
  async placeUnder(pixel: Pixel): Promise<SearchPlace | undefined> {
    const panel = panelUnderMouse(this.viewer.display);
    if (panel?.isSlice !== true) return undefined;
    await this.image.look(this.ended.signal);
    return this.placeOn(panel, pixel);
  }

  /** The place at the cross-hair, looked at as in the slice under the pointer, else as in the first. */
  async placeAtCrossHair(): Promise<SearchPlace | undefined> {
    const { viewer } = this;
    const space = await this.image.look(this.ended.signal);
    const position = viewer.navigationState.position.value;
    const point = space.toVoxels(position);
    if (point === undefined) return undefined;
    const pointed = panelUnderMouse(viewer.display);
    const panel =
      pointed?.isSlice === true
        ? pointed
        : dataPanels(viewer.display).find(({ isSlice }) => isSlice);
    const frame = panel && frameOf(panel, position, space);
    return { point, plane: frame ? planeOf(frame, space.nanometres) : UPRIGHT };
  }

  /** Shows what is under the pointer while a click would ask about it. */
  follow(isAiming: boolean): void {
    this.asking?.abort();
    clearTimeout(this.timer);
    const panel = isAiming ? panelUnderMouse(this.viewer.display) : undefined;
    if (panel?.isSlice !== true) {
      this.overlay.aim(undefined);
      return;
    }
    const place = this.placeOn(panel, this.pointer);
    if (place === undefined) {
      // The image was not looked at yet.
      void this.lookThenFollow();
      return;
    }
    const { point } = place;
    this.overlay.aim({ panel, point, label: "" });
    const asking = new AbortController();
    this.asking = asking;
    const { client, image } = this;
    this.timer = setTimeout(() => {
      nearestSignature(client, image, point, asking.signal).then(
        (label) => {
          if (asking.signal.aborted) return;
          this.overlay.aim({ panel, point, label });
        },
        (error: unknown) => {
          if (asking.signal.aborted) return;
          console.warn("Clio could not look for a signature:", error);
        },
      );
    }, REST_MS);
  }

  private async lookThenFollow(): Promise<void> {
    try {
      await this.image.look(this.ended.signal);
      if (this.image.space !== undefined) this.follow(true);
    } catch {
      // Nothing in view can be searched: a click says so.
    }
  }

  private placeOn(panel: DataPanel, pixel: Pixel): SearchPlace | undefined {
    const { space } = this.image;
    if (space === undefined) return undefined;
    const position = this.viewer.navigationState.position.value;
    const { clientWidth, clientHeight } = panel.element;
    const { x, y } = panel.pixelAt(pixel);
    const middle = panel.pixelOf(position);
    const point = space.toVoxels(
      panel.moved(position, {
        x: x - (middle?.x ?? clientWidth / 2),
        y: y - (middle?.y ?? clientHeight / 2),
      }),
    );
    const frame = frameOf(panel, position, space);
    if (point === undefined || frame === undefined) return undefined;
    return { point, plane: planeOf(frame, space.nanometres) };
  }
}
