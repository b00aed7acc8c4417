/** The browser's database: its object stores, how it is opened, and the one way in which it is written. */
import type {
  DBSchema,
  IDBPDatabase,
  IDBPTransaction,
  OpenDBCallbacks,
  StoreNames,
} from "idb";
import { openDB } from "idb";
import type { SandboxDescription, SandboxKey } from "../model/sandbox.js";
import type { Conflict } from "../model/sync.js";
import type { StoredChange, StoredEdits } from "./packed_edits.js";

export const DATABASE_NAME = "clio";

/**
 * DO NOT change a store, a key or a row without raising this and migrating in `upgrade`. An older tab that meets a newer version
 * stops writing and says so.
 */
export const DATABASE_VERSION = 6;

/** One sandbox. `sid` names it inside the database and never changes; user and dataset do, when a dataset adopts its marks. */
export interface SandboxRow extends SandboxKey, SandboxDescription {
  sid: string;
  /** Milliseconds since 1970. */
  created: number;
  /** How far it and its copy on the server are the same; absent where it was never compared. */
  shelf?: ShelfStanding;
}

/** How far a sandbox and the server's copy of it are the same. */
export interface ShelfStanding {
  /** Seq of the newest change that the server has acknowledged. */
  delivered: number;
  /** `[seq, revision]`: who made a change after `seq` had seen the server's `revision`. Ascending in both. */
  seen: [seq: number, revision: number][];
  /** Its records are to be delivered as they are, whatever changes they come from: those up to the id `after` were. */
  copying?: { after: string; from: string[] };
}

/**
 * One acknowledged change. `seq` counts the changes of the whole database in the order in which they were written. User and
 * dataset are inside the change and stay what they were when it was made; `sid` says where its records are now.
 */
export interface JournalRow {
  seq: number;
  sid: string;
  change: StoredChange;
  /** The same as `sid` where the server is to be told; absent in what it has told itself. */
  outgoing?: string;
}

/** What is known of a page without reading it. Times are milliseconds since 1970; ranges include both ends. */
export interface PageDescriptor {
  /** Key of the page, unique in the database. */
  page: string;
  /** Pages of one run hold ids in ascending order, and no two of them the same id. */
  run: number;
  /** Rows, tombstones included. */
  count: number;
  tombstones: number;
  bytes: number;
  /** CRC-32 of the bytes. */
  checksum: number;
  minId: string;
  maxId: string;
  minSeq: number;
  maxSeq: number;
  minModified: number;
  maxModified: number;
}

/** Which pages make up a sandbox. A page that no manifest names does not exist, whatever the store of pages holds. */
export interface ManifestRow {
  sid: string;
  pages: PageDescriptor[];
  /** The newest change that has left the journal for the pages. */
  foldedUpTo: number;
  /** A reader that has seen less than this seq cannot catch up by newer rows alone: it has to read the sandbox again. */
  rewrittenUpTo: number;
  /** The greater of the two above: what the index "advancedTo" finds the readers left behind by. */
  advancedTo: number;
  /** Goes up with every write, so that what was prepared from an older manifest is not put in place of a newer one. */
  generation: number;
}

