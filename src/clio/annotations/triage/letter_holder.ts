import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type KeyBinding, type KeyMode, KEYS } from "../../model/keys.js";
import type { LetterHolder } from "./tag_keys.js";

/** Those whose keys act while marks are reviewed: in the others another panel has the focus, or no mark. */
const MODES: ReadonlySet<KeyMode> = new Set(["everywhere", "reviewing marks"]);

/**
 * Knows the letters that cannot be keys for tags: those of the key table that act while marks are reviewed, and those that the slices
 * hear before anybody else. The viewer's other letters can: a key for a tag takes them over only while marks are reviewed.
 */
export function letterHolder(viewer: Viewer): LetterHolder {
  const keys: readonly KeyBinding[] = KEYS;
  const { sliceView, perspectiveView } = viewer.inputEventBindings;
  return (letter) =>
    keys.find(({ input, mode }) => MODES.has(mode) && input === `key${letter}`)
      ?.action ??
    [sliceView, perspectiveView]
      .map((map) => map.get(`at:key${letter}`)?.action)
      .find((action) => action !== undefined);
}
