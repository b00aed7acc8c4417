import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  type DataPanel,
  dataPanels,
  lookUnderPointer,
  type Pixel,
} from "../../../neuroglancer/data_panel.js";
import { type Vec3, vec3 } from "../model/box.js";
import { onPlainClick } from "../ui/clicks.js";
import { PanelCanvases } from "../ui/panel_canvases.js";
import { ImageSpace } from "../volumes/image_space.js";
import { SynapseSource } from "./synapse_source.js";
import type { SynapseWalk } from "./synapse_walk.js";
import "./synapse_overlay.css";

/** Radius of the ring, how far from its middle the words begin, and from line to line of them, in pixels. */
const RING = 10;
const WORDS_AT = RING + 6;
const LINE = 15;

const DARK = "rgb(10 12 14 / 0.9)";
const LIGHT = "#ffffff";
const FONT = "12px system-ui, sans-serif";

/** Says over the views which synapse of the layer is looked at, and turns to one that is clicked. */
export class SynapseOverlay extends RefCounted {
  private readonly canvases = new PanelCanvases("clio-synapse-overlay");
  private space: ImageSpace | undefined;
  private looking = false;

  constructor(
    private readonly viewer: Viewer,
    private readonly walk: SynapseWalk,
  ) {
    super();
    const draw = () => this.draw();
    this.registerDisposer(viewer.display.updateFinished.add(draw));
    this.registerDisposer(walk.changed.add(draw));
    this.registerDisposer(walk.looked.add(() => void this.goToCurrent()));
    this.registerDisposer(() => this.canvases.keep([]));
    onPlainClick(this, viewer, () => this.clicked());
  }

  /** Brings the one that is looked at into the middle of the view. */
  private async goToCurrent(): Promise<void> {
    const { current } = this.walk;
    const space = await this.ready();
    if (current === undefined || this.walk.current !== current) return;
    const { position } = this.viewer.navigationState;
    const place = space?.toGlobal(middle(current.pre), position.value);
    if (place !== undefined) position.value = place;
  }

  private async ready(): Promise<ImageSpace | undefined> {
    if (this.space?.isStale === false) return this.space;
    const managed = this.viewer.layerManager.managedLayers.find(
      ({ layer }) => layer?.type === "image",
    );
    if (managed === undefined) return undefined;
    const gone = new AbortController();
    const remove = managed.layerChanged.add(() => gone.abort());
    try {
      this.space = await ImageSpace.of(managed, gone.signal);
      return this.space;
    } catch {
      // Without an image there is nothing to draw on.
      return undefined;
    } finally {
      remove();
    }
  }

  private draw(): void {
    const { current, isShown } = this.walk;
    if (current === undefined || !isShown) {
      this.canvases.keep([]);
      return;
    }
    const { space } = this;
    if (space?.isStale !== false) {
      if (this.looking) return;
      this.looking = true;
      void this.ready().then((found) => {
        this.looking = false;
        if (found !== undefined) this.draw();
      });
      return;
    }
    const panels = dataPanels(this.viewer.display);
    for (const panel of panels) this.drawPanel(panel, space, current.pre);
    this.canvases.keep(panels.map(({ element }) => element));
  }

  private drawPanel(panel: DataPanel, space: ImageSpace, place: Vec3): void {
    const context = this.canvases.contextOf(panel.element);
    const position = this.viewer.navigationState.position.value;
    const at = space.toGlobal(middle(place), position);
    const pixel = at && panel.pixelOf(at);
    if (pixel === undefined) return;
    const { source, index } = this.walk;
    drawRing(context, pixel, source?.wordsAt(index!) ?? "");
  }

  private clicked(): void {
    const { viewer, walk } = this;
    if (walk.source === undefined) return;
    const { display, mouseState } = viewer;
    if (!lookUnderPointer(display, mouseState)) return;
    const { pickedAnnotationLayer, pickedAnnotationId } = mouseState;
    if (!(pickedAnnotationLayer?.source instanceof SynapseSource)) return;
    const index = walk.source.indexOf(pickedAnnotationId ?? "");
    if (index !== undefined) walk.lookAt(index);
  }
}

function middle(place: Vec3): Vec3 {
  return vec3((axis) => place[axis] + 0.5);
}

function drawRing(
  context: CanvasRenderingContext2D,
  { x, y }: Pixel,
  words: string,
): void {
  context.font = FONT;
  context.textBaseline = "middle";
  for (const [width, color] of [
    [4, DARK],
    [2, LIGHT],
  ] as const) {
    context.beginPath();
    context.arc(x, y, RING, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  }
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = DARK;
  context.fillStyle = LIGHT;
  for (const [i, line] of words.split("\n").entries()) {
    context.strokeText(line, x + WORDS_AT, y + i * LINE);
    context.fillText(line, x + WORDS_AT, y + i * LINE);
  }
}
