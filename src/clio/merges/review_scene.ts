import type { SegmentationGroupState } from "neuroglancer/unstable/segmentation_display_state/frontend.js";
import type { TrackableValue } from "neuroglancer/unstable/trackable_value.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { VoxelPosition } from "../model/annotation.js";
import type { RequestedRow } from "./requested_rows.js";

/** The view that merges are looked at in. */
interface SceneView {
  readonly group: SegmentationGroupState | undefined;
  readonly othersAlpha: TrackableValue<number> | undefined;
  readonly places: { goTo(voxel: VoxelPosition): void };
}

/** What of a view is another while merges are looked at. */
interface Before {
  readonly group: SegmentationGroupState;
  /** How strongly the colours of all other segments are seen. */
  readonly othersAlpha: TrackableValue<number>;
  readonly alpha: number;
  readonly selected: readonly bigint[];
  readonly shown: readonly bigint[];
  /** Has links say what is there again. */
  readonly unpin: readonly (() => void)[];
}

/**
 * Shows merges that are asked for in the view, one at a time, and nothing beside them; in the end it is as it was before. Links, and so a
 * page that is loaded again, have what was before all the time.
 */
export class ReviewScene extends RefCounted {
  private before: Before | undefined;

  constructor(private readonly view: SceneView) {
    super();
    this.registerDisposer(() => this.leave());
  }

  /** Brings the place of merges into view, and selects both sides and nothing else: so they are coloured, and their meshes drawn. */
  show({ onto, merges }: RequestedRow): void {
    const { group, othersAlpha } = this.view;
    if (group !== this.before?.group) this.leave();
    if (group === undefined || othersAlpha === undefined) return;
    const { selectedSegments, visibleSegments } = group;
    this.before ??= {
      ...{ group, othersAlpha, alpha: othersAlpha.value },
      selected: [...selectedSegments],
      shown: [...visibleSegments],
      unpin: [pin(group), pin(othersAlpha)],
    };
    const joining = merges.map(({ merge }) => BigInt(merge.merged));
    // What else has a colour would be taken for a side.
    othersAlpha.value = 0;
    selectedSegments.clear();
    visibleSegments.add([BigInt(onto), ...joining]);
    const [{ position }] = merges.map(({ merge }) => merge);
    if (position !== undefined) this.view.places.goTo(position);
  }

  /** Shows and selects what was before, where it was. */
  leave(): void {
    const { before } = this;
    this.before = undefined;
    if (before === undefined || before.group.wasDisposed === true) return;
    const { group, othersAlpha, alpha, selected, shown, unpin } = before;
    const { selectedSegments, visibleSegments } = group;
    othersAlpha.value = alpha;
    selectedSegments.clear();
    selectedSegments.add([...selected]);
    visibleSegments.add([...shown]);
    for (const each of unpin) each();
  }
}

/**
 * Has links say of a part of the view what it is now, whatever becomes of it.
 * @returns what has them say what it is again
 */
function pin(part: { toJSON: () => unknown }): () => void {
  const said = part.toJSON();
  const { toJSON } = part;
  part.toJSON = () => said;
  return () => (part.toJSON = toJSON);
}
