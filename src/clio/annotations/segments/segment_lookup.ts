import type { LayerManager } from "neuroglancer/unstable/layer/index.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { volumeOf } from "../../volumes/volume_of.js";
import type { SandboxSource } from "../frontend.js";
import {
  linkedSegmentation,
  sourceOf,
  versionOf,
} from "./segmentation_layers.js";
import { lookUp, type Segmentation } from "./look_up.js";
import {
  SANDBOX_UNLOOKED_RPC_ID,
  type Unlooked,
  type UnlookedMessage,
} from "./unlooked.js";

/**
 * Marks that are looked up and stored together: to read and to store them keeps the page busy for some milliseconds at a time, and a
 * mark that was just placed has its turn after them.
 */
const BATCH_SIZE = 1024;

/** How long to wait after a first failure; twice as long after each that follows, up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Finds the segments under the marks of a sandbox, in the background. It asks which marks have none yet, looks up some of them, stores
 * what it found, and asks again: so a mark that is moved, deleted or imported meanwhile, in whatever tab, needs nothing else, and what
 * failed is simply asked for again. One tab at a time does it for all.
 */
export class SegmentLookup extends RefCounted {
  private readonly stop = new AbortController();
  private failures = 0;
  /** Marks that could not be looked up, so that the others are not kept waiting; they come last. */
  private readonly aside = new Set<string>();
  /** Marks of which a lookup found nothing while the server was away: upstream takes what it cannot reach for empty, and remembers. */
  private readonly doubted = new Set<string>();
  /** Doubted marks under which nothing is found still: left for when the page is loaded anew. */
  private readonly left = new Set<string>();

  constructor(
    private readonly source: SandboxSource,
    private readonly layers: LayerManager,
  ) {
    super();
    this.registerDisposer(() => this.stop.abort());
    void this.run();
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    const { user, dataset } = this.source.parameters.key;
    while (!signal.aborted) {
      if (this.layer === undefined) await this.nextChange();
      else {
        await navigator.locks
          .request(
            `clio:segments:${JSON.stringify([user, dataset])}`,
            { signal },
            () => this.lookUpAll(),
          )
          // Another tab has the lock and this one is being closed.
          .catch(() => undefined);
      }
    }
  }

  private get layer() {
    return linkedSegmentation(
      this.layers,
      this.source.editor.description.segmentation,
    );
  }

  /** Goes on for as long as there is a segmentation to look in. */
  private async lookUpAll(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted && this.layer !== undefined) {
      const { aside, left } = this;
      const limit = this.failures === 0 ? BATCH_SIZE : 1;
      const unlooked = await this.unlooked(limit + aside.size + left.size);
      const batch = unlooked
        .filter(({ id }) => !aside.has(id) && !left.has(id))
        .slice(0, limit);
      if (batch.length > 0) await this.tryBatch(batch);
      else if (aside.size === 0) await this.nextChange();
      else {
        await this.nextChange(LONGEST_PAUSE_MS);
        aside.clear();
      }
    }
  }

  private async tryBatch(batch: readonly Unlooked[]): Promise<void> {
    try {
      await this.lookUpBatch(batch);
      this.failures = 0;
    } catch (error) {
      if (this.stop.signal.aborted) return;
      ++this.failures;
      // A whole batch fails for the one chunk of it that cannot be read, and then its marks are tried one by one.
      if (batch.length === 1) this.aside.add(batch[0].id);
      console.warn("Clio will look up segments again:", error);
      await this.nextChange(
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failures - 1)),
        [],
      );
    }
  }

  private async lookUpBatch(batch: readonly Unlooked[]): Promise<void> {
    const { source, stop } = this;
    const segmentation = await this.segmentation();
    if (segmentation === undefined) return;
    const { change, incomplete } = await lookUp(
      segmentation,
      batch,
      source.voxelSize,
      stop.signal,
    );
    if (incomplete.size > 0 && !(await answers(segmentation.source))) {
      for (const id of incomplete) this.doubted.add(id);
      throw new Error("the server of the segmentation does not answer");
    }
    for (const id of incomplete) if (this.doubted.has(id)) this.left.add(id);
    const sure = batch.map(({ id }) => id).filter((id) => !this.left.has(id));
    if (sure.length > 0) await source.editor.note(sure, change);
  }

  private async segmentation(): Promise<Segmentation | undefined> {
    const { layer } = this;
    const source = layer && sourceOf(layer);
    if (layer === undefined || source === undefined) return undefined;
    const version = versionOf(layer, this.source.editor.description);
    const { signal } = this.stop;
    const volume = await volumeOf(layer.managedLayer, { signal });
    return { source, version, volume };
  }

  private unlooked(limit: number): Promise<Unlooked[]> {
    const { rpc, rpcId } = this.source;
    const message: UnlookedMessage = { source: rpcId!, limit };
    return rpc!.promiseInvoke(SANDBOX_UNLOOKED_RPC_ID, message);
  }

  /**
   * Resolves when there may be something else to do, or when this ends.
   * @param patience in ms, after which it resolves all the same
   * @param signals that tell of something to do
   */
  private nextChange(
    patience?: number,
    signals: readonly { add(handler: () => void): () => boolean }[] = [
      this.source.marksChanged,
      this.layers.layersChanged,
    ],
  ): Promise<void> {
    const { signal } = this.stop;
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        for (const remove of removers) remove();
        signal.removeEventListener("abort", settle);
        resolve();
      };
      const timer =
        patience === undefined ? undefined : setTimeout(settle, patience);
      const removers = signals.map((changed) => changed.add(settle));
      signal.addEventListener("abort", settle);
    });
  }
}

/** Whether the server of a source can be reached. Of one that is not read over http nothing is known but that there is a network. */
async function answers(source: string): Promise<boolean> {
  const address = /https?:\/\/[^|]+/.exec(source)?.[0];
  if (address === undefined) return navigator.onLine;
  try {
    await fetch(`${address.replace(/\/$/, "")}/info`, { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}
