import { Signal } from "neuroglancer/unstable/util/signal.js";
import type { VoxelPosition } from "../model/annotation.js";
import type { Edit } from "../model/change.js";
import type { MergeRecord } from "../model/merge.js";
import type { PublicMerges } from "../model/merge_request.js";
import {
  isOwnSandbox,
  sameSandbox,
  type SandboxKey,
} from "../model/sandbox.js";
import { whileEditing } from "../store/locks.js";
import { type StoredEdits, unpackEdits } from "../store/packed_edits.js";
import { readSandbox } from "../store/reader.js";
import type { Store, StoreNews } from "../store/store.js";
import {
  decisionsOf,
  type MergePair,
  type NewPairs,
  newPairs,
} from "../model/merge_pairs.js";
import { MergeSets } from "../model/merge_sets.js";
import { EverybodysMerges } from "./everybodys_merges.js";
import { MergeActs, type RowsChange } from "./merge_acts.js";

type MergeEdit = Edit<MergeRecord>;

/** Whose decisions: the person's own, or those that hold for everybody. */
export type Whose = "own" | "everybody's";

/**
 * A person's merges of one segmentation: all that is stored, kept as it is by whatever tab or device changes it, and the acts that change
 * it. Each act is one change and one step of undo; it is based on all that is stored, and rejects, with a reason that a person can read,
 * where that is not known. So nothing is ever written over what was not read.
 */
export class MergeBook {
  /** Told with segments in whose sets something may be another now, one of each such set at least; undefined: in any set. */
  readonly changed = new Signal<
    (touched: ReadonlySet<bigint> | undefined) => void
  >();
  /** Told what a change of decisions changes in their rows, once these were asked for; undefined: anything. */
  readonly rowsChanged = new Signal<
    (whose: Whose, change: RowsChange | undefined) => void
  >();
  /** Told what was done after each act of this tab, as the history calls it. */
  readonly acts = new Signal<(label: string) => void>();
  /** Counts the times that `changed` was told. */
  generation = 0;
  private merged = new MergeSets();
  /** What the person is told where reading failed. */
  private failure: string | undefined;
  /** What holds for everybody. It is not stored here, and no act changes it. */
  readonly shared = new EverybodysMerges();
  /** Undefined until somebody asks for the rows: most never do. */
  private acted: MergeActs | undefined;
  private known = new Map<string, MergeRecord>();
  /** Changes of a higher seq, and only those, are not in what was read; undefined before anything was. */
  private seq: number | undefined;
  /** All reading and following so far, one after the other. Never rejects. */
  private following: Promise<void> = Promise.resolve();
  private readonly disposers: (() => void)[];

  /** @param key of a sandbox of merges (see `mergesDataset`) */
  constructor(
    private readonly store: Store,
    readonly key: SandboxKey,
  ) {
    const read = () => this.next(() => this.read());
    this.disposers = [
      store.changes.add((news) => {
        if (sameSandbox(news.key, key)) this.next(() => this.take(news));
      }),
      store.readAgain.add(read),
      store.problems.changed.add(() => {
        // Whoever waits for the merges is told what they wait for.
        if (!this.isRead) this.tell(new Set());
      }),
      store.state.changed.add(() => {
        if (this.seq === undefined) read();
      }),
    ];
    read();
  }

  /** Which segments are one now, by the person's own decisions on top of those that hold for everybody. */
  get sets(): MergeSets {
    return this.merged;
  }

  /** All decisions, by their ids. */
  get decisions(): ReadonlyMap<string, MergeRecord> {
    return this.known;
  }

  /** What was decided, an act a row. */
  rowsOf(whose: Whose): MergeActs {
    if (whose === "everybody's") return this.shared.rows;
    this.acted ??= new MergeActs(this.known.values());
    return this.acted;
  }

  /** Whether all that is stored is in `sets`. */
  get isRead(): boolean {
    return this.seq !== undefined;
  }

  /** Why they are not, in sentences; undefined where they are. */
  get whyNotRead(): string | undefined {
    if (this.isRead) return undefined;
    const [problem] = this.store.problems.value;
    return problem === undefined
      ? (this.failure ?? "Your merges are being read.")
      : `Your merges cannot be read. ${problem.happened} ${problem.kept} ${problem.advice}`;
  }

