import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import { emptyToUndefined } from "neuroglancer/unstable/util/json.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Trackable } from "neuroglancer/unstable/util/trackable.js";

/** What links say of bodies: where their panel stands, and, as the plugin reads and writes it, what is asked for and shown. */
export class BodiesState implements Trackable {
  readonly changed = new NullarySignal();
  /** Told when a link was opened. */
  readonly restored = new NullarySignal();
  /** Of any shape: a link may say anything. */
  asked: unknown;

  constructor(readonly location: TrackableSidePanelLocation) {
    location.changed.add(() => this.changed.dispatch());
  }

  reset(): void {
    this.location.reset();
    this.asked = undefined;
  }

  restoreState(json: unknown): void {
    this.location.restoreState(json);
    this.asked = (json as { asked?: unknown } | undefined)?.asked;
    this.restored.dispatch();
  }

  toJSON(): unknown {
    const { asked } = this;
    return emptyToUndefined({
      ...(this.location.toJSON() as object | undefined),
      ...(asked !== undefined && { asked }),
    });
  }
}
