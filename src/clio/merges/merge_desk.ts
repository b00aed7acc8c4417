import type { SegmentationGroupState } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import { getBaseObjectColor } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import { layerDataSourceSpecificationFromJson } from "neuroglancer/unstable/layer/layer_data_source.js";
import { LocalSegmentationGraphSource } from "neuroglancer/unstable/segmentation_graph/local.js";
import { localEquivalencesUrl } from "neuroglancer/unstable/datasource/local.js";
import type { TrackableValue } from "neuroglancer/unstable/trackable_value.js";
import { animationFrameDebounce } from "neuroglancer/unstable/util/animation_frame_debounce.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { VoxelPosition } from "../model/annotation.js";
import { keyOf } from "../model/keys.js";
import { type CellNames, isNamed } from "../ui/cell_names.js";
import { keyText } from "../ui/key_cap.js";
import { ownOf, type SegmentProperties } from "../ui/own_properties.js";
import { tell } from "../ui/tell.js";
import { keepRule, keptRule } from "./kept_rule.js";
import {
  chooseMain,
  decided,
  type MainChoice,
  type MainRule,
  RULE_NAMES,
} from "./main_rule.js";
import type { MergeBook } from "./merge_book.js";
import { MergeLayer } from "./merge_layer.js";
import { type MergePair, pairsOfSets } from "../model/merge_pairs.js";
import { attempt, tellLeftOut } from "./refusal.js";
import { countVoxels, isNoSegment, WholeSizes } from "./segment_sizes.js";
import { selectedInOrder, selectTogether } from "./selection.js";

/** Of how many segments of a cell the types are asked for. */
const MOST_NAMED = 200;

/** What merging needs of the marks beside it: they know how the image lies in the view, and have the one history of a dataset. */
export interface MergePlaces {
  /** The voxel at a position of the viewer's global space; undefined where that is not known. */
  voxelAt(position: Float32Array): VoxelPosition | undefined;
  /** Brings a voxel into the middle of the view. */
  goTo(voxel: VoxelPosition): void;
  /** Names an act that is a step of the history, and offers to take it back. */
  acted(label: string): void;
}

/** Merging in the view: what is selected, what there is to merge it with, and the acts, which tell the person what was not done, and why. */
export class MergeDesk extends RefCounted {
  /** Told, once a frame, when what is selected, merged or bound may be another. */
  readonly changed = new NullarySignal();
  private readonly tell: () => void;
  private readonly sizes: WholeSizes;
  private rule: MainRule;
  private watched: RefCounted | undefined;
  private isDeciding = false;

  /** @param person who sits before the screen */
  constructor(
    readonly viewer: Viewer,
    readonly places: MergePlaces,
    private readonly names: CellNames,
    private readonly person: string,
  ) {
    super();
    this.rule = keptRule(person);
    this.sizes = this.registerDisposer(new WholeSizes(names));
    const tell = animationFrameDebounce(() => {
      this.watch();
      this.changed.dispatch();
    });
    this.registerDisposer(() => {
      tell.cancel();
      this.watched?.dispose();
    });
    this.tell = tell;
    this.registerDisposer(viewer.layerManager.layersChanged.add(tell));
    this.registerDisposer(viewer.selectedLayer.changed.add(tell));
    this.registerDisposer(names.changed.add(tell));
    this.watch();
  }

  /** The selected layer of merges, else the first one. */
  get layer(): MergeLayer | undefined {
    return mergeLayerOf(this.viewer);
  }

  /** The merges, where they can be made. */
  get book(): MergeBook | undefined {
    const { layer } = this;
    return layer?.standing === "ready" ? layer.graph.value?.book : undefined;
  }

  /** What is selected, in the order in which it was; a merged segment stands for all that it is one with. */
  get selected(): bigint[] {
    const { group } = this;
    return group === undefined ? [] : selectedInOrder(group);
  }

  /** Which segment is the main of the next merge, as the person has set it. */
  get mainRule(): MainRule {
    return this.rule;
  }

  set mainRule(rule: MainRule) {
    this.rule = rule;
    keepRule(this.person, rule);
    this.tell();
  }

  /** The segment whose id and colour all of the selected would have. */
  get main(): MainChoice | undefined {
    const { selected, layer } = this;
    if (layer === undefined || selected.length === 0) return undefined;
    return this.mainOf(selected);
  }

  private mainOf(ids: readonly bigint[]): MainChoice {
    return chooseMain(this.rule, ids, {
      sizeOf: (id) => this.sizeOf(id),
      isAnnotated: (id) => this.isAnnotated(id),
      isAsked: (id) =>
        (this.book?.sets.membersOf(id) ?? [id]).some((each) =>
          this.names.isAsked(each),
        ),
    });
  }

  /** The voxels of all that a segment is one with, where the segmentation says them, or whoever names its cells. */
  sizeOf(id: bigint): number | undefined {
    const { book } = this;
    return book && this.sizes.sizeOf(book, this.properties, id);
  }

