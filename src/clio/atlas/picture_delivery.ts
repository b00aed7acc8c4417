import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { AtlasRefusal, type AtlasServer } from "./atlas_server.js";
import type { OwnEntries } from "./own_entries.js";
import type { PictureStore } from "./picture_store.js";

/** After so long without an answer it is tried again, in milliseconds. */
const RETRY_MS = 5_000;

/** Brings the pictures of a person's own entries to the server, each once. Until they are there no submission counts. */
export class PictureDelivery extends RefCounted {
  /** What the server has refused since the page was opened: it would refuse it again. */
  private readonly refused = new Set<string>();
  private running: Promise<void> | undefined;
  private isDue = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param delivered told when the server has all */
  constructor(
    private readonly own: OwnEntries,
    private readonly pictures: PictureStore,
    private readonly server: AtlasServer,
    private readonly person: string,
    private readonly delivered: () => void,
  ) {
    super();
    const due = () => this.run();
    this.registerDisposer(own.changed.add(due));
    this.registerEventListener(window, "online", due);
    this.registerDisposer(() => clearTimeout(this.timer));
    due();
  }

  private run(): void {
    this.isDue = true;
    clearTimeout(this.timer);
    this.running ??= this.deliverAll().finally(() => {
      this.running = undefined;
    });
  }

  private async deliverAll(): Promise<void> {
    try {
      while (this.isDue && !this.wasDisposed) {
        this.isDue = false;
        if (await this.deliver()) this.delivered();
      }
    } catch (error) {
      // What the server could not answer now it may later.
      if (isFinal(error)) {
        console.warn("Clio could not deliver pictures:", error.message);
      } else if (!this.wasDisposed) {
        this.timer = setTimeout(() => this.run(), RETRY_MS);
      }
    }
  }

  /** Returns whether any was delivered. */
  private async deliver(): Promise<boolean> {
    const { pictures, server, own } = this;
    const waiting: { dataset: string; hash: string }[] = [];
    for (const { dataset, entry } of [...own.all()]) {
      for (const hash of Object.values(entry.pictures ?? {})) {
        if (this.refused.has(`${dataset}/${hash}`)) continue;
        if (await pictures.isDelivered(hash, dataset)) continue;
        waiting.push({ dataset, hash });
      }
    }
    if (waiting.length === 0) return false;
    const { user, sync } = await server.session();
    // Another person's pictures are nobody's to bring.
    if (!sync || user !== this.person) return false;
    let some = false;
    for (const { dataset, hash } of waiting) {
      const blob = await pictures.find(hash);
      // It was taken on another machine, which delivers it.
      if (blob === undefined) continue;
      try {
        await server.deliver(dataset, hash, blob);
      } catch (error) {
        if (!isFinal(error)) throw error;
        this.refused.add(`${dataset}/${hash}`);
        console.warn("Clio could not deliver a picture:", error.message);
        continue;
      }
      await pictures.noteDelivered(hash, dataset);
      some = true;
    }
    return some;
  }
}

/** Whether the server has said that it will not, and not for want of a sign-in. */
function isFinal(error: unknown): error is AtlasRefusal {
  return error instanceof AtlasRefusal && error.status !== 401;
}
