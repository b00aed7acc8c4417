/** A page with nothing of Clio's: the libraries that others would take for the same work, for the benchmarks to measure beside ours. */
import { Dexie } from "dexie";
import { openDB } from "idb";
import MiniSearch from "minisearch";
import type { AnnotationRecord } from "../../model/annotation.js";

/** Rows that a table shows at once. */
const ROWS_IN_VIEW = 40;

/** What the benchmarks ask of the page; on `window` as `peers`. Records come as JSON, and times are in milliseconds. */
export interface Peers {
  /** Has MiniSearch index further records. */
  index(records: string): void;
  /** Has MiniSearch find the records with these words, the last ones by how they begin, as a person types. Returns the time. */
  search(text: string): number;
  /** Keeps records for the next one to be put: reading them is not what is measured. */
  take(records: string): void;
  /** Puts all that were taken into a database in one durable transaction, by idb alone. Resolves to the time. */
  putByIdb(): Promise<number>;
  /** The same by Dexie. */
  putByDexie(): Promise<number>;
  /** Reads all that were put by Dexie. Resolves to the time. */
  readByDexie(): Promise<number>;
}

const found = new Map<string, AnnotationRecord>();
const index = new MiniSearch<AnnotationRecord>({
  fields: ["description", "type", "tags"],
});
const taken: AnnotationRecord[] = [];

const peers: Peers = {
  index(records) {
    const read = JSON.parse(records) as AnnotationRecord[];
    for (const record of read) found.set(record.id, record);
    index.addAll(read);
  },

  search(text) {
    const start = performance.now();
    index
      .search(text, { prefix: true, combineWith: "AND" })
      .slice(0, ROWS_IN_VIEW)
      .map(({ id }) => found.get(id as string));
    return performance.now() - start;
  },

  take(records) {
    // In steps: a call with a hundred thousand arguments is refused.
    for (const record of JSON.parse(records) as AnnotationRecord[]) {
      taken.push(record);
    }
  },

  async putByIdb() {
    const db = await openDB("idb", 1, {
      upgrade(made) {
        const store = made.createObjectStore("marks", { keyPath: "id" });
        store.createIndex("created", "created");
        store.createIndex("tags", "tags", { multiEntry: true });
      },
    });
    const start = performance.now();
    const transaction = db.transaction("marks", "readwrite", {
      durability: "strict",
    });
    for (const record of taken) void transaction.store.put(record);
    await transaction.done;
    const time = performance.now() - start;
    db.close();
    return time;
  },

  async putByDexie() {
    const db = await openDexie();
    const start = performance.now();
    await db.table("marks").bulkPut(taken);
    const time = performance.now() - start;
    db.close();
    return time;
  },

  async readByDexie() {
    const db = await openDexie();
    const start = performance.now();
    await db.table("marks").toArray();
    const time = performance.now() - start;
    db.close();
    return time;
  },
};

async function openDexie(): Promise<Dexie> {
  const db = new Dexie("dexie", { chromeTransactionDurability: "strict" });
  db.version(1).stores({ marks: "id, created, *tags" });
  return db.open();
}

Object.assign(window, { peers });