  /** What sizes are known from: something else where any may be another. */
  get sizesFrom(): unknown {
    return this.sizes.knownFrom(this.properties);
  }

  /** Whether the segmentation lists its segments with their sizes. */
  get listsSizes(): boolean {
    return countVoxels(this.properties);
  }

  /** Whether the segmentation lists its segments with their sizes, and has none of this id. */
  isGone(id: bigint): boolean {
    return isNoSegment(this.properties, id);
  }

  /**
   * Whether any of what a segment is one with has a type or a name; of a cell of very many, some are looked at. Undefined where none of
   * those whose names are known has, and others may.
   */
  private isAnnotated(id: bigint): boolean | undefined {
    const { book, properties, names } = this;
    const members = book?.sets.membersOf(id).slice(0, MOST_NAMED) ?? [id];
    const found = members.map((each) => names.of(each));
    const isSaid = members.some(
      (each, i) =>
        isNamed(found[i]) || properties?.getSegmentLabel(each) !== undefined,
    );
    if (isSaid) return true;
    return names.haveSource && found.includes(undefined) ? undefined : false;
  }

  /** What the segmentation itself says of its segments, such as their sizes. */
  get properties(): SegmentProperties {
    return ownOf(this.group?.segmentPropertyMap.value);
  }

  /** The types of the segments that these are one with, as far as they are known; of a cell of very many, those of some. */
  typesOf(ids: readonly bigint[]): Map<string, bigint[]> {
    const { sets } = this.layer?.graph.value?.book ?? {};
    return this.names.typesOf(
      ids.flatMap(
        (id) => sets?.membersOf(sets.mainOf(id)).slice(0, MOST_NAMED) ?? [id],
      ),
    );
  }

  /** The segment under the pointer; undefined where none is. */
  get pointedAt(): bigint | undefined {
    return this.layer?.target?.displayState.segmentSelectionState.value;
  }

  /** The colour of a segment, in CSS. */
  colorOf(id: bigint): string {
    const color = new Float32Array(4);
    getBaseObjectColor(this.layer?.target?.displayState, id, color);
    const [red, green, blue] = color.map((part) => Math.round(part * 255));
    return `rgb(${red} ${green} ${blue})`;
  }

  /** Makes one of all that is selected. Where sizes or names that decide the main are on their way, it waits a little. */
  async mergeSelected(): Promise<void> {
    const { book, selected, rule } = this;
    if (this.isDeciding) return;
    if (book === undefined) {
      this.sayWhyNot();
      return;
    }
    if (selected.length < 2) {
      tell(
        `Nothing was merged: select two segments or more, each by a double click. ${keyText(keyOf("toggle-merge-mode"))} turns merge mode on, which shows what would become one.`,
      );
      return;
    }
    const place = this.places.voxelAt(
      this.viewer.navigationState.position.value,
    );
    const isWaiting = this.mainOf(selected).lacks === "asked";
    this.isDeciding = true;
    const { main, why, lacks } = await decided(
      () => this.mainOf(selected),
      this.names.changed,
    ).finally(() => (this.isDeciding = false));
    if (this.book !== book) {
      tell("Nothing was merged: by now other merges are in view.");
      return;
    }
    // Before it waited, nobody could read it.
    if (isWaiting && lacks !== undefined) {
      tell(
        `The rule “${RULE_NAMES[rule]}” could not be followed: the main is ${main}, ${why}.`,
      );
    }
    await this.merge(
      main,
      selected.filter((id) => id !== main),
      place,
    );
  }

  /** Merges one segment onto another, at the place where that was decided. */
  async merge(
    onto: bigint,
    others: readonly bigint[],
    place: VoxelPosition | undefined,
  ): Promise<void> {
    await this.act("merged", (book) => book.merge(onto, others, place));
  }

  /** Takes the outermost merge of each selected segment apart, and leaves the parts selected in the order in which they were merged. */
  async unmergeSelected(): Promise<void> {
    const { book, group } = this;
    if (book === undefined || group === undefined) {
      this.sayWhyNot();
      return;
    }
    const merged = this.selected.filter(
      (id) => book.sets.newestOf(id) !== undefined,
    );
    if (merged.length === 0) {
      tell("Nothing was taken apart: no selected segment is merged.");
    }
    for (const id of merged) {
      await this.act("taken apart", async () => {
        selectTogether(group, await book.unmerge(id));
      });
    }
  }

  /** Selects all that a segment is one with. */
  select(id: bigint): void {
    const { group, book } = this;
    if (group === undefined || book === undefined) return;
    selectTogether(group, [book.sets.mainOf(id)]);
  }

  /** Does something with the merges; where it cannot be done, the person is told. */
  async act(
    done: string,
    work: (book: MergeBook) => Promise<void>,
  ): Promise<void> {
    const { book } = this;
    if (book === undefined) this.sayWhyNot();
    else await attempt(done, () => work(book));
  }