/** An immutable page. User and dataset are those under which it was written. */
export interface PageRow extends SandboxKey {
  page: string;
  sid: string;
  /** What `packPage` made. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** A page that could not be read and that no manifest names any more. Its row, if there is one, stays among the pages as it was found. */
export interface QuarantineRow extends SandboxKey {
  sid: string;
  /** Milliseconds since 1970. */
  found: number;
  reason: string;
  descriptor: PageDescriptor;
}

/** One step that can be undone: what takes it back, and what does it again. Never changed, but for `sid` when it is adopted. */
export interface HistoryRow {
  /** Seq of the change that did it. */
  step: number;
  /** Of the sandbox in whose history it is. */
  sid: string;
  /** Dataset of the sandbox that it changes, where that is another one of the same user (see `stackOf`). */
  of?: string;
  /** As undo names it: "Move point". */
  label: string;
  /** Milliseconds since 1970. */
  at: number;
  redo: StoredEdits;
  undo: StoredEdits;
  /** What it did outside of this database, where it did (see `Elsewhere`). */
  elsewhere?: Elsewhere;
}

/** What a step did where all have it, and not in anybody's sandbox: whoever did it takes it back there, and does it again. */
export interface Elsewhere {
  /** Who did it, as in `UndoStack.carriers`. */
  by: string;
  /** Known to them alone. */
  what: unknown;
}

/** How far a sandbox has gone back in its history. */
export interface CursorRow {
  sid: string;
  /** The newest step that is done; 0 where none is. */
  step: number;
  /** Steps that are kept, those included that were taken back. */
  steps: number;
}

/** How far the server of a user was listened to. */
export interface SyncRow {
  user: string;
  /** All that is new up to this revision is here. */
  revision: number;
}

/** A conflict that waits for the person, or for the server to learn of how it was settled. */
export interface ConflictRow {
  id: string;
  user: string;
  conflict: Conflict;
  /** Whether the value that was refused was made in this browser. */
  own: boolean;
  /** Id of the change that settles it, once the person has. */
  settling?: string;
}

/**
 * What is known of the database as a whole. The row "complete" is there where the database holds all that it should: it was begun
 * with nothing to restore, or restoring it came to its end.
 */
export interface MetaRow {
  name: "complete";
  /** Names the database whose marks these are; a copy has that of what it is a copy of. */
  lineage: string;
}

/** The row of a database whose marks are nobody's copy. */
export function newLineage(): MetaRow {
  return { name: "complete", lineage: crypto.randomUUID() };
}

export interface ClioSchema extends DBSchema {
  sandboxes: {
    key: [user: string, dataset: string];
    value: SandboxRow;
    indexes: { sid: string };
  };
  manifests: {
    key: string;
    value: ManifestRow;
    indexes: { advancedTo: number };
  };
  journal: {
    key: number;
    value: JournalRow;
    indexes: {
      sid: string;
      /** Tells what is to be delivered without reading it. */
      outgoing: string;
    };
  };
  /** Changes that were folded before they were delivered. */
  outbox: {
    key: number;
    value: JournalRow;
    indexes: { sid: string };
  };
  sync: { key: string; value: SyncRow };
  conflicts: {
    key: string;
    value: ConflictRow;
    indexes: { user: string };
  };
  pages: { key: string; value: PageRow };
  quarantine: {
    key: number;
    value: QuarantineRow;
    indexes: { sid: string };
  };
  history: {
    key: number;
    value: HistoryRow;
    indexes: {
      sid: string;
      /** Tells what steps there are without their edits. */
      steps: [sid: string, step: number, label: string];
    };
  };
  cursors: { key: string; value: CursorRow };
  meta: { key: MetaRow["name"]; value: MetaRow };
}

export type ClioStoreName = StoreNames<ClioSchema>;
export type ClioDatabase = IDBPDatabase<ClioSchema>;
/** A transaction that is only read from, whatever its mode. */
export type ReadTransaction = IDBPTransaction<
  ClioSchema,
  ClioStoreName[],
  IDBTransactionMode
>;
export type WriteTransaction = IDBPTransaction<
  ClioSchema,
  ClioStoreName[],
  "readwrite"
>;

export type UpgradeTransaction = IDBPTransaction<
  ClioSchema,
  ClioStoreName[],
  "versionchange"
>;

/**
 * Opens the database, making it where it is not there yet. Works in a page and in a worker. Where `callbacks` does not say what to
 * do when a newer version wants to open it, the connection is closed then, for the newer one would wait as long as it is open.
 * @param version another one than that of this program only in the specs, which have no other way to see an upgrade.
 * @throws DOMException VersionError where a newer Clio has been here.
 */
export function openDatabase(
  name: string = DATABASE_NAME,
  callbacks: Pick<
    OpenDBCallbacks<ClioSchema>,
    "blocked" | "blocking" | "terminated"
  > = {},
  version: number = DATABASE_VERSION,
): Promise<ClioDatabase> {
  return openDB<ClioSchema>(name, version, {
    blocking: (_current, _newer, event) =>
      (event.target as IDBDatabase).close(),
    ...callbacks,
    upgrade: (db, oldVersion, _newVersion, tx) =>
      upgradeDatabase(db, oldVersion, tx),
  });
}

/** Brings a database of version `oldVersion`, which is 0 where there was none, to that of this program. */
export function upgradeDatabase(
  db: ClioDatabase,
  oldVersion: number,
  tx: UpgradeTransaction,
): void {
  if (oldVersion < 1) {
    db.createObjectStore("sandboxes", {
      keyPath: ["user", "dataset"],
    }).createIndex("sid", "sid", { unique: true });
    db.createObjectStore("manifests", { keyPath: "sid" }).createIndex(
      "advancedTo",
      "advancedTo",
    );
    db.createObjectStore("journal", {
      keyPath: "seq",
      autoIncrement: true,
    }).createIndex("sid", "sid");
    db.createObjectStore("pages", { keyPath: "page" });
    db.createObjectStore("quarantine", {
      autoIncrement: true,
    }).createIndex("sid", "sid");
  }
  if (oldVersion < 2) {
    const history = db.createObjectStore("history", { keyPath: "step" });
    history.createIndex("sid", "sid");
    history.createIndex("steps", ["sid", "step", "label"]);
    db.createObjectStore("cursors", { keyPath: "sid" });
    db.createObjectStore("meta", { keyPath: "name" });
    completeOldDatabase(tx).catch(() => abort(tx));
  }
  // Since version 3 many edits are packed (packed_edits.ts). What is there is read as before; an older program could not read the new.
  if (oldVersion < 4) {
    tx.objectStore("journal").createIndex("outgoing", "outgoing");
    db.createObjectStore("outbox", { keyPath: "seq" }).createIndex(
      "sid",
      "sid",
    );
    db.createObjectStore("sync", { keyPath: "user" });
    db.createObjectStore("conflicts", { keyPath: "id" }).createIndex(
      "user",
      "user",
    );
  }
  // Since version 5 there are merges beside the marks, and steps of theirs in the history of those. An older program would take them for marks.
  // Since version 6 packed edits of one kind are columns (record_columns.ts), as in 3: an older program could not read them.
}

/** There was no second copy in version 1: where that has any marks, they are all there are. */
async function completeOldDatabase(tx: UpgradeTransaction): Promise<void> {
  if ((await tx.objectStore("sandboxes").count()) === 0) return;
  await tx.objectStore("meta").add(newLineage());
}

/** A transaction to read `stores` as they are at this moment. */
export function readTransaction(
  db: ClioDatabase,
  stores: ClioStoreName[],
): ReadTransaction {
  const tx = db.transaction(stores);
  ignoreFailure(tx.done);
  return tx;
}

/**
 * Does `work` in one transaction of strict durability, and resolves only after its `complete` event: then the browser has told
 * the disk to keep it, and neither a killed browser nor a power cut takes it back. `work` may await requests of its own
 * transaction and nothing else. Where it throws, nothing of it is kept.
 */
export async function writeDurably<T>(
  db: ClioDatabase,
  stores: ClioStoreName[],
  work: (tx: WriteTransaction) => Promise<T>,
): Promise<T> {
  const tx = db.transaction(stores, "readwrite", { durability: "strict" });
  ignoreFailure(tx.done);
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    abort(tx);
    const cause: unknown = await tx.done.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    // The transaction's own failure says more than that of the request that it took with it: quota, for one.
    throw isAbort(error) ? (cause ?? error) : error;
  }
}

/** Whoever asks something of an aborted transaction gets an error already; its end would only be an error that nobody hears. */
function ignoreFailure(done: Promise<void>): void {
  done.catch(() => undefined);
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function abort(tx: WriteTransaction | UpgradeTransaction): void {
  try {
    tx.abort();
  } catch {
    // It had ended by itself already: nothing is left to take back.
  }
}
