import {
  type Annotation,
  AnnotationSource,
  AnnotationType,
} from "neuroglancer/unstable/annotation/index.js";
import type { Vec3 } from "../model/box.js";
import type { Synapse } from "../model/neuprint.js";

/** Cells of a segmentation, as they are merged. */
export interface MergedCells {
  /** Told when they may be merged otherwise. */
  readonly changed: { add(tell: () => void): () => void };
  /** Counts what is merged: another number, other cells. */
  readonly merged: number;
  cellOf(id: bigint): bigint;
  segmentsOf(cell: bigint): bigint[];
}

/** Synapses as they were answered. */
export interface FoundSynapses {
  readonly synapses: readonly Synapse[];
  /** Whether these are all. */
  readonly complete: boolean;
  /** The cells that they belong to. */
  readonly cells: MergedCells;
  /** Whether other bodies would be asked about by now, as cells are merged since. */
  isStale(): Promise<boolean>;
}

/** The bodies that a synapse leads from and to, as the viewer's panel of the selection lists them. */
export const RELATIONSHIPS = ["from", "to"];

/** Synapses as annotations that can be looked at, picked and listed, and not changed. */
export class SynapseSource extends AnnotationSource {
  /** In the order in which they are walked. */
  readonly synapses: readonly Synapse[];
  private readonly indices = new Map<string, number>();
  private readonly ids: readonly string[];
  /** What was said of synapses, by their indices. */
  private readonly said = new Map<number, string>();
  private readonly called = new Map<string, string>();

  /** @param nameOf what a body is called by now */
  constructor(
    readonly found: FoundSynapses,
    private readonly nameOf: (body: string) => string,
  ) {
    super(3, RELATIONSHIPS);
    this.synapses = found.synapses.toSorted(byPlace);
    this.ids = this.synapses.map((synapse, index) => {
      const id = this.newIdOf(synapse);
      this.indices.set(id, index);
      this.add(this.annotationAt(index, id)).dispose();
      return id;
    });
    this.readonly = true;
  }

  /** Where an annotation stands among the synapses; undefined where it is none of them. */
  indexOf(id: string): number | undefined {
    return this.indices.get(id);
  }

  /** The annotation of the synapse at an index. */
  idAt(index: number): string {
    return this.ids[index];
  }

  /** What is said of the synapse at an index, in three lines: which it is, from whom and to whom. */
  wordsAt(index: number): string {
    const { from, to } = this.synapses[index];
    const words = [
      `Synapse ${index + 1} of ${this.synapses.length}`,
      `from ${this.calledNow(from)}`,
      `to ${this.calledNow(to)}`,
    ].join("\n");
    this.said.set(index, words);
    return words;
  }

  /** Has what was said of synapses said anew: cells may be called or merged otherwise by now. Returns whether anything is another. */
  sayAnew(): boolean {
    this.called.clear();
    const others = [...this.said].filter(
      ([index, words]) => this.wordsAt(index) !== words,
    );
    for (const [index] of others) {
      const id = this.ids[index];
      const reference = this.getReference(id);
      this.update(reference, this.annotationAt(index, id));
      reference.dispose();
    }
    return others.length > 0;
  }

  private calledNow(body: string): string {
    const name = this.called.get(body) ?? this.nameOf(body);
    this.called.set(body, name);
    return name;
  }

  /** The annotation of a synapse. What it says is made where it is read: names come later, and are asked for when somebody sees them. */
  private annotationAt(index: number, id: string): Annotation {
    const { from, to, pre, post } = this.synapses[index];
    const words = () => this.wordsAt(index);
    return {
      id,
      type: AnnotationType.LINE,
      pointA: middleOf(pre),
      pointB: middleOf(post),
      get description() {
        return words();
      },
      properties: [],
      relatedSegments: [from, to].map((body) =>
        BigUint64Array.of(BigInt(body)),
      ),
    };
  }

  /** Made of the places, so that a link to a selected synapse finds it again. */
  private newIdOf({ pre, post }: Synapse): string {
    const places = [...pre, ...post].join("_");
    let id = places;
    for (let n = 2; this.indices.has(id); ++n) id = `${places}_${n}`;
    return id;
  }
}

function middleOf([x, y, z]: Vec3): Float32Array<ArrayBuffer> {
  return Float32Array.of(x + 0.5, y + 0.5, z + 0.5);
}

/** Section by section: neuPrint answers in any order. */
function byPlace(a: Synapse, b: Synapse): number {
  for (const axis of [2, 1, 0] as const) {
    const by = a.pre[axis] - b.pre[axis] || a.post[axis] - b.post[axis];
    if (by !== 0) return by;
  }
  return 0;
}