  /** Makes merges of pairs from elsewhere, in one step, and tells what of them was left out. */
  async add(pairs: readonly MergePair[]): Promise<void> {
    await this.act("imported", async (book) =>
      tellLeftOut(await book.add(pairs)),
    );
  }

  /** The equivalences that a link gave the segmentation, in the way of merges; undefined where it has none. */
  get equivalences(): LocalSegmentationGraphSource | undefined {
    const graph = this.group?.graph.value;
    return graph instanceof LocalSegmentationGraphSource ? graph : undefined;
  }

  /** Makes merges of the equivalences of the segmentation, in one step, and has it take the merges in their place. */
  async importEquivalences(): Promise<void> {
    const { layer, equivalences } = this;
    const book = layer?.graph.value?.book;
    const target = layer?.target;
    if (equivalences === undefined || target === undefined) return;
    if (book === undefined) {
      tell("Nothing was imported: your merges are not read yet.");
      return;
    }
    await attempt("imported", async () => {
      // Sorted by upstream, and called after their smallest segment: they keep that.
      const sets = equivalences.equivalences.toJSON();
      const pairs = pairsOfSets(sets.map((ids) => ids.map(BigInt)));
      tellLeftOut(await book.add(pairs));
      const source = target.dataSources.find(
        ({ spec }) => spec.url === localEquivalencesUrl,
      );
      if (source !== undefined) {
        source.spec = layerDataSourceSpecificationFromJson("");
      }
      // The link would carry them on.
      equivalences.restoreState(undefined);
      equivalences.changed.dispatch();
    });
  }

  /** What is in the way of merging, in a sentence; undefined where nothing is. */
  get hindrance(): string | undefined {
    const { layer } = this;
    if (layer === undefined) {
      return "There is no layer of merges in this view: open a dataset whose segments can be merged.";
    }
    const name = layer.segmentation.layerName;
    switch (layer.standing) {
      case "ready":
        return undefined;
      case "loading":
        return layer.dataSources[0]?.loadState?.error === undefined
          ? "Your merges are being read."
          : "Your merges could not be loaded. Reload the page when the server is back.";
      case "no segmentation":
        return `The layer ${layer.managedLayer.name} is bound to no segmentation.`;
      case "another graph":
        return this.equivalences === undefined
          ? `The layer ${name} has another graph of equivalent segments. Remove that source from the layer, and it takes your merges.`
          : `The layer ${name} has equivalences of its own from the link. Import them, and they are merges of yours, which take their place.`;
    }
  }

  /** What is selected and shown of the segments; undefined where there are none. */
  get group(): SegmentationGroupState | undefined {
    return this.layer?.target?.displayState.segmentationGroupState.value;
  }

  /** How strongly the colours of segments that are not selected are seen in slices, 0 to 1; undefined where there are none. */
  get othersAlpha(): TrackableValue<number> | undefined {
    return this.layer?.target?.displayState.notSelectedAlpha;
  }

  private sayWhyNot(): void {
    tell(
      this.hindrance ?? "Nothing was done: your merges are not there any more.",
    );
  }

  /**
   * Listens to what is in view now. Never while one of these tells of something: whoever begins to listen to it then is told as well, and so
   * would begin again without an end.
   */
  private watch(): void {
    const { layer, tell } = this;
    this.watched?.dispose();
    const watched = (this.watched = new RefCounted());
    const book = layer?.graph.value?.book;
    if (book !== undefined) {
      watched.registerDisposer(
        book.acts.add((label) => this.places.acted(label)),
      );
    }
    for (const { changed } of this.seen()) {
      watched.registerDisposer(changed.add(tell));
    }
  }

  /** What is selected, merged and bound. */
  private seen(): {
    readonly changed: { add(tell: () => void): () => void };
  }[] {
    const { layer } = this;
    if (layer === undefined) return [];
    const { graph, segmentation, everybodys, target } = layer;
    const own = [graph, segmentation, everybodys];
    const merges = graph.value === undefined ? [] : [graph.value.book];
    if (target === undefined) return [...own, ...merges];
    const { segmentationGroupState, segmentColorHash } = target.displayState;
    const group = segmentationGroupState.value;
    return [
      ...own,
      ...merges,
      segmentationGroupState,
      segmentColorHash,
      group.visibleSegments,
      group.selectedSegments,
      group.graph,
      group.segmentPropertyMap,
    ];
  }
}

/** The selected layer of merges, else the first one. */
export function mergeLayerOf({
  selectedLayer,
  layerManager,
}: Viewer): MergeLayer | undefined {
  const selected = selectedLayer.layer?.layer;
  if (selected instanceof MergeLayer) return selected;
  return layerManager.managedLayers
    .map(({ layer }) => layer)
    .find((layer) => layer instanceof MergeLayer);
}
