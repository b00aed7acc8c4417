import type { TrackableDataSelectionState } from "neuroglancer/unstable/layer/index.js";

/**
 * Keeps a pinned selection from following the mouse. Upstream lets go of the mouse in a timer that comes after the pin, and where the one
 * that looks under the mouse comes first, as on a slow machine, what a key had just selected was gone again.
 */
export function keepPinnedSelection(
  selection: TrackableDataSelectionState,
): void {
  const capture = selection.capture.bind(selection);
  selection.capture = (canRetain = false) => {
    // Upstream retains what was selected only where it follows the mouse.
    if (canRetain && selection.pin.value) return;
    capture(canRetain);
  };
}
