import { Signal } from "neuroglancer/unstable/util/signal.js";
import {
  type AtlasEntry,
  atlasSandbox,
  datasetOfAtlas,
} from "../model/atlas.js";
import type { Edit } from "../model/change.js";
import { changedFields } from "../model/record_fields.js";
import { whileEditing } from "../store/locks.js";
import { unpackEdits, type StoredEdits } from "../store/packed_edits.js";
import { readSandbox } from "../store/reader.js";
import type { Store, StoreNews } from "../store/store.js";

type EntryEdit = Edit<AtlasEntry>;

/** An entry of one's own, and in which dataset it lies. */
export interface OwnEntry {
  readonly dataset: string;
  readonly entry: AtlasEntry;
}

/** What is read of one dataset: changes of a higher seq, and only those, are not in it. */
interface Shelf {
  seq: number;
  readonly entries: Map<string, AtlasEntry>;
}

/**
 * A person's own entries in all datasets, as any tab or device changes them. Each act is one change, and one step of undo in the history of
 * its dataset.
 */
export class OwnEntries {
  readonly changed = new Signal();
  /** Told what was done after each act of this tab, as the history of its dataset calls it. */
  readonly acts = new Signal<(label: string, dataset: string) => void>();
  /** Counts the times that `changed` was told. */
  generation = 0;
  private shelves: Map<string, Shelf> | undefined;
  /** Whether all that is stored is still to be read, for the first time or anew. */
  private isStale = true;
  /** All reading and following so far, one after the other. Never rejects. */
  private following: Promise<void> = Promise.resolve();
  private readonly disposers: (() => void)[];

  constructor(private readonly store: Store) {
    const read = () => this.next(() => this.read());
    this.disposers = [
      store.changes.add((news) => this.next(() => this.take(news))),
      store.readAgain.add(read),
      store.state.changed.add(() => {
        if (this.isStale) read();
      }),
    ];
    read();
  }

  /** Whether all that is stored has been read. */
  get isRead(): boolean {
    return this.shelves !== undefined;
  }

  *all(): Iterable<OwnEntry> {
    for (const [dataset, { entries }] of this.shelves ?? []) {
      for (const entry of entries.values()) yield { dataset, entry };
    }
  }

  find(dataset: string, id: string): AtlasEntry | undefined {
    return this.shelves?.get(dataset)?.entries.get(id);
  }

  /** Fulfilled when all that was heard of so far is here. */
  settled(): Promise<void> {
    return this.following;
  }

  dispose(): void {
    for (const dispose of this.disposers.splice(0)) dispose();
  }

  /** Adds an entry. @throws {Error} where it is none, naming the field */
  async add(dataset: string, entry: AtlasEntry): Promise<void> {
    await this.apply(
      dataset,
      "Add place to the atlas",
      [{ op: "put", record: entry }],
      [{ op: "delete", id: entry.id }],
    );
  }

  /**
   * Changes an entry.
   * @param label as the history calls it
   * @throws {Error} where it is gone, or would be none
   */
  async change(
    dataset: string,
    id: string,
    label: string,
    more: Partial<AtlasEntry>,
  ): Promise<void> {
    await this.alone(dataset, async () => {
      const before = await this.newest(dataset, id);
      const after = withMore(before, more);
      const changed = changedFields(before, after);
      if (changed.length === 0) return;
      // What is not sent is no change of what was: the reviewers have that as it is.
      const isSent = changed.some((name) => name !== "unsent");
      const record = isSent ? { ...after, modified: Date.now() } : after;
      await this.apply(
        dataset,
        label,
        [{ op: "put", record, changed }],
        [{ op: "put", record: before, changed }],
      );
    });
  }

  /** @throws {Error} where it is gone */
  async remove(dataset: string, id: string): Promise<void> {
    await this.alone(dataset, async () => {
      const record = await this.newest(dataset, id);
      await this.apply(
        dataset,
        "Delete place of the atlas",
        [{ op: "delete", id }],
        [{ op: "put", record }],
      );
    });
  }

