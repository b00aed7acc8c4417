import type { ChunkManager } from "neuroglancer/unstable/chunk_manager/frontend.js";
import type { ManagedUserLayer } from "neuroglancer/unstable/layer/index.js";
import type { LayerDataSource } from "neuroglancer/unstable/layer/layer_data_source.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { forgetFailures } from "../../../neuroglancer/forget_failures.js";
import { type Failure, failureOf } from "./failure.js";

/** A layer one of whose sources could not be read. */
export interface UnreachableLayer {
  readonly layer: ManagedUserLayer;
  /** Of its first such source. */
  readonly failure: Failure;
}

/** Sources fail one after the other: they are told of together, this long after the last one… */
const settledMs = 250;
/** …and those that answer nothing at all do not keep the others from being told of. */
const patienceMs = 3_000;

/** Which layers of a viewer cannot be reached, but for those that the person was told of and put aside. */
export class UnreachableLayers extends RefCounted {
  /** Dispatched when {@link list} has changed, or was looked at again as the person asked. */
  readonly changed = new NullarySignal();
  private layers: readonly UnreachableLayer[] = [];
  private readonly putAside = new WeakSet<ManagedUserLayer>();
  private retried = false;
  private timer: number | undefined;

  constructor(private readonly viewer: Viewer) {
    super();
    const { layerManager } = viewer;
    const look = () => this.lookSoon();
    this.registerDisposer(layerManager.layersChanged.add(look));
    this.registerDisposer(layerManager.specificationChanged.add(look));
    this.registerDisposer(() => window.clearTimeout(this.timer));
    look();
  }

  get list(): readonly UnreachableLayer[] {
    return this.layers;
  }

  /** How many layers of the viewer are not in {@link list}. */
  get others(): number {
    return this.viewer.layerManager.managedLayers.length - this.layers.length;
  }

  /** Says no more of these layers as long as they are there. */
  dismiss(layers: readonly UnreachableLayer[]): void {
    for (const { layer } of layers) this.putAside.add(layer);
    this.look();
  }

  /** Hides layers. They stay in the viewer's list, and can be shown again there. */
  hide(layers: readonly UnreachableLayer[]): void {
    for (const { layer } of layers) layer.setVisible(false);
    this.dismiss(layers);
  }

  /** Reads again what could not be read. */
  async retry(): Promise<void> {
    this.retried = true;
    // Upstream's declarations leave out what the chunk manager is.
    const chunkManager = this.viewer.chunkManager as ChunkManager;
    await forgetFailures(chunkManager.memoize);
    for (const { layer } of this.layers) {
      for (const source of failedSources(layer)) {
        // To set it starts the reading, also where it is the same.
        const { spec } = source;
        source.spec = spec;
      }
    }
    this.lookSoon();
  }

  private lookSoon(): void {
    window.clearTimeout(this.timer);
    const waiting = this.viewer.layerManager.managedLayers.some(isLoading);
    this.timer = window.setTimeout(
      () => this.look(),
      waiting ? patienceMs : settledMs,
    );
  }

  private look(): void {
    const found: UnreachableLayer[] = [];
    for (const layer of this.viewer.layerManager.managedLayers) {
      if (this.putAside.has(layer)) continue;
      const failed = failedSources(layer)[0];
      if (failed === undefined) continue;
      const failure = failureOf(failed.spec.url, failed.loadState!.error);
      found.push({ layer, failure });
    }
    if (!this.retried && isSame(found, this.layers)) return;
    this.retried = false;
    this.layers = found;
    this.changed.dispatch();
  }
}

function failedSources({ layer }: ManagedUserLayer): LayerDataSource[] {
  return (layer?.dataSources ?? []).filter(
    ({ loadState }) => loadState?.error !== undefined,
  );
}

function isLoading({ layer }: ManagedUserLayer): boolean {
  return (layer?.dataSources ?? []).some(
    ({ loadState, spec }) => spec.url !== "" && loadState === undefined,
  );
}

function isSame(
  a: readonly UnreachableLayer[],
  b: readonly UnreachableLayer[],
): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ layer, failure }, i) =>
        layer === b[i].layer && failure.reason === b[i].failure.reason,
    )
  );
}
