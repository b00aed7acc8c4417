/** Rows as copying sees them, wherever they are: in the browser's database, or in the files of its second copy. */
import type { ClioDatabase, ClioSchema, ClioStoreName } from "../database.js";
import { readTransaction, writeDurably } from "../database.js";
import type { ReadTransaction, WriteTransaction } from "../database.js";
import { newestSeq } from "../reader.js";
import type { RowKey } from "./frames.js";

/** Stores whose rows have the seq of their change for a key and are never changed, but for the sandbox that they belong to. */
export const LOGS = ["journal", "history", "outbox"] as const;

export type Log = (typeof LOGS)[number];

/**
 * Stores that are copied whole, because they are small. What is known of the server is not copied: without it all that the server has is
 * listened to once more.
 */
export const SMALL = [
  "sandboxes",
  "manifests",
  "quarantine",
  "cursors",
] as const;

export const ALL_STORES = [...LOGS, ...SMALL, "pages", "meta"] as const;

export type StoredValue<S extends ClioStoreName> = ClioSchema[S]["value"];

/** Rows as they are at one moment. */
export interface RowView {
  keys(store: ClioStoreName): Promise<RowKey[]>;
  get<S extends ClioStoreName>(
    store: S,
    key: RowKey,
  ): Promise<StoredValue<S> | undefined>;
  getAll<S extends ClioStoreName>(store: S): Promise<StoredValue<S>[]>;
  /** The `sid` of every row of a log, by its key. */
  sids(log: Log): Promise<Map<number, string>>;
  /** Seq of the newest change. */
  newestSeq(): Promise<number>;
}

export interface RowEdits extends RowView {
  /** @param key where the row does not have it inside */
  put<S extends ClioStoreName>(
    store: S,
    row: StoredValue<S>,
    key?: number,
  ): Promise<void>;
  delete(store: ClioStoreName, key: RowKey): Promise<void>;
}

/** Something that holds the rows of a database. `work` may await nothing but what it is given. */
export interface Rows {
  read<T>(work: (view: RowView) => Promise<T>): Promise<T>;
  /** What `work` writes is written when this is fulfilled; where it throws, none of it. */
  write<T>(work: (edits: RowEdits) => Promise<T>): Promise<T>;
}

/** The rows of a database, written with strict durability. */
export class DatabaseRows implements Rows {
  constructor(readonly db: ClioDatabase) {}

  read<T>(work: (view: RowView) => Promise<T>): Promise<T> {
    return work(new TransactionView(readTransaction(this.db, [...ALL_STORES])));
  }

  write<T>(work: (edits: RowEdits) => Promise<T>): Promise<T> {
    return writeDurably(this.db, [...ALL_STORES], (tx) =>
      work(new TransactionEdits(tx)),
    );
  }
}

class TransactionView implements RowView {
  constructor(private readonly read: ReadTransaction) {}

  keys(store: ClioStoreName): Promise<RowKey[]> {
    return this.read.objectStore(store).getAllKeys();
  }

  get<S extends ClioStoreName>(
    store: S,
    key: RowKey,
  ): Promise<StoredValue<S> | undefined> {
    return this.read.objectStore(store).get(keyIn<S>(key));
  }

  getAll<S extends ClioStoreName>(store: S): Promise<StoredValue<S>[]> {
    return this.read.objectStore(store).getAll();
  }

  async sids(log: Log): Promise<Map<number, string>> {
    const store = this.read.objectStore(log);
    // A row that belongs to no sandbox is listed as well, for it may have to be deleted.
    const rows = new Map((await store.getAllKeys()).map((key) => [key, ""]));
    for (const { sid } of await this.getAll("sandboxes")) {
      for (const key of await store.index("sid").getAllKeys(sid)) {
        rows.set(key, sid);
      }
    }
    return rows;
  }

  newestSeq(): Promise<number> {
    return newestSeq(this.read);
  }
}

class TransactionEdits extends TransactionView implements RowEdits {
  constructor(private readonly tx: WriteTransaction) {
    super(tx);
  }

  async put<S extends ClioStoreName>(
    store: S,
    row: StoredValue<S>,
    key?: number,
  ): Promise<void> {
    await this.tx
      .objectStore(store)
      .put(row, key === undefined ? undefined : keyIn<S>(key));
  }

  async delete(store: ClioStoreName, key: RowKey): Promise<void> {
    await this.tx.objectStore(store).delete(keyIn(key));
  }
}

/** The key of a store, which TypeScript does not know by the store's name. */
function keyIn<S extends ClioStoreName>(key: RowKey): ClioSchema[S]["key"] {
  return key as ClioSchema[S]["key"];
}