  /** Puts more of what holds for everybody below the person's own decisions. */
  share({ merges, position }: PublicMerges): void {
    const { shared } = this;
    shared.position = Math.max(shared.position, position);
    this.next(() => {
      const isFirst = shared.size === 0;
      const { added, change } = shared.add(merges);
      if (added.length === 0) return;
      const touched = new Set<bigint>();
      if (shared.isShown) {
        for (const edge of added) {
          for (const id of this.merged.put(edge)) touched.add(id);
        }
      }
      this.rowsChanged.dispatch("everybody's", change);
      // Where nothing comes apart, all sets at once are less work.
      this.tell(isFirst && shared.isShown ? undefined : touched);
    });
  }

  /** Has what holds for everybody be in the sets, or not. */
  showShared(isShown: boolean): void {
    const { shared } = this;
    if (shared.isShown === isShown) return;
    shared.isShown = isShown;
    this.next(() => {
      const merged = new MergeSets();
      for (const edge of shared.edges()) merged.put(edge);
      for (const record of this.known.values()) merged.put(record);
      this.merged = merged;
      const touched = new Set<bigint>();
      for (const { merge } of shared.all()) {
        touched.add(BigInt(merge.onto)).add(BigInt(merge.merged));
      }
      this.tell(touched);
    });
  }

  /** Fulfilled when all that was heard of so far is in `sets`. */
  settled(): Promise<void> {
    return this.following;
  }

  /** Lets go of the store. What was begun is done. */
  dispose(): void {
    for (const dispose of this.disposers.splice(0)) dispose();
  }

  /**
   * Merges segments, each with all that is one with it.
   * @param onto the segment whose set gives the whole its main
   * @param others in the order in which taking the merge apart gives them back
   * @param position where it was decided
   * @throws {Error} where all of them are one already
   */
  async merge(
    onto: bigint,
    others: readonly bigint[],
    position?: VoxelPosition,
  ): Promise<void> {
    await this.alone(async () => {
      const { merged } = this;
      const main = merged.mainOf(onto);
      const mains = new Set(others.map((id) => merged.mainOf(id)));
      mains.delete(main);
      if (mains.size === 0) throw new Error("they are one segment already");
      await this.decide(
        `Merge ${mains.size + 1} segments`,
        [...mains].map((id): MergePair => [main, id]),
        position,
      );
    });
  }

  /**
   * Takes in pairs that were decided elsewhere, as they are; what they say nothing new with is left out. All that becomes one by them alone
   * has an act of its own, so that each cell is a row by itself; the change and the step of undo are one for all.
   * @param pairs oldest first
   * @returns what was taken in; where it is none, nothing was written
   */
  add(pairs: readonly MergePair[]): Promise<NewPairs> {
    return this.alone(async () => {
      const found = newPairs(pairs, this.known.values());
      const count = found.pairs.length;
      if (count > 0) {
        const what = count === 1 ? "merge" : `${count} merges`;
        await this.decide(`Import ${what}`, found.pairs);
      }
      return found;
    });
  }

  /**
   * Takes back the newest act that made a set what it is.
   * @param id any segment of the set
   * @returns mains of the parts, that of the whole first, then in the order in which they were merged
   * @throws {Error} where it is merged with none
   */
  unmerge(id: bigint): Promise<bigint[]> {
    return this.alone(async () => {
      const edges = this.merged.outermostOf(id);
      if (edges.length === 0) {
        throw new Error(`segment ${id} is merged with none`);
      }
      if (edges.some((edge) => !this.known.has(edge.id))) {
        throw new Error(
          `segment ${id} is merged for everybody, and by nothing of your own`,
        );
      }
      const ends = [
        edges[0].onto,
        ...edges.map(({ merged: segment }) => segment),
      ];
      const ids = edges.map((edge) => edge.id);
      await this.takeBack(`Unmerge ${ends.length} segments`, ids);
      const mains = ends.map((end) => this.merged.mainOf(BigInt(end)));
      return [...new Set(mains)];
    });
  }

  /**
   * Takes decisions back, wherever in a set they are.
   * @throws {Error} where none of them is there any more
   */
  async remove(ids: readonly string[]): Promise<void> {
    await this.alone(async () => {
      const present = ids.filter((id) => this.known.has(id));
      if (present.length === 0) throw new Error("it was removed meanwhile");
      const what = present.length === 1 ? "merge" : `${present.length} merges`;
      await this.takeBack(`Remove ${what}`, present);
    });
  }

