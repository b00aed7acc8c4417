import {
  LayerReference,
  type ManagedUserLayer,
  UserLayer,
} from "neuroglancer/unstable/layer/index.js";
import {
  layerDataSourceSpecificationFromJson,
  type LoadedDataSubsource,
} from "neuroglancer/unstable/layer/layer_data_source.js";
import { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import { TrackableBoolean } from "neuroglancer/unstable/trackable_boolean.js";
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { MergeGraph } from "./merge_graph.js";

const SEGMENTATION_KEY = "segmentation";
const EVERYBODYS_KEY = "everybodys";

/** Whether merges can be made in a layer, or what is in the way. */
export type MergesStanding =
  | "ready"
  | "loading"
  /** It is bound to no segmentation, or to one that is gone. */
  | "no segmentation"
  /** The segmentation has another graph than merges. */
  | "another graph";

/**
 * A person's merges of the segments of one segmentation layer. It has no picture of its own: it gives that layer, or where that is linked to
 * others their common root, the merges as a second source, and takes them away when it goes.
 */
export class MergeLayer extends UserLayer {
  static override type = "clio-merge";
  static override typeAbbreviation = "mrg";
  /** The merges, once they are loaded. */
  readonly graph = new WatchableValue<MergeGraph | undefined>(undefined);
  /** The layer that it is bound to, by name in a link. Which type a layer has may be known later. */
  readonly segmentation: LayerReference;
  /** Whether the merges that hold for everybody are shown below the person's own. */
  readonly everybodys = new TrackableBoolean(true);

  private isBinding = false;

  constructor(managed: ManagedUserLayer) {
    super(managed);
    this.segmentation = this.registerDisposer(
      new LayerReference(this.manager.rootLayers.addRef(), () => true),
    );
    this.registerDisposer(() => this.unbind());
    for (const { changed } of [this.segmentation, this.everybodys]) {
      this.registerDisposer(changed.add(this.specificationChanged.dispatch));
    }
    for (const { changed } of [this.segmentation, this.graph]) {
      this.registerDisposer(changed.add(() => this.bind()));
    }
    for (const { changed } of [this.everybodys, this.graph]) {
      this.registerDisposer(
        changed.add(() =>
          this.graph.value?.book.showShared(this.everybodys.value),
        ),
      );
    }
    const { layersChanged, specificationChanged } = this.manager.rootLayers;
    for (const signal of [layersChanged, specificationChanged]) {
      this.registerDisposer(signal.add(() => this.bind()));
    }
  }

  /** The layer whose segments are merged. */
  get target(): SegmentationUserLayer | undefined {
    const layer = this.segmentation.layer?.layer;
    return layer instanceof SegmentationUserLayer
      ? layer.displayState.linkedSegmentationGroup.root.value
      : undefined;
  }

  get standing(): MergesStanding {
    const { target, graph } = this;
    if (this.segmentation.layerName === undefined) return "no segmentation";
    if (target === undefined || graph.value === undefined) return "loading";
    const shown = target.displayState.segmentationGroupState.value.graph.value;
    if (shown === graph.value) return "ready";
    return shown === undefined ? "loading" : "another graph";
  }

  override restoreState(specification: Record<string, unknown>): void {
    super.restoreState(specification);
    const name = specification[SEGMENTATION_KEY];
    this.segmentation.layerName = typeof name === "string" ? name : undefined;
    this.everybodys.restoreState(specification[EVERYBODYS_KEY]);
  }

  override toJSON(): Record<string, unknown> {
    const json = super.toJSON() as Record<string, unknown>;
    json[SEGMENTATION_KEY] = this.segmentation.toJSON();
    json[EVERYBODYS_KEY] = this.everybodys.toJSON();
    return json;
  }

  override activateDataSubsources(
    subsources: Iterable<LoadedDataSubsource>,
  ): void {
    let graph: MergeGraph | undefined;
    for (const subsource of subsources) {
      const found = subsource.subsourceEntry.subsource.segmentationGraph;
      if (graph !== undefined || !isMergeGraph(found)) {
        subsource.deactivate("A layer of merges shows merges and nothing else");
        continue;
      }
      graph = found;
      subsource.activate(() => undefined);
    }
    this.graph.value = graph;
  }

  private get url(): string | undefined {
    return this.dataSources[0]?.spec.url;
  }

  /** Gives the segmentation the merges, unless it has them or a graph of its own. */
  private bind(): void {
    const { target, url, graph } = this;
    if (this.isBinding || !url || graph.value === undefined) return;
    if (target === undefined) return;
    const { dataSources, displayState } = target;
    if (displayState.segmentationGroupState.value.graph.value !== undefined) {
      return;
    }
    if (dataSources.some(({ spec }) => spec.url === url)) return;
    // One that is still on its way may bring a graph.
    if (dataSources.some(({ loadState }) => loadState === undefined)) return;
    // Upstream tells of the source before the layer has it: without the flag it would be given another and another.
    this.isBinding = true;
    target.addDataSource(layerDataSourceSpecificationFromJson(url));
    this.isBinding = false;
  }

  private unbind(): void {
    const { target, url } = this;
    // Where the whole view goes there may be nothing left to take them from.
    if (target === undefined || target.wasDisposed) return;
    const source = target.dataSources.find(({ spec }) => spec.url === url);
    if (source === undefined) return;
    source.spec = layerDataSourceSpecificationFromJson("");
  }
}

/** Told by what it has: the class itself is not in the first load of a page. */
export function isMergeGraph(graph: object | undefined): graph is MergeGraph {
  return graph !== undefined && "book" in graph;
}
