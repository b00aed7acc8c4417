import { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import { getBaseObjectColor } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import { animationFrameDebounce } from "neuroglancer/unstable/util/animation_frame_debounce.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";

/** The cells of a segmentation, as the viewer has them: its selection, its merges, its colours. */
export class ViewerCells extends RefCounted {
  /** Told, once a frame, when what is selected, merged, coloured or in view may be another. */
  readonly changed = new NullarySignal();
  /** Counts what is merged: another number, other cells. */
  merged = 0;
  private name: string | undefined;
  private watched: RefCounted | undefined;
  private watchedGroup: ViewerCells["group"];
  private readonly tell: () => void;

  constructor(private readonly viewer: Viewer) {
    super();
    const tell = animationFrameDebounce(() => {
      this.watch();
      this.changed.dispatch();
    });
    this.tell = tell;
    this.registerDisposer(() => {
      tell.cancel();
      this.watched?.dispose();
    });
    this.registerDisposer(viewer.layerManager.layersChanged.add(tell));
    this.watch();
  }

  /** Name of the layer whose segments are meant; undefined for the first segmentation in view. */
  set layerName(name: string | undefined) {
    if (name === this.name) return;
    this.name = name;
    this.tell();
  }

  get layer(): SegmentationUserLayer | undefined {
    const layers = this.viewer.layerManager.managedLayers
      .map(({ layer }) => layer)
      .filter((layer) => layer instanceof SegmentationUserLayer);
    return this.name === undefined
      ? layers[0]
      : layers.find(({ managedLayer }) => managedLayer.name === this.name);
  }

  /** The selected cells, in the order in which they were selected. */
  get selected(): bigint[] {
    const { group } = this;
    if (group === undefined) return [];
    const { selectedSegments, visibleSegments } = group;
    const shown = [...selectedSegments].filter((id) => visibleSegments.has(id));
    return [...new Set(shown.map((id) => this.cellOf(id)))];
  }

  /** The cell that a segment is a part of, by its id. */
  cellOf(id: bigint): bigint {
    return this.group?.segmentEquivalences.get(id) ?? id;
  }

  /** All segments of a cell. */
  segmentsOf(cell: bigint): bigint[] {
    const sets = this.group?.segmentEquivalences.disjointSets;
    return sets === undefined ? [cell] : [...sets.setElements(cell)];
  }

  isSelected(cell: bigint): boolean {
    return this.group?.visibleSegments.has(cell) === true;
  }

  /** Takes cells into the selection, or out of it. */
  select(cells: readonly bigint[], selected: boolean): void {
    const { group } = this;
    if (group === undefined) return;
    if (selected) group.visibleSegments.add([...cells]);
    // Which hides them as well.
    else group.selectedSegments.delete([...cells]);
  }

  /** Selects these cells and no others. */
  selectOnly(cells: readonly bigint[]): void {
    const { group } = this;
    if (group === undefined) return;
    group.selectedSegments.clear();
    group.visibleSegments.add([...cells]);
  }

  /** The colour of a cell, in CSS. */
  colorOf(cell: bigint): string {
    const color = new Float32Array(4);
    getBaseObjectColor(this.layer?.displayState, cell, color);
    const [red, green, blue] = color.map((part) => Math.round(part * 255));
    return `rgb(${red} ${green} ${blue})`;
  }

  private get group() {
    return this.layer?.displayState.segmentationGroupState.value;
  }

  /** Listens to the segmentation that is in view now. */
  private watch(): void {
    this.watched?.dispose();
    const watched = (this.watched = new RefCounted());
    const { layer, group, tell } = this;
    // What is merged in another segmentation was told to nobody yet.
    if (group !== this.watchedGroup) this.merged += 1;
    this.watchedGroup = group;
    if (layer === undefined || group === undefined) return;
    const { segmentationGroupState, segmentColorHash, segmentStatedColors } =
      layer.displayState;
    const { selectedSegments, visibleSegments, segmentEquivalences } = group;
    for (const { changed } of [
      ...[segmentationGroupState, segmentColorHash, segmentStatedColors],
      ...[selectedSegments, visibleSegments],
    ]) {
      watched.registerDisposer(changed.add(tell));
    }
    watched.registerDisposer(
      segmentEquivalences.changed.add(() => {
        this.merged += 1;
        tell();
      }),
    );
  }
}
