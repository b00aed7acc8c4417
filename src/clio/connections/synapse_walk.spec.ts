import { AnnotationDisplayState } from "neuroglancer/unstable/annotation/annotation_layer_state.js";
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Synapse } from "../model/neuprint.js";
import { SynapseLayer } from "./synapse_layer.js";
import { type SynapseSet, synapsesUrl } from "./synapse_set.js";
import { SynapseSource } from "./synapse_source.js";
import { SynapseWalk } from "./synapse_walk.js";

const synapse = (z: number): Synapse => ({
  ...{ from: "7", to: "1", pre: [1, 2, z], post: [1, 2, z + 1] },
});

const set: SynapseSet = {
  ...{ dataset: "demo", side: "inputs", cells: [1n], partner: 7n, least: 1 },
};

/** A source of synapses whose cells are merged otherwise when it is told. */
class Merging {
  readonly changed = new NullarySignal();
  name = "T1";
  isStale = false;
  readonly source: SynapseSource;

  constructor(zs: readonly number[]) {
    const cells = {
      ...{ changed: this.changed, merged: 0 },
      cellOf: (id: bigint) => id,
      segmentsOf: (cell: bigint) => [cell],
    };
    this.source = new SynapseSource(
      {
        ...{ synapses: zs.map(synapse), complete: true, cells },
        isStale: () => Promise.resolve(this.isStale),
      },
      (body) => `${this.name} ${body}`,
    );
  }
}

/** The parts of a viewer that a layer of synapses has to do with, and what was done to them. */
function parts() {
  const signals = {
    layersChanged: new NullarySignal(),
    specificationChanged: new NullarySignal(),
    readyStateChanged: new NullarySignal(),
  };
  const asked: string[] = [];
  const managed = {
    visible: true,
    setVisible: (visible: boolean) => {
      managed.visible = visible;
      signals.layersChanged.dispatch();
    },
  };
  let url = synapsesUrl(set);
  const data = {
    loadState: undefined as { error: Error } | undefined,
    get spec() {
      return { url };
    },
    set spec(spec: { url: string }) {
      ({ url } = spec);
      asked.push(url);
    },
  };
  const states: { source: SynapseSource }[] = [];
  const selected: string[] = [];
  const layer = Object.assign(
    Object.create(SynapseLayer.prototype) as SynapseLayer,
    {
      ...{ managedLayer: managed, dataSources: [data] },
      annotationStates: { states },
      annotationDisplayState: new AnnotationDisplayState(),
      selectAnnotation: (_: unknown, id: string) => selected.push(id),
    },
  );
  const selection = {
    ...{ changed: new NullarySignal(), pin: new WatchableValue(true) },
    ...{ location: { visible: false }, value: undefined as unknown },
  };
  const managedLayers = [{ layer }];
  const viewer = {
    layerManager: {
      ...{ ...signals, managedLayers },
      removeManagedLayer: () => {
        managedLayers.length = 0;
        signals.layersChanged.dispatch();
      },
    },
    selectionDetailsState: selection,
  };
  /** The layer shows these from now on. */
  const answered = ({ source }: Merging) => {
    states.splice(0, 1, { source });
    signals.readyStateChanged.dispatch();
  };
  /** A person selects an annotation of the layer. */
  const select = (annotationId: string) => {
    selection.value = { layers: [{ layer, state: { annotationId } }] };
    selection.changed.dispatch();
  };
  return {
    ...{ viewer: viewer as unknown as Viewer, signals, asked, managed, data },
    ...{ selected, selection, answered, select },
  };
}

/** Lets all run that waits for nothing but its turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

describe("The synapses of the layer in view", () => {
  let made: ReturnType<typeof parts>;
  let walk: SynapseWalk;
  let names: { changed: NullarySignal };

  beforeEach(() => {
    made = parts();
    names = { changed: new NullarySignal() };
    walk = new SynapseWalk(made.viewer, { layer: undefined }, names);
  });
  afterEach(() => walk.dispose());

  it("are walked round, and looked at where a person selects one of them", () => {
    const looked: (number | undefined)[] = [];
    walk.looked.add(() => looked.push(walk.index));
    made.answered(new Merging([3, 4, 5]));
    expect(walk.index).toBeUndefined();
    walk.move(-1);
    walk.move(1);
    expect(made.selected).toEqual([]);
    // Where the viewer's own panel of the selection is open it goes along.
    made.selection.location.visible = true;
    walk.move(1);
    expect(made.selected).toEqual([walk.source!.idAt(1)]);
    made.select(walk.source!.idAt(2));
    made.select(walk.source!.idAt(2));
    expect(looked).toEqual([2, 0, 1, 2]);
    expect(walk.places).toEqual([
      [1, 2, 3],
      [1, 2, 4],
      [1, 2, 5],
    ]);
    walk.hide();
    expect(walk.layer).toBeUndefined();
    expect(walk.places).toEqual([]);
  });

  it("are asked for anew where merges have others belong to them, those of the source in view alone, and once", async () => {
    const first = new Merging([3]);
    made.answered(first);
    first.changed.dispatch();
    await settled();
    expect(made.asked).toEqual([]);
    first.isStale = true;
    first.changed.dispatch();
    await settled();
    expect(made.asked).toEqual([synapsesUrl(set)]);
    const second = new Merging([3, 4]);
    // What is found out of those of before comes too late.
    first.changed.dispatch();
    made.answered(second);
    await settled();
    first.changed.dispatch();
    second.changed.dispatch();
    await settled();
    expect(made.asked.length).toBe(1);
    expect(walk.synapses.length).toBe(2);
  });

  it("are other ones in the same layer, which is seen again, and are asked for again where they could not be had", () => {
    made.managed.setVisible(false);
    expect(walk.isShown).toBeFalse();
    made.data.loadState = { error: new Error("neuPrint is away") };
    made.signals.readyStateChanged.dispatch();
    expect(walk.problem).toBe("neuPrint is away");
    walk.again();
    const other = { ...set, partner: undefined, least: 3 };
    walk.show(other);
    expect(made.asked).toEqual([synapsesUrl(set), synapsesUrl(other)]);
    expect(walk.isShown).toBeTrue();
    expect(walk.set).toEqual(other);
  });

  it("say by what names their cells are known by now, in the layer's annotations as well, and tell it once", () => {
    const merging = new Merging([3, 4]);
    made.answered(merging);
    const { source } = merging;
    const words = () => source.get(source.idAt(0))!.description;
    expect(words()).toBe("Synapse 1 of 2\nfrom T1 7\nto T1 1");
    let told = 0;
    walk.changed.add(() => (told += 1));
    const updated: string[] = [];
    source.childUpdated.add(({ id }) => updated.push(id));
    names.changed.dispatch();
    expect(told).toBe(0);
    merging.name = "T2";
    names.changed.dispatch();
    expect([told, updated]).toEqual([1, [source.idAt(0)]]);
    expect(words()).toBe("Synapse 1 of 2\nfrom T2 7\nto T2 1");
    // So do those whose cells are merged with one of another name.
    merging.name = "T3";
    merging.changed.dispatch();
    expect(words()).toBe("Synapse 1 of 2\nfrom T3 7\nto T3 1");
  });
});
