/** What the specs of a mark's form give it for the sandbox and the viewer. */
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import { NO_VOCABULARY } from "../../../model/fields.js";
import type { MarkFormContext } from "../form_context.js";

/** A sandbox that takes every edit and keeps none, in a view without segmentations; `changes` say what is otherwise. */
export function formContext(
  changes: Partial<MarkFormContext> = {},
): MarkFormContext {
  return {
    editor: { edit: () => Promise.resolve() },
    vocabulary: NO_VOCABULARY,
    space: { scales: [8e-9, 8e-9, 8e-9], lower: [0, 0, 0], upper: [9, 9, 9] },
    bodies: {
      changed: new NullarySignal(),
      bodyOf: () => undefined,
      toggle: () => undefined,
      looksUp: false,
    },
    lockedSets: new WatchableValue<ReadonlySet<string>>(new Set()),
    words: () => Promise.resolve({ types: [], tags: [], sets: [] }),
    go: () => undefined,
    remove: () => undefined,
    leave: () => undefined,
    ...changes,
  };
}
