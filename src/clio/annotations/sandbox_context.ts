import { makeLayer } from "neuroglancer/unstable/layer/index.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { lookUnderPointer } from "../../../neuroglancer/data_panel.js";
import type { AnnotationKind, AnnotationRecord } from "../model/annotation.js";
import {
  imageDataset,
  imageSourceOf,
  type SandboxDescription,
} from "../model/sandbox.js";
import type { Store } from "../store/store.js";
import { saveFile } from "../ui/save_file.js";
import { tell } from "../ui/tell.js";
import { panelUnderMouse } from "../../../neuroglancer/data_panel.js";
import { ViewHistory } from "./history/view_history.js";
import { SandboxLayer } from "./layer.js";
import { SelectedMark } from "./selected_mark.js";
import { sandboxUrl } from "./sandbox_url.js";
import { CheckSet } from "./table/check_set.js";
import { SHAPES } from "./shapes/shape.js";

/** What the sandbox needs to know of the dataset catalogue. */
export interface SandboxCatalogue {
  /** What a sandbox keeps of a dataset; undefined where the catalogue does not know the dataset. */
  findImage(
    id: string,
  ): Promise<(SandboxDescription & { image: string }) | undefined>;
  /** The datasets whose image has this source. */
  withImage(source: string): Promise<{ id: string; title: string }[]>;
}

/** Which dataset the view was opened from: a part of the viewer's state. */
export interface OpenDataset {
  dataset: string | undefined;
}

/** Name of the sandbox's layer where Clio adds it. */
export const SANDBOX_LAYER_NAME = "marks";

/** The layer of a sandbox as it stands in a link. */
export function sandboxLayerSpec(dataset: string) {
  return {
    name: SANDBOX_LAYER_NAME,
    type: SandboxLayer.type,
    source: sandboxUrl(dataset),
    toolBindings: Object.fromEntries(
      SHAPES.map(({ letter, tool }) => [letter, tool]),
    ),
  };
}

/** Which sandbox a viewer works in: the one whose layer it shows, or the one that belongs to what it shows. */
export class SandboxContext {
  /** Undo and redo of the sandbox in view. */
  readonly history: ViewHistory;
  /** The marks that are chosen in the panel's table. */
  readonly chosen = new CheckSet();
  private readonly selection: SelectedMark;

  constructor(
    readonly viewer: Viewer,
    readonly store: Store,
    readonly catalogue: SandboxCatalogue,
    private readonly open: OpenDataset,
  ) {
    this.selection = new SelectedMark(viewer.selectionDetailsState);
    this.history = viewer.registerDisposer(new ViewHistory(viewer, this));
  }

  /** Id of the selected mark. */
  get selected(): WatchableValueInterface<string | undefined> {
    return this.selection.id;
  }

  /** The selected marks layer, else the first one. */
  get layer(): SandboxLayer | undefined {
    const { selectedLayer, layerManager } = this.viewer;
    const selected = selectedLayer.layer?.layer;
    if (selected instanceof SandboxLayer) return selected;
    for (const { layer } of layerManager.managedLayers) {
      if (layer instanceof SandboxLayer) return layer;
    }
    return undefined;
  }

  /** The dataset whose sandbox a new marks layer shows; undefined where the view has no image. */
  get dataset(): string | undefined {
    return this.open.dataset ?? this.imageOfView();
  }

  /**
   * Places a point under the pointer, or in the middle of the view where the pointer is in no panel of it: whoever works without a mouse
   * has none. In a marks layer that is added where there is none.
   */
  async placePoint(): Promise<void> {
    const { display, mouseState: mouse, navigationState } = this.viewer;
    if (this.isPointedAt && !lookUnderPointer(display, mouse)) {
      tell("Nothing was placed: there is nothing under the pointer.");
      return;
    }
    const position = this.isPointedAt
      ? mouse.unsnappedPosition.slice()
      : navigationState.position.value.slice();
    const layer = this.layer ?? this.addLayer();
    if (layer === undefined) {
      tell("There is no image here to mark. Open a dataset first.");
      return;
    }
    await layer.loaded();
    layer.placePoint(position);
  }

  /** Whether the pointer is in a panel of the view. */
  get isPointedAt(): boolean {
    return panelUnderMouse(this.viewer.display) !== undefined;
  }

  /** Turns the tool of a kind on or off, in a marks layer that is added where there is none. */
  toggleTool(kind: AnnotationKind): void {
    const layer = this.layer ?? this.addLayer();
    const key = layer?.toolKey(kind);
    if (key !== undefined) this.viewer.globalToolBinder.activate(key);
  }

  /** Adds the marks layer of a dataset, by default of what is in view, and selects it. */
  addLayer(dataset = this.dataset): SandboxLayer | undefined {
    const { viewer } = this;
    if (dataset === undefined) return undefined;
    const { layerSpecification, layerManager, selectedLayer } = viewer;
    const name = layerManager.getUniqueLayerName(SANDBOX_LAYER_NAME);
    const layer = makeLayer(
      layerSpecification,
      name,
      sandboxLayerSpec(dataset),
    );
    layerSpecification.add(layer);
    selectedLayer.layer = layer;
    return layer.layer as SandboxLayer;
  }

  /** Selects a mark of the layer in view; undefined selects none. */
  select(id: string | undefined): void {
    const { layer, selection } = this;
    if (id === undefined) selection.clear();
    else if (layer !== undefined) selection.select(layer, id);
  }

  /** Brings a mark into the middle of the view and selects it. */
  show(record: AnnotationRecord): void {
    this.layer?.centerOn(record);
    this.select(record.id);
  }

  /** Saves all marks of the sandbox in view to a file, those included that are not on disk. */
  async export(): Promise<void> {
    const key = this.layer?.sandboxSource?.parameters.key;
    if (key === undefined) return;
    try {
      saveFile(await this.store.export(key), "clio-marks.json");
    } catch (error) {
      new StatusMessage().setErrorMessage(
        `The marks were not exported: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** The datasets that could take over the marks of the image in view; none where they belong to a dataset already. */
  async adopters(): Promise<{ id: string; title: string }[]> {
    const source = this.layer?.sandboxSource;
    const image = source && imageSourceOf(source.parameters.key.dataset);
    return image === undefined ? [] : this.catalogue.withImage(image);
  }

  /** Moves the marks of the image in view into a dataset's sandbox, and shows them there. */
  async adopt(dataset: string): Promise<void> {
    const { layer } = this;
    const source = layer?.sandboxSource;
    if (layer === undefined || source === undefined) return;
    const from = source.parameters.key;
    await this.store.adopt(from, { ...from, dataset });
    const [dataSource] = layer.dataSources;
    dataSource.spec = { ...dataSource.spec, url: sandboxUrl(dataset) };
    this.open.dataset = dataset;
  }

  private imageOfView(): string | undefined {
    for (const { layer } of this.viewer.layerManager.managedLayers) {
      if (layer?.type !== "image") continue;
      const url = layer.dataSources[0]?.spec.url;
      if (url) return imageDataset(url);
    }
    return undefined;
  }
}
