/** Merged sets as plain as they can be, to compare the real ones with. */
import { isNewerMerge } from "../../model/merge.js";
import type { MergeEdge, MergeSets } from "../../model/merge_sets.js";

/** The plain way: each decision joins two sets, and all of it is done again after each change. */
export class PlainSets {
  readonly decisions = new Map<string, MergeEdge>();

  get sets(): Set<string>[] {
    const sets = new Map<string, Set<string>>();
    for (const { onto, merged } of this.telling) {
      const a = sets.get(onto) ?? new Set([onto]);
      const b = sets.get(merged) ?? new Set([merged]);
      const both = new Set([...a, ...b]);
      for (const id of both) sets.set(id, both);
    }
    return [...new Set(sets.values())];
  }

  /** Ids of the sets, each sorted, with its main before it. */
  get described(): string[] {
    return this.sets
      .map((set) => `${this.newestOf(set).onto}: ${sorted(set)}`)
      .sort();
  }

  newestOf(set: ReadonlySet<string>): MergeEdge {
    return this.telling
      .filter(({ onto }) => set.has(onto))
      .reduce((a, b) => (isNewerMerge(a, b) ? a : b));
  }

  outermostOf(set: ReadonlySet<string>): string[] {
    const { act } = this.newestOf(set);
    return this.telling
      .filter((each) => each.act === act && set.has(each.onto))
      .map(({ id }) => id)
      .sort();
  }

  private get telling(): MergeEdge[] {
    return [...this.decisions.values()].filter(
      ({ onto, merged }) => onto !== merged,
    );
  }
}

/** Ids in one order, to be compared. */
export function sorted(ids: Iterable<string | bigint>): string {
  return [...ids].map(String).sort().join(" ");
}

/** What `PlainSets.described` says, of real sets. */
export function described(sets: MergeSets): string[] {
  return [...sets.sets()]
    .map((members) => `${members[0]}: ${sorted(members)}`)
    .sort();
}
