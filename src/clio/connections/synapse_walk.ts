import {
  makeLayer,
  type ManagedUserLayer,
} from "neuroglancer/unstable/layer/index.js";
import {
  type LayerDataSource,
  layerDataSourceSpecificationFromJson,
} from "neuroglancer/unstable/layer/layer_data_source.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { formatErrorMessage } from "neuroglancer/unstable/util/error.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Vec3 } from "../model/box.js";
import type { Synapse } from "../model/neuprint.js";
import type { CellNames } from "../ui/cell_names.js";
import type { ViewerCells } from "../ui/viewer_cells.js";
import { ConnectionsProblem } from "./connections_problem.js";
import { SynapseLayer } from "./synapse_layer.js";
import { dressLayer } from "./synapse_look.js";
import {
  parseSynapsesUrl,
  type SynapseSet,
  synapsesUrl,
} from "./synapse_set.js";
import { RELATIONSHIPS, SynapseSource } from "./synapse_source.js";

/** Name of the layer where Clio adds it. */
const LAYER_NAME = "synapses";

/** The synapses in view, which are those of a layer, and the one of them that is looked at. */
export class SynapseWalk extends RefCounted {
  /** Told when the layer came, went or shows others, or another one is looked at. */
  readonly changed = new NullarySignal();
  /** Told when a person turns to a synapse: by key, in a list or by a click. */
  readonly looked = new NullarySignal();
  private at: number | undefined;
  private seen: readonly unknown[] = [];
  private stopFollowing: (() => void) | undefined;

  /** @param cells those of the panel, with whose layer a layer of synapses is linked that is added */
  constructor(
    private readonly viewer: Viewer,
    private readonly cells: Pick<ViewerCells, "layer">,
    names: Pick<CellNames, "changed">,
  ) {
    super();
    const { layerManager, selectionDetailsState } = viewer;
    const update = () => this.update();
    for (const signal of [
      ...[layerManager.layersChanged, layerManager.specificationChanged],
      layerManager.readyStateChanged,
    ]) {
      this.registerDisposer(signal.add(update));
    }
    this.registerDisposer(
      selectionDetailsState.changed.add(() => this.followSelection()),
    );
    this.registerDisposer(names.changed.add(() => this.sayAnew()));
    this.registerDisposer(() => this.stopFollowing?.());
    update();
  }

  /** The layer of synapses; undefined where there is none. */
  get layer(): SynapseLayer | undefined {
    return this.viewer.layerManager.managedLayers
      .map(({ layer }) => layer)
      .find((layer) => layer instanceof SynapseLayer);
  }

  /** Whether the layer is seen. */
  get isShown(): boolean {
    return this.layer?.managedLayer.visible === true;
  }

  /** What the layer is to show; undefined where there is none, or its source is none of synapses. */
  get set(): SynapseSet | undefined {
    const url = this.data?.spec.url;
    try {
      return url === undefined ? undefined : parseSynapsesUrl(url);
    } catch {
      return undefined;
    }
  }

  /** Why the layer shows nothing; undefined where it does, or is about to. */
  get problem(): string | undefined {
    const error: unknown = this.data?.loadState?.error;
    if (error === undefined) return undefined;
    // The viewer's own function puts behind these words what they were made of.
    if (error instanceof ConnectionsProblem) return error.message;
    return formatErrorMessage(error);
  }

  /** The synapses, as soon as they are there. */
  get source(): SynapseSource | undefined {
    return this.state?.source as SynapseSource | undefined;
  }

  get synapses(): readonly Synapse[] {
    return this.source?.synapses ?? [];
  }

  /** Which one is looked at; undefined before the first is. */
  get index(): number | undefined {
    return this.at;
  }

  get current(): Synapse | undefined {
    return this.at === undefined ? undefined : this.synapses[this.at];
  }

  /** The places at which is sent, each once. */
  get places(): Vec3[] {
    const places = this.synapses.map(({ pre }): [string, Vec3] => [
      pre.join(),
      pre,
    ]);
    return [...new Map(places).values()];
  }

