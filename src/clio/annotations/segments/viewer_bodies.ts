import type { LayerManager } from "neuroglancer/unstable/layer/index.js";
import type { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import { getBaseObjectColor } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Bodies, Body } from "./bodies.js";
import { segmentationLayers, sourceOf } from "./segmentation_layers.js";

/** Bodies as the segmentation layers of a viewer have them: its merges, its colours, what it shows. */
export class ViewerBodies extends RefCounted implements Bodies {
  readonly changed = new NullarySignal();
  private watched: RefCounted | undefined;

  constructor(private readonly layers: LayerManager) {
    super();
    this.registerDisposer(layers.layersChanged.add(() => this.watch()));
    this.watch();
  }

  get looksUp(): boolean {
    return segmentationLayers(this.layers).length > 0;
  }

  bodyOf(source: string, supervoxel: string): Body | undefined {
    const group = this.layerOf(source)?.displayState.segmentationGroupState;
    if (group === undefined) return undefined;
    const { segmentEquivalences, visibleSegments } = group.value;
    const id = segmentEquivalences.get(BigInt(supervoxel));
    return {
      id: String(id),
      color: this.colorOf(source, id),
      shown: visibleSegments.has(id),
    };
  }

  toggle(source: string, { id, shown }: Body): void {
    const group = this.layerOf(source)?.displayState.segmentationGroupState;
    group?.value.visibleSegments.set(BigInt(id), !shown);
  }

  override disposed(): void {
    this.watched?.dispose();
    super.disposed();
  }

  private colorOf(source: string, id: bigint): string {
    const color = new Float32Array(4);
    getBaseObjectColor(this.layerOf(source)?.displayState, id, color);
    const [red, green, blue] = color.map((part) => Math.round(part * 255));
    return `rgb(${red} ${green} ${blue})`;
  }

  private layerOf(source: string): SegmentationUserLayer | undefined {
    return segmentationLayers(this.layers).find(
      (layer) => sourceOf(layer) === source,
    );
  }

  /** Listens to the segmentations that are in view now. */
  private watch(): void {
    this.watched?.dispose();
    const watched = new RefCounted();
    const tell = () => this.changed.dispatch();
    for (const { displayState } of segmentationLayers(this.layers)) {
      const group = displayState.segmentationGroupState;
      const { segmentEquivalences, visibleSegments } = group.value;
      for (const { changed } of [segmentEquivalences, visibleSegments]) {
        watched.registerDisposer(changed.add(tell));
      }
      // Linked to another layer's segments, it has those from then on.
      watched.registerDisposer(group.changed.add(() => this.watch()));
    }
    this.watched = watched;
    tell();
  }
}
