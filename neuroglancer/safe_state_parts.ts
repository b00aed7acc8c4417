import { layerTypes } from "neuroglancer/unstable/layer/index.js";
import { statusMessages } from "neuroglancer/unstable/status.js";
import type { CompoundTrackable } from "neuroglancer/unstable/util/trackable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { checkDimensions } from "./safe_state_dimensions.js";
import { checkLayout } from "./safe_state_layout.js";
import { sourceWithoutHost } from "./safe_state_sources.js";
import { isStateJson, type StateJson } from "./safe_state_text.js";

/** A part of a link that the viewer left out, or took for something else. */
export interface RefusedPart {
  /** What it is, such as `layout` or `layer "em"`. */
  readonly part: string;
  /** Why, in upstream's words where they are upstream's. */
  readonly reason: string;
}

const longestReason = 200;
const longestName = 80;

/**
 * Restores a viewer's state key by key, in the viewer's own order. A key that it cannot read is left at its default, and the
 * others are restored all the same.
 * @param state checked against the limits
 */
export function restoreByParts(
  viewer: Viewer,
  state: StateJson,
): RefusedPart[] {
  const root = viewer.state as CompoundTrackable;
  const refused: RefusedPart[] = [];
  const known = [...root.children.keys()].filter((key) =>
    Object.hasOwn(state, key),
  );
  // What is left are keys of older viewers, which upstream reads last.
  const older = Object.keys(state).filter((key) => !root.children.has(key));
  for (const key of [...known, ...older]) {
    try {
      if (key === "dimensions") checkDimensions(state.dimensions);
      if (key === "layers") restoreLayers(viewer, state.layers, refused);
      else if (key === "layout") restoreLayout(viewer, state.layout);
      else root.restoreState({ [key]: state[key] });
    } catch (error) {
      refused.push({ part: key, reason: reasonOf(error) });
      root.children.get(key)?.reset();
    }
  }
  return refused;
}

function restoreLayout({ layout, display }: Viewer, json: unknown): void {
  checkLayout(json);
  try {
    layout.restoreState(json);
  } catch (error) {
    // Upstream forgets the panels that it made before it met what it cannot read. They would be drawn, unseen, for ever.
    for (const panel of display.panels) {
      if (!panel.element.isConnected) panel.dispose();
    }
    throw error;
  }
}

/** Restores the layers that can be, and notes the others. */
function restoreLayers(
  viewer: Viewer,
  json: unknown,
  refused: RefusedPart[],
): void {
  const specs = readableLayers(json, refused);
  const earlier = new Set(statusMessages);
  viewer.layerSpecification.restoreState(specs);
  // Upstream shows why it left a layer out, but neither that it did nor which layer, and at any length.
  const reasons: string[] = [];
  for (const message of statusMessages) {
    if (earlier.has(message)) continue;
    reasons.push(message.element.firstChild?.textContent ?? "");
    message.dispose();
  }
  const made = viewer.layerManager.managedLayers.map(({ name }) => name);
  let next = 0;
  for (const { name, type } of specs) {
    if (!isNamedAfter(made[next], name)) {
      refused.push({
        part: layerPart(name),
        reason: clip(reasons.shift() ?? "the viewer does not say why"),
      });
      continue;
    }
    ++next;
    if (typeof type === "string" && !layerTypes.has(type)) {
      refused.push({
        part: layerPart(name),
        reason: `this viewer has no layers of type ${quote(type)}; choose a type in the layer's panel`,
      });
    }
  }
}

type LayerSpec = StateJson & { readonly name: string };

/**
 * The layers of a link as a list. One entry that is no layer at all would keep upstream from reading the others, and one with a source at
 * no host would have it ask another.
 * @throws {TypeError} where there is no list of layers
 */
function readableLayers(json: unknown, refused: RefusedPart[]): LayerSpec[] {
  const entries: unknown[] = Array.isArray(json) ? json : olderLayers(json);
  return entries.filter((entry, i): entry is LayerSpec => {
    if (!isStateJson(entry) || typeof entry.name !== "string") {
      const reason = "expected an object with a name";
      refused.push({ part: `layer ${i + 1}`, reason });
      return false;
    }
    const source = sourceWithoutHost(entry);
    if (source === undefined) return true;
    const reason = `its source ${quote(source)} names no host`;
    refused.push({ part: layerPart(entry.name), reason });
    return false;
  });
}

/** Links of older viewers hold the layers by their names, and a source alone in the place of a layer. */
function olderLayers(json: unknown): unknown[] {
  if (!isStateJson(json)) throw new TypeError("expected a list of layers");
  return Object.entries(json).map(([name, spec]) =>
    typeof spec === "string"
      ? { name, source: spec }
      : isStateJson(spec) && { ...spec, name },
  );
}

/** Upstream puts a number behind a name that is taken. */
function isNamedAfter(made: string | undefined, name: string): boolean {
  return (
    made !== undefined &&
    made.startsWith(name) &&
    /^\d*$/.test(made.slice(name.length))
  );
}

function layerPart(name: string): string {
  return `layer ${quote(name)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, longestName));
}

/** Upstream's words, without those that name the key once more. */
function reasonOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return clip(words.replace(/^Error restoring property "[^"]*": /, ""));
}

/** Upstream quotes a wrong value whatever its size. */
function clip(text: string): string {
  return text.length > longestReason
    ? `${text.slice(0, longestReason)}…`
    : text;
}