  /** Shows synapses in the layer of them, which comes where there is none. */
  show(set: SynapseSet): void {
    const source = synapsesUrl(set);
    const { data, layer } = this;
    if (layer !== undefined) {
      layer.managedLayer.setVisible(true);
      const spec = layerDataSourceSpecificationFromJson(source);
      if (data === undefined) layer.addDataSource(spec);
      else data.spec = spec;
      return;
    }
    const { layerManager, layerSpecification } = this.viewer;
    const segments = this.cells.layer?.managedLayer.name;
    const name = layerManager.getUniqueLayerName(LAYER_NAME);
    layerSpecification.add(
      makeLayer(layerSpecification, name, {
        type: SynapseLayer.type,
        source,
        // Where they are listed.
        tab: "annotations",
        ...(segments !== undefined && {
          linkedSegmentationLayer: Object.fromEntries(
            RELATIONSHIPS.map((relationship) => [relationship, segments]),
          ),
        }),
      }),
    );
  }

  /** Asks anew for what the layer is to show. */
  again(): void {
    const { data } = this;
    // To set it starts the reading, also where it is the same.
    if (data !== undefined) data.spec = { ...data.spec };
  }

  /** Takes the layer out of the view. */
  hide(): void {
    const managed: ManagedUserLayer | undefined = this.layer?.managedLayer;
    if (managed !== undefined)
      this.viewer.layerManager.removeManagedLayer(managed);
  }

  /** Looks at the next one, or by -1 at the one before; behind the last comes the first. */
  move(by: 1 | -1): void {
    const { length } = this.synapses;
    if (length === 0) return;
    const from = this.at ?? (by > 0 ? -1 : 0);
    this.lookAt((from + by + length) % length);
  }

  /** Looks at a synapse, and selects its annotation where the viewer's panel of the selection is open: to open it would move the view. */
  lookAt(index: number): void {
    const { layer, state, source, viewer } = this;
    if (layer === undefined || state === undefined || !source) return;
    this.at = index;
    if (viewer.selectionDetailsState.location.visible) {
      layer.selectAnnotation(state, source.idAt(index), true);
    }
    this.looked.dispatch();
    this.changed.dispatch();
  }

  private get data(): LayerDataSource | undefined {
    return this.layer?.dataSources[0];
  }

  private get state() {
    return this.layer?.annotationStates.states.find(
      ({ source }) => source instanceof SynapseSource,
    );
  }

  /** The synapse whose annotation a person has selected in the viewer. */
  private get selected(): number | undefined {
    const { pin, value } = this.viewer.selectionDetailsState;
    if (!pin.value) return undefined;
    const id = value?.layers.find(({ layer }) => layer === this.layer)?.state
      .annotationId;
    return id === undefined ? undefined : this.source?.indexOf(id);
  }

  private update(): void {
    const { layer, source, problem, data, isShown } = this;
    const seen = [layer, source, problem, data?.spec.url, isShown];
    if (seen.every((each, i) => each === this.seen[i])) return;
    if (layer !== undefined) dressLayer(layer);
    // A link to a selected synapse says itself where the view is.
    if (source !== this.seen[1]) {
      this.at = this.selected;
      this.stopFollowing?.();
      this.stopFollowing = source?.found.cells.changed.add(
        () => void this.followMerges(),
      );
    }
    this.seen = seen;
    this.changed.dispatch();
    void this.followMerges();
  }

  private followSelection(): void {
    const { selected } = this;
    if (selected === undefined || selected === this.at) return;
    this.lookAt(selected);
  }

  /** Other merges, other synapses; or the same ones of other cells. */
  private async followMerges(): Promise<void> {
    const { source } = this;
    if (source === undefined) return;
    this.sayAnew();
    const isStale = await source.found.isStale();
    if (isStale && source === this.source) this.again();
  }

  private sayAnew(): void {
    if (this.source?.sayAnew() === true) this.changed.dispatch();
  }
}
