import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import { emptyToUndefined } from "neuroglancer/unstable/util/json.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Trackable } from "neuroglancer/unstable/util/trackable.js";

/** Which entry a link names. */
export interface EntryName {
  readonly dataset: string;
  readonly id: string;
}

/** What links say of the atlas: where its panel stands, and which entry is open in it. */
export class AtlasState implements Trackable {
  readonly changed = new NullarySignal();
  /** Told when a link was opened. */
  readonly restored = new NullarySignal();
  private open: EntryName | undefined;

  constructor(readonly location: TrackableSidePanelLocation) {
    location.changed.add(() => this.changed.dispatch());
  }

  get entry(): EntryName | undefined {
    return this.open;
  }

  set entry(entry: EntryName | undefined) {
    if (entry?.dataset === this.open?.dataset && entry?.id === this.open?.id) {
      return;
    }
    this.open = entry;
    this.changed.dispatch();
  }

  reset(): void {
    this.location.reset();
    this.entry = undefined;
  }

  restoreState(json: unknown): void {
    this.location.restoreState(json);
    const { entry } = (json ?? {}) as { entry?: unknown };
    this.entry = typeof entry === "string" ? parseEntryName(entry) : undefined;
    this.restored.dispatch();
  }

  toJSON(): unknown {
    const { entry } = this;
    return emptyToUndefined({
      ...(this.location.toJSON() as object | undefined),
      ...(entry && { entry: entryText(entry) }),
    });
  }
}

/** An entry in a link: the dataset, percent-encoded, and the id. */
export function entryText({ dataset, id }: EntryName): string {
  return `${encodeURIComponent(dataset)}/${id}`;
}

/** Undefined where it names none. */
export function parseEntryName(text: string): EntryName | undefined {
  const [encoded, id, ...more] = text.split("/");
  if (!encoded || !id || more.length > 0) return undefined;
  try {
    return { dataset: decodeURIComponent(encoded), id };
  } catch {
    return undefined;
  }
}

/** The address that opens the atlas at an entry, wherever it lies. */
export function entryLink(entry: EntryName): string {
  const state = { clioAtlas: { visible: true, entry: entryText(entry) } };
  return `${location.origin}/#!${encodeURIComponent(JSON.stringify(state))}`;
}
