import { animationFrameDebounce } from "neuroglancer/unstable/util/animation_frame_debounce.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  type DataPanel,
  dataPanels,
  type Pixel,
} from "../../../neuroglancer/data_panel.js";
import type { EntryState } from "../model/atlas.js";
import { onPlainClick } from "../ui/clicks.js";
import { PanelCanvases } from "../ui/panel_canvases.js";
import type { Album } from "./album.js";
import type { AlbumItem } from "./album_item.js";
import { AtlasLayer } from "./atlas_layer.js";
import type { AtlasPlaces } from "./atlas_places.js";
import { nmBetween, nmPerPixel } from "./panel_scale.js";
import "./atlas_overlay.css";

/** Radius of a pin, and how near to its middle a click takes it, in pixels. */
const PIN = 6;
const TOUCH = PIN + 3;

/** What lies so far above or below a slice is still shown in it, fainter, in nm. */
const REACH_NM = 500;
const FAINT = 0.4;

/** The most pins in one panel: more could not be told apart. */
const MOST_PINS = 2_000;

const DARK = "rgb(10 12 14 / 0.9)";

const COLOURS: Readonly<Record<EntryState, string>> = {
  draft: "#b3bac2",
  submitted: "#7db9ff",
  "changes requested": "#f0b94a",
  verified: "#5fd39a",
  withdrawn: "#737c87",
};

interface Pin {
  readonly item: AlbumItem;
  readonly pixel: Pixel;
  /** Whether it lies off the slice. */
  readonly isOff: boolean;
}

/** Pins over the views at the places that the album shows, while a layer of the atlas is visible. */
export class AtlasOverlay extends RefCounted {
  private readonly canvases = new PanelCanvases("clio-atlas-overlay");
  private pins = new Map<HTMLElement, readonly Pin[]>();

  /** @param picked called with the item of a pin that is clicked */
  constructor(
    private readonly viewer: Viewer,
    private readonly album: Album,
    private readonly places: AtlasPlaces,
    private readonly active: () => string | undefined,
    private readonly picked: (item: AlbumItem) => void,
  ) {
    super();
    const drawSoon = () => this.draw();
    // With the view, and else once a frame: whoever types in the filter waits for the cards and not for this.
    this.registerDisposer(
      viewer.display.updateFinished.add(() => this.drawNow()),
    );
    this.registerDisposer(album.changed.add(drawSoon));
    this.registerDisposer(viewer.layerManager.layersChanged.add(drawSoon));
    this.registerDisposer(() => this.canvases.keep([]));
    onPlainClick(this, viewer, (at, panel) => this.clicked(at, panel));
    this.drawNow();
  }

  /** Draws anew with the next frame. */
  readonly draw = this.registerCancellable(
    animationFrameDebounce(() => this.drawNow()),
  );

  private drawNow(): void {
    const panels = this.isShown ? dataPanels(this.viewer.display) : [];
    this.canvases.keep(panels.map((panel) => panel.element));
    this.pins = new Map(
      panels.map((panel) => [panel.element, this.pinsOf(panel)]),
    );
    for (const panel of panels) this.drawPanel(panel);
  }

  private get isShown(): boolean {
    return this.viewer.layerManager.managedLayers.some(
      ({ layer, visible }) => visible && layer instanceof AtlasLayer,
    );
  }

  private pinsOf(panel: DataPanel): Pin[] {
    const { viewer, places, album } = this;
    const { dataset } = places;
    const around = viewer.navigationState.position.value;
    const scale = nmPerPixel(viewer, panel);
    const { clientWidth: width, clientHeight: height } = panel.element;
    const reach =
      scale === undefined
        ? Infinity
        : (Math.hypot(width, height) / 2) * scale + REACH_NM;
    const far = places.measure(places.crossHair);
    const pins: Pin[] = [];
    if (dataset === undefined) return pins;
    for (const item of album.shown) {
      if (item.dataset !== dataset || pins.length >= MOST_PINS) continue;
      // Outside of the image nothing is near; in 3-D all is looked at.
      if ((far(item.entry.position) ?? 0) > reach) continue;
      const position = places.positionOf(item.entry.position, around);
      const pixel = position && panel.pixelOf(position);
      if (pixel === undefined || !isInside(pixel, width, height)) continue;
      let isOff = false;
      if (scale !== undefined) {
        const onSlice = panel.moved(around, {
          x: pixel.x - width / 2,
          y: pixel.y - height / 2,
        });
        const off = nmBetween(viewer, onSlice, position!) ?? 0;
        if (off > REACH_NM) continue;
        isOff = off > places.voxel;
      }
      pins.push({ item, pixel, isOff });
    }
    // The newest and nearest on top.
    return pins.reverse();
  }

  private drawPanel({ element: parent }: DataPanel): void {
    const pins = this.pins.get(parent) ?? [];
    const context = this.canvases.contextOf(parent);
    const active = this.active();
    for (const { item, pixel, isOff } of pins) {
      const isActive = item.key === active;
      context.globalAlpha = isOff && !isActive ? FAINT : 1;
      drawPin(context, pixel, COLOURS[item.state], isActive);
    }
    context.globalAlpha = 1;
  }

  private clicked(at: Pixel, panel: DataPanel): void {
    const { x, y } = panel.pixelAt(at);
    const pins = this.pins.get(panel.element) ?? [];
    const found = [...pins]
      .reverse()
      .find(({ pixel }) => Math.hypot(pixel.x - x, pixel.y - y) <= TOUCH);
    if (found !== undefined) this.picked(found.item);
  }
}

function isInside({ x, y }: Pixel, width: number, height: number): boolean {
  return x > -PIN && y > -PIN && x < width + PIN && y < height + PIN;
}

function drawPin(
  context: CanvasRenderingContext2D,
  { x, y }: Pixel,
  color: string,
  isActive: boolean,
): void {
  context.beginPath();
  context.arc(x, y, PIN, 0, 2 * Math.PI);
  context.lineWidth = 5;
  context.strokeStyle = DARK;
  context.stroke();
  context.lineWidth = 2.5;
  context.strokeStyle = color;
  context.stroke();
  if (!isActive) return;
  context.beginPath();
  context.arc(x, y, PIN + 5, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = "#ffffff";
  context.stroke();
}
