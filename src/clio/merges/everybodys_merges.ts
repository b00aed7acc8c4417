import { everybodysEdge } from "../model/everybodys_merge.js";
import type { MergeRecord } from "../model/merge.js";
import type { PublicMerge } from "../model/merge_request.js";
import type { MergeEdge } from "../model/merge_sets.js";
import { MergeActs, type RowsChange } from "./merge_acts.js";

/** The merges that hold for everybody, as far as they were heard of. They are only ever added to. */
export class EverybodysMerges {
  /** Where the server's list was read up to. */
  position = 0;
  /** Whether they are in the sets that are shown. */
  isShown = true;
  private readonly known = new Map<string, PublicMerge>();
  /** Undefined until somebody asks for the rows. */
  private acted: MergeActs | undefined;

  get size(): number {
    return this.known.size;
  }

  /** All of them, in the order in which they were applied. */
  all(): Iterable<PublicMerge> {
    return this.known.values();
  }

  /** The one whose decision has an id. */
  of(id: string): PublicMerge | undefined {
    return this.known.get(id);
  }

  get rows(): MergeActs {
    this.acted ??= new MergeActs(this.decisions());
    return this.acted;
  }

  /**
   * Takes more in.
   * @returns what is new of them, and what it changes in the rows
   */
  add(merges: readonly PublicMerge[]): {
    added: MergeEdge[];
    change: RowsChange | undefined;
  } {
    const fresh = merges.filter(({ merge }) => !this.known.has(merge.id));
    for (const each of fresh) this.known.set(each.merge.id, each);
    const edits = fresh.map(({ merge: record }) => ({
      ...({ op: "put" } as const),
      record,
    }));
    return {
      added: fresh.map(({ merge }) => everybodysEdge(merge)),
      change: this.acted?.apply(edits, this.decisions()),
    };
  }

  /** As they are in the sets: none where they are hidden. */
  *edges(): Generator<MergeEdge> {
    if (!this.isShown) return;
    for (const merge of this.decisions()) yield everybodysEdge(merge);
  }

  private *decisions(): Generator<MergeRecord> {
    for (const { merge } of this.known.values()) yield merge;
  }
}
