import type { MouseSelectionState } from "neuroglancer/unstable/layer/index.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import {
  type DataPanel,
  lookUnderPointer,
  panelUnderMouse,
} from "../../../../neuroglancer/data_panel.js";
import type { VoxelPosition } from "../../model/annotation.js";
import type { SandboxLayer } from "../layer.js";
import { voxelOf } from "../mark.js";
import { DraftOverlay } from "./draft_overlay.js";
import { measureText } from "./measure_text.js";
import { middleOf, outlineOf, type Outline, type Place } from "./outline.js";
import { toGlobal, toVoxels } from "./sandbox_space.js";
import type { Shape } from "./shape.js";
import { tell } from "../../ui/tell.js";

/** A shape that a person is drawing, click by click: shown as it would be if the next click were here, and stored when it is whole. */
export class ShapeDraft extends RefCounted {
  /** Told when a click was taken or taken back. */
  readonly changed = new NullarySignal();
  private clicked: VoxelPosition[] = [];
  private readonly overlay = new DraftOverlay();

  constructor(
    private readonly layer: SandboxLayer,
    private readonly shape: Shape,
  ) {
    super();
    const { layerSelectedValues, display } = layer.manager.root;
    const show = () => this.show();
    this.registerDisposer(layerSelectedValues.mouseState.changed.add(show));
    // The view may have moved under it.
    this.registerDisposer(display.updateFinished.add(show));
    this.registerDisposer(() => this.overlay.hide());
  }

  /** Number of clicks that it has. */
  get clicks(): number {
    return this.clicked.length;
  }

  /** Takes the voxel under the mouse; stores the shape where that was its last click. */
  click(mouse: MouseSelectionState): void {
    if (!lookUnderPointer(this.layer.manager.root.display, mouse)) return;
    const voxel = this.layer.voxelAt(mouse.unsnappedPosition);
    if (voxel === undefined) return;
    const { shape } = this;
    const clicked = [...this.clicked, voxel];
    if (clicked.length === shape.clicks && !this.place(clicked)) {
      refuse("both clicks are on the same voxel. Click another one");
      return;
    }
    this.set(clicked.length === shape.clicks ? [] : clicked);
  }

  /** Stores a shape of as many clicks as a person likes. */
  finish(): void {
    const { clicked, shape } = this;
    if (shape.clicks !== undefined || clicked.length === 0) return;
    if (this.place(clicked)) this.set([]);
    else refuse("a path needs two vertices. Click the next one");
  }

  /** Takes the last click back. */
  takeBack(): void {
    this.set(this.clicked.slice(0, -1));
  }

  /** Forgets all clicks. */
  drop(): void {
    this.set([]);
  }

  private place(clicked: readonly VoxelPosition[]): boolean {
    const { layer, shape } = this;
    const geometry = shape.geometry(clicked, layer.voxelSize);
    if (geometry === undefined) return false;
    layer.place(geometry);
    return true;
  }

  private set(clicked: VoxelPosition[]): void {
    this.clicked = clicked;
    this.show();
    this.changed.dispatch();
  }

  private show(): void {
    const { layer, overlay } = this;
    const { display, layerSelectedValues } = layer.manager.root;
    const { mouseState: mouse } = layerSelectedValues;
    const panel = panelUnderMouse(display);
    const state = layer.sandboxState;
    if (
      this.clicks === 0 ||
      !mouse.active ||
      panel === undefined ||
      state === undefined
    ) {
      overlay.hide();
      return;
    }
    const around = mouse.unsnappedPosition;
    const project = (place: Place) => {
      const global = toGlobal(place, around, state);
      return global && panel.pixelOf(global);
    };
    const under = toVoxels(around, state);
    this.showAt(panel, under, project);
  }

  private showAt(
    panel: DataPanel,
    under: Place | undefined,
    project: (place: Place) => { x: number; y: number } | undefined,
  ): void {
    const { layer, overlay, shape, clicked } = this;
    const geometry =
      under && shape.geometry([...clicked, voxelOf(under)], layer.voxelSize);
    const pixel = under && project(under);
    if (geometry === undefined || pixel === undefined) {
      overlay.showShape(panel, dotsOf(clicked), project);
      overlay.hideMeasure();
      return;
    }
    const outline = outlineOf(geometry, layer.voxelSize);
    overlay.showShape(panel, outline, project);
    overlay.showMeasure(panel, pixel, measureText(geometry, layer.voxelSize));
  }
}

function dotsOf(clicked: readonly VoxelPosition[]): Outline {
  const dots = clicked.map(middleOf);
  return { paths: [dots], dots, ball: undefined };
}

function refuse(reason: string): void {
  tell(`Nothing was placed: ${reason}.`);
}