  /**
   * Puts another comment on decisions.
   * @throws {Error} where none of them is there any more
   */
  async comment(ids: readonly string[], description: string): Promise<void> {
    await this.alone(async () => {
      const present = ids.flatMap((id) => this.known.get(id) ?? []);
      if (present.length === 0) throw new Error("it was removed meanwhile");
      const before = present.filter((each) => each.description !== description);
      if (before.length === 0) return;
      const changed = ["description"];
      const modified = Date.now();
      await this.apply(
        "Edit comment",
        before.map((each) => {
          const record = { ...each, description, modified };
          return { op: "put", record, changed };
        }),
        before.map((record) => ({ op: "put", record, changed })),
      );
    });
  }

  private async decide(
    label: string,
    pairs: readonly MergePair[],
    position?: VoxelPosition,
  ): Promise<void> {
    const records = decisionsOf(
      pairs,
      this.merged,
      this.key.user,
      Date.now(),
      position,
    );
    await this.apply(
      label,
      records.map((record): MergeEdit => ({ op: "put", record })),
      records.map(({ id }): MergeEdit => ({ op: "delete", id })),
    );
  }

  private async takeBack(label: string, ids: readonly string[]): Promise<void> {
    await this.apply(
      label,
      ids.map((id): MergeEdit => ({ op: "delete", id })),
      ids.map((id): MergeEdit => ({ op: "put", record: this.known.get(id)! })),
    );
  }

  /** Runs `work`, which looks at what there is and writes what it makes of it, while no other tab does. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const { store, key } = this;
    return whileEditing(store.name, key, async () => {
      if (!isOwnSandbox(key, store.person)) {
        throw new Error(`only ${key.user} can change these merges`);
      }
      // What other tabs did last may not have been heard of yet.
      await store.catchUp();
      await this.following;
      if (!this.isRead) {
        throw new Error(
          `the merges that are stored could not be read: the storage is ${store.state.value}`,
        );
      }
      return work();
    });
  }

  private async apply(
    label: string,
    edits: MergeEdit[],
    undo: MergeEdit[],
  ): Promise<void> {
    const { store, key } = this;
    const change = {
      id: crypto.randomUUID(),
      ...key,
      at: Date.now(),
      label,
      edits,
    };
    const { saved } = await store.apply(change, undo);
    if (saved) {
      await store.catchUp();
      await this.following;
    } else this.put(edits);
    this.acts.dispatch(label);
  }

  private next(work: () => void | Promise<void>): void {
    this.following = this.following.then(work).catch((error: unknown) => {
      // The database went away, which the store itself says; it is read when it is back.
      console.warn("Clio could not read the merges:", error);
      if (this.isRead) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.failure = `Your merges could not be read: ${reason}. They are on this machine as they were. Reload the page.`;
      this.tell(new Set());
    });
  }

  private async read(): Promise<void> {
    const { store, key } = this;
    // Until it was read anew nothing is written.
    this.seq = undefined;
    if (store.db === undefined) return;
    const known = new Map<string, MergeRecord>();
    const merged = new MergeSets();
    for (const edge of this.shared.edges()) merged.put(edge);
    const { seq } = await readSandbox<MergeRecord>(store.db, key, (records) => {
      for (const record of records) {
        known.set(record.id, record);
        merged.put(record);
      }
    });
    this.known = known;
    this.acted = undefined;
    this.merged = merged;
    this.seq = seq;
    for (const change of store.pending) {
      if (sameSandbox(change, key)) this.put(mergesOf(change.edits));
    }
    this.rowsChanged.dispatch("own", undefined);
    this.tell(undefined);
  }

  private take({ seq, edits }: StoreNews): void {
    if (this.seq === undefined || seq <= this.seq) return;
    this.seq = seq;
    this.put(mergesOf(edits));
  }

  private put(edits: readonly MergeEdit[]): void {
    const touched = new Set<bigint>();
    for (const edit of edits) {
      const ends =
        edit.op === "put"
          ? this.merged.put(edit.record)
          : this.merged.delete(edit.id);
      for (const id of ends) touched.add(id);
      if (edit.op === "put") this.known.set(edit.record.id, edit.record);
      else this.known.delete(edit.id);
    }
    if (this.acted !== undefined) {
      const change = this.acted.apply(edits, this.known.values());
      this.rowsChanged.dispatch("own", change);
    }
    this.tell(touched);
  }

  private tell(touched: ReadonlySet<bigint> | undefined): void {
    this.generation += 1;
    this.changed.dispatch(touched);
  }
}

/** Edits of a sandbox that holds merges: the store puts nothing else into one. */
function mergesOf(edits: StoredEdits): readonly MergeEdit[] {
  return unpackEdits(edits as StoredEdits<MergeRecord>);
}