  /** Runs `work`, which looks at what there is and writes what it makes of it, while no other tab does. */
  private alone(dataset: string, work: () => Promise<void>): Promise<void> {
    const { store } = this;
    return whileEditing(store.name, atlasSandbox(store.person, dataset), work);
  }

  private async newest(dataset: string, id: string): Promise<AtlasEntry> {
    // What other tabs did last may not have been heard of yet.
    await this.store.catchUp();
    await this.following;
    const found = this.find(dataset, id);
    if (found === undefined) throw new Error("it was deleted meanwhile");
    return found;
  }

  private async apply(
    dataset: string,
    label: string,
    edits: EntryEdit[],
    undo: EntryEdit[],
  ): Promise<void> {
    const { store } = this;
    const change = {
      id: crypto.randomUUID(),
      ...atlasSandbox(store.person, dataset),
      at: Date.now(),
      label,
      edits,
    };
    const { saved } = await store.apply(change, undo);
    if (saved) {
      await store.catchUp();
      await this.following;
    } else this.put(dataset, edits);
    this.acts.dispatch(label, dataset);
  }

  private next(work: () => void | Promise<void>): void {
    this.following = this.following.then(work).catch((error: unknown) => {
      // The database went away, which the store itself says; it is read when it is back.
      console.warn("Clio could not read the atlas:", error);
    });
  }

  private async read(): Promise<void> {
    const { store } = this;
    const { db } = store;
    // Until all is read anew, what was read before stays: an entry that is open would be closed without it.
    this.isStale = true;
    if (db === undefined) return;
    const shelves = new Map<string, Shelf>();
    for (const { user, dataset: sandbox } of await store.list()) {
      const dataset = datasetOfAtlas(sandbox);
      if (dataset === undefined || user !== store.person) continue;
      const entries = new Map<string, AtlasEntry>();
      const key = atlasSandbox(user, dataset);
      const { seq } = await readSandbox<AtlasEntry>(db, key, (records) => {
        for (const record of records) entries.set(record.id, record);
      });
      shelves.set(dataset, { seq, entries });
    }
    this.isStale = false;
    this.shelves = shelves;
    for (const { user, dataset: sandbox, edits } of store.pending) {
      const dataset = datasetOfAtlas(sandbox);
      if (dataset === undefined || user !== store.person) continue;
      this.put(dataset, editsOfEntries(edits));
    }
    this.tell();
  }

  private take({ seq, key, edits }: StoreNews): void {
    const dataset = datasetOfAtlas(key.dataset);
    if (dataset === undefined || key.user !== this.store.person) return;
    const known = this.shelves?.get(dataset)?.seq ?? 0;
    if (this.shelves === undefined || seq <= known) return;
    this.put(dataset, editsOfEntries(edits));
    this.shelves.get(dataset)!.seq = seq;
  }

  private put(dataset: string, edits: readonly EntryEdit[]): void {
    const { shelves } = this;
    if (shelves === undefined) return;
    if (!shelves.has(dataset)) {
      shelves.set(dataset, { seq: 0, entries: new Map() });
    }
    const { entries } = shelves.get(dataset)!;
    for (const edit of edits) {
      if (edit.op === "put") entries.set(edit.record.id, edit.record);
      else entries.delete(edit.id);
    }
    this.tell();
  }

  private tell(): void {
    this.generation += 1;
    this.changed.dispatch();
  }
}

/** An entry with parts as `more` has them; those that are undefined there are taken away. */
function withMore(before: AtlasEntry, more: Partial<AtlasEntry>): AtlasEntry {
  const parts = Object.entries({ ...before, ...more });
  const kept = parts.filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as AtlasEntry;
}

/** Edits of a sandbox that holds entries: the store puts nothing else into one. */
function editsOfEntries(edits: StoredEdits): readonly EntryEdit[] {
  return unpackEdits(edits as StoredEdits<AtlasEntry>);
}
