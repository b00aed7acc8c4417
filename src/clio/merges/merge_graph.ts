import type { UserLayer } from "neuroglancer/unstable/layer/index.js";
import type { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import type { SegmentationGroupState } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import { VisibleSegmentEquivalencePolicy } from "neuroglancer/unstable/segmentation_graph/segment_id.js";
import {
  SegmentationGraphSource,
  SegmentationGraphSourceConnection,
} from "neuroglancer/unstable/segmentation_graph/source.js";
import {
  changeDrawnSets,
  tablesOf,
} from "../../../neuroglancer/equivalence_tables.js";
import { packSets } from "../../../neuroglancer/segment_sets.js";
import { element } from "../ui/element.js";
import { MERGED_SETS_RPC_ID, type MergedSetsMessage } from "./base.js";
import type { MergeBook } from "./merge_book.js";
import { replaceSelected } from "./selection.js";

/** What upstream's own tool for it is told. */
const CANNOT_SPLIT =
  "A merge is taken apart in the panel of merges, or with the key for it.";

/** A person's merges as upstream's segmentation layers take them: their second source. */
export class MergeGraph extends SegmentationGraphSource {
  constructor(readonly book: MergeBook) {
    super();
  }

  override get visibleSegmentEquivalencePolicy(): VisibleSegmentEquivalencePolicy {
    return VisibleSegmentEquivalencePolicy.MIN_REPRESENTATIVE;
  }

  override connect(layer: SegmentationUserLayer): MergeGraphConnection {
    const { manager, displayState } = layer;
    return new MergeGraphConnection(
      this,
      displayState.segmentationGroupState.value,
      () =>
        manager.rootLayers.managedLayers.flatMap(({ layer }) => layer ?? []),
    );
  }

  override async merge(a: bigint, b: bigint): Promise<bigint> {
    await this.book.merge(a, [b]);
    return this.book.sets.mainOf(a);
  }

  override split(): Promise<never> {
    return Promise.reject(new Error(CANNOT_SPLIT));
  }

  /** Ids of segments stay what they are. */
  override trackSegment(): () => void {
    return () => undefined;
  }

  override tabContents(): HTMLDivElement {
    return element(
      "div",
      {},
      "Your own merges of these segments. The panel of merges lists them.",
    );
  }
}

/** Has a segmentation layer show the sets of a book as they are, from when the book is read. */
export class MergeGraphConnection extends SegmentationGraphSourceConnection<MergeGraph> {
  private normalising = false;

  /** @param layers those of the view, of which any may draw the segments of `state` */
  constructor(
    graph: MergeGraph,
    private readonly state: SegmentationGroupState,
    private readonly layers: () => readonly UserLayer[],
  ) {
    super(graph, state);
    const { book } = graph;
    this.registerDisposer(
      book.changed.add((touched) => {
        if (touched === undefined) this.showAll();
        else this.follow(touched);
      }),
    );
    this.registerDisposer(
      state.visibleSegments.changed.add(() => this.normaliseSoon()),
    );
    this.registerDisposer(() => {
      const { segmentEquivalences } = state;
      if (!segmentEquivalences.wasDisposed) segmentEquivalences.clear();
    });
    if (book.isRead) this.showAll();
  }

  override computeSplit(): undefined {
    return undefined;
  }

  private showAll(): void {
    const sets = [...this.graph.book.sets.sets()];
    this.change({ apart: undefined, ...packSets(sets) });
    this.normalise();
  }

  /** @param touched as `MergeBook.changed` tells it */
  private follow(touched: ReadonlySet<bigint>): void {
    const { sets } = this.graph.book;
    const { disjointSets } = this.state.segmentEquivalences;
    /** Segments that may be in another set than is shown; it grows while it is gone through. */
    const segments = new Set(touched);
    /** Members of the sets that are shown and are no more, by their ids. */
    const apart = new Map<bigint, bigint[]>();
    const joined = new Map<bigint, bigint[]>();
    for (const id of segments) {
      const shown = disjointSets.get(id);
      if (disjointSets.has(id) && !apart.has(shown)) {
        apart.set(shown, [...disjointSets.setElements(id)]);
        for (const each of apart.get(shown)!) segments.add(each);
      }
      const main = sets.mainOf(id);
      if (joined.has(main)) continue;
      joined.set(main, sets.membersOf(id));
      for (const each of joined.get(main)!) segments.add(each);
    }
    this.change({
      apart: BigUint64Array.from(apart.keys()),
      ...packSets([...joined.values()].filter(({ length }) => length > 1)),
    });
    // What is shown stays shown, whatever it belongs to now.
    replaceSelected(this.state, (id) => [
      ...new Set(
        [id, ...(apart.get(id) ?? [])].map((each) => sets.mainOf(each)),
      ),
    ]);
  }

  /** Here and in the worker. */
  private change(change: Omit<MergedSetsMessage, "id">): void {
    const { segmentEquivalences } = this.state;
    const { disjointSets } = segmentEquivalences;
    const tables = tablesOf(this.layers(), disjointSets);
    changeDrawnSets(disjointSets, change, tables);
    const { rpc, rpcId } = segmentEquivalences;
    // As upstream's own sets are without a worker: in specs.
    if (rpc !== null) {
      const message: MergedSetsMessage = { id: rpcId!, ...change };
      rpc.invoke(MERGED_SETS_RPC_ID, message);
    }
    segmentEquivalences.changed.dispatch();
  }

  /** A segment that is not the main of its set may be selected by its id; in the place of it goes the set. */
  private normaliseSoon(): void {
    if (this.normalising) return;
    this.normalising = true;
    queueMicrotask(() => {
      this.normalising = false;
      if (!this.wasDisposed) this.normalise();
    });
  }

  private normalise(): void {
    const { sets } = this.graph.book;
    replaceSelected(this.state, (id) => [sets.mainOf(id)]);
  }
}
