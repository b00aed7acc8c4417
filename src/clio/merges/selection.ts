import type { SegmentationGroupState } from "neuroglancer/unstable/segmentation_display_state/frontend.js";

/** The segments that a layer has selected and shows, in the order in which they were. */
export function selectedInOrder({
  selectedSegments,
  visibleSegments,
}: SegmentationGroupState): bigint[] {
  return [...selectedSegments].filter((id) => visibleSegments.has(id));
}

/**
 * Puts others in the place of selected segments. The order stays, and what was shown is shown; where nothing is another, nothing is told.
 * @param instead what stands for a segment from now on
 */
export function replaceSelected(
  { selectedSegments, visibleSegments }: SegmentationGroupState,
  instead: (id: bigint) => readonly bigint[],
): void {
  const before = [...selectedSegments];
  const after = new Map<bigint, boolean>();
  for (const id of before) {
    const isShown = visibleSegments.has(id);
    for (const other of instead(id)) {
      after.set(other, isShown || after.get(other) === true);
    }
  }
  const selected = [...after.keys()];
  const isSame =
    selected.length === before.length &&
    selected.every((id, i) => id === before[i]);
  if (isSame) return;
  // Hides them as well.
  selectedSegments.clear();
  selectedSegments.add(selected);
  visibleSegments.add(selected.filter((id) => after.get(id) === true));
}

/** Selects these, shown and in this order, where the first of them is selected, or at the end. */
export function selectTogether(
  state: SegmentationGroupState,
  ids: readonly bigint[],
): void {
  const { selectedSegments, visibleSegments } = state;
  const [first] = [...selectedSegments].filter((id) => ids.includes(id));
  if (first !== undefined) {
    replaceSelected(state, (id) =>
      id === first ? ids : ids.includes(id) ? [] : [id],
    );
  }
  visibleSegments.add([...ids]);
}
