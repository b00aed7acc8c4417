import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import { emptyToUndefined } from "neuroglancer/unstable/util/json.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Trackable } from "neuroglancer/unstable/util/trackable.js";

/** What links say of the search: where its panel stands, and which search is open. What the latter holds is looked at when it is needed. */
export class SearchState implements Trackable {
  readonly changed = new NullarySignal();
  /** Told when a link was opened. */
  readonly restored = new NullarySignal();
  private text: string | undefined;

  constructor(readonly location: TrackableSidePanelLocation) {
    location.changed.add(() => this.changed.dispatch());
  }

  /** The search, as JSON from anywhere; undefined where there is none. */
  get search(): unknown {
    return this.text === undefined
      ? undefined
      : (JSON.parse(this.text) as unknown);
  }

  set search(json: unknown) {
    const text = json === undefined ? undefined : textOf(json);
    if (text === this.text) return;
    this.text = text;
    this.changed.dispatch();
  }

  reset(): void {
    this.location.reset();
    this.bring(undefined);
  }

  restoreState(json: unknown): void {
    this.location.restoreState(json);
    this.bring((json as { search?: unknown } | undefined)?.search);
  }

  toJSON(): unknown {
    const { search } = this;
    return emptyToUndefined({
      ...(this.location.toJSON() as object | undefined),
      ...(search !== undefined && { search }),
    });
  }

  private bring(search: unknown): void {
    this.search = search;
    this.restored.dispatch();
  }
}

/** A link can nest deeper than JSON.stringify can follow: what stands for that is no search either, and is refused as such. */
function textOf(json: unknown): string {
  try {
    return JSON.stringify(json);
  } catch {
    return JSON.stringify("nested too deep");
  }
}
