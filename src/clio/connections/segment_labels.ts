import {
  mergeSegmentPropertyMaps,
  PreprocessedSegmentPropertyMap,
  SegmentPropertyMap,
} from "neuroglancer/unstable/segmentation_display_state/property_map.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type CellNames, typeText } from "../ui/cell_names.js";
import {
  noteOwn,
  ownOf,
  type SegmentProperties,
} from "../ui/own_properties.js";
import type { ViewerCells } from "../ui/viewer_cells.js";

/** So many selected cells are named in the viewer's own lists. */
const MOST_NAMED = 200;

/** Beside so many segments of which the source says something else: putting labels to more would be felt. */
const MOST_LISTED = 50_000;

/**
 * Has the viewer's own lists of segments, and its panel of what is selected, show the types and names of the selected cells: as the labels
 * that a source can bring with it. Where one does, its labels stay; what else it says of segments stays beside ours.
 */
export class SegmentLabels extends RefCounted {
  private made: SegmentProperties;
  /** What the source says of its segments. */
  private own: SegmentProperties;
  private shown = "";

  constructor(
    private readonly cells: ViewerCells,
    private readonly names: CellNames,
  ) {
    super();
    const update = () => this.update();
    this.registerDisposer(cells.changed.add(update));
    this.registerDisposer(names.changed.add(update));
    update();
  }

  private update(): void {
    const { cells } = this;
    const place =
      cells.layer?.displayState.segmentationGroupState.value.segmentPropertyMap;
    if (place === undefined) return;
    const isOther = place.value !== this.made;
    // Another layer may have from before what was made here.
    if (isOther) this.own = ownOf(place.value);
    const { own } = this;
    if (own !== undefined && !takesLabels(own)) return;
    const labels = cells.selected
      .slice(0, MOST_NAMED)
      .map((cell): [bigint, string] => [cell, this.labelOf(cell)])
      .filter(([, label]) => label !== "");
    const text = labels.join("\n");
    if (text === this.shown && !isOther) return;
    this.shown = text;
    this.made = labels.length === 0 ? own : withLabels(own, labels);
    place.value = this.made;
  }

  private labelOf(cell: bigint): string {
    const segments = this.cells.segmentsOf(cell).slice(0, MOST_NAMED);
    const type = typeText(this.names.typesOf(segments));
    const instance = this.names.of(cell)?.instance ?? "";
    return [...new Set([type, instance])].filter(Boolean).join(" · ");
  }
}

function takesLabels({
  segmentPropertyMap: { inlineProperties },
  labels,
}: PreprocessedSegmentPropertyMap): boolean {
  return (
    labels === undefined && (inlineProperties?.ids.length ?? 0) <= MOST_LISTED
  );
}

/**
 * What a source says of its segments, with labels beside it.
 * @param labels of different segments, in any order; those that the source does not list have theirs as well
 */
export function withLabels(
  own: SegmentProperties,
  labels: readonly (readonly [bigint, string])[],
): PreprocessedSegmentPropertyMap {
  // Upstream merges two lists of ids as two that are in order, and its own test of that takes one for it whose first id is the smallest.
  const sorted = labels.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const inlineProperties = {
    ids: BigUint64Array.from(sorted, ([id]) => id),
    properties: [
      {
        id: "label",
        type: "label" as const,
        values: sorted.map(([, label]) => label),
      },
    ],
  };
  const made = new SegmentPropertyMap({ inlineProperties });
  const merged =
    own && mergeSegmentPropertyMaps([own.segmentPropertyMap, made]);
  const both = new PreprocessedSegmentPropertyMap(merged ?? made);
  noteOwn(both, own);
  return both;
}
