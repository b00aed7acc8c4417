import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** Where sets of bodies are that are too large for a link. They go when a person signs out. */
export const KEPT_SETS = "clio-bodies";

/** So many sets are kept; of more, the oldest go. */
const MOST_SETS = 50;

/** Bodies that are shown, and colours that bodies have. */
export interface KeptSet {
  readonly id: string;
  /** Name of the layer. */
  readonly layer: string;
  readonly shown: BigUint64Array<ArrayBuffer>;
  readonly colored: BigUint64Array<ArrayBuffer>;
  /** As the viewer packs them, beside `colored`. */
  readonly colors: Uint32Array<ArrayBuffer>;
}

interface Schema extends DBSchema {
  sets: {
    key: string;
    value: KeptSet & { readonly written: number };
    indexes: { written: number };
  };
}

/** The sets that links name by their ids: those are small whatever is shown, and mean something in this browser alone. */
export class KeptSets {
  private opened: Promise<IDBPDatabase<Schema>> | undefined;

  constructor(private readonly name = KEPT_SETS) {}

  /** Undefined where there is none of that id. Rejects where the browser keeps nothing. */
  async find(id: string): Promise<KeptSet | undefined> {
    return (await this.open()).get("sets", id);
  }

  /** Puts a set in the place of the one with its id. Rejects where the disk refuses. */
  async keep(set: KeptSet): Promise<void> {
    const tx = (await this.open()).transaction("sets", "readwrite");
    await tx.store.put({ ...set, written: Date.now() });
    const byAge = await tx.store.index("written").getAllKeys();
    for (const old of byAge.slice(0, Math.max(0, byAge.length - MOST_SETS))) {
      await tx.store.delete(old);
    }
    await tx.done;
  }

  close(): void {
    this.opened?.then(
      (db) => db.close(),
      () => undefined,
    );
    this.opened = undefined;
  }

  private open(): Promise<IDBPDatabase<Schema>> {
    this.opened ??= openDB<Schema>(this.name, 1, {
      upgrade(db) {
        const sets = db.createObjectStore("sets", { keyPath: "id" });
        sets.createIndex("written", "written");
      },
      // Another tab takes them away, as somebody has signed out.
      blocking: () => this.close(),
      terminated: () => (this.opened = undefined),
    });
    this.opened.catch(() => (this.opened = undefined));
    return this.opened;
  }
}
