/** What the server tells: records of the person's other devices, taken over beneath what waits to be delivered from here. */
import type { Edit } from "../model/change.js";
import { editedId } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";
import { sameValue, withFields } from "../model/record_fields.js";
import type { SandboxKey } from "../model/sandbox.js";
import { sameSandbox } from "../model/sandbox.js";
import type { Conflict } from "../model/sync.js";
import type { ClioDatabase } from "./database.js";
import { readTransaction, writeDurably } from "./database.js";
import { whileEditing } from "./locks.js";
import { waitingOf } from "./outbox.js";
import { unpackEdits } from "./packed_edits.js";
import { newestSeq, readRecords } from "./reader.js";
import { findSandbox } from "./sandboxes.js";
import { withSeen } from "./shelf.js";
import type { Store } from "./store.js";

/** A record as the server has it; without `record` where it was deleted. */
export interface ToldRecord {
  id: string;
  record?: StoredRecord;
}

/** Of so few it is looked whether they differ from what is here; more are written without a look, which costs less than the looks. */
const LOOK_AT = 32;

/** What `told` is with the edits on top of it that the server does not know. */
function withWaiting(
  told: StoredRecord | undefined,
  edits: readonly Edit<StoredRecord>[],
): StoredRecord | undefined {
  let record = told;
  for (const edit of edits) {
    if (edit.op === "delete") record = undefined;
    else if (record === undefined || edit.changed === undefined) {
      record = edit.record;
    } else record = withFields(record, edit.record, edit.changed);
  }
  return record;
}

/**
 * Takes records of a sandbox over as the server has them. What the person has changed here and the server does not know yet stays on top.
 * @param revision of the server up to which all of this sandbox is then here
 * @throws Error where the disk refuses, or holds not all that was done here; then nothing is taken over, and it is to be told again.
 */
export async function receiveRecords(
  store: Store,
  key: SandboxKey,
  told: readonly ToldRecord[],
  revision: number,
): Promise<void> {
  await whileEditing(store.name, key, async () => {
    const db = openDb(store);
    const ids = new Set(told.map(({ id }) => id));
    if (isUnwritten(store, key, ids)) await store.retry();
    if (isUnwritten(store, key, ids)) {
      throw new Error("what was done here is not on disk yet");
    }
    // What was deleted elsewhere, before anything of it was here.
    const present = await findSandbox(db, key);
    if (present === undefined && told.every(({ record }) => !record)) return;
    const edits = await editsOf(db, key, told);
    if (edits.length === 0) {
      await noteSeen(db, key, revision);
      return;
    }
    const received = {
      id: crypto.randomUUID(),
      ...key,
      at: Date.now(),
      label: "From another device",
      edits,
    };
    await store.receive({ received, revision });
  });
}

/** Whether something was done to some records that is in memory only. */
function isUnwritten(
  { pending }: Store,
  key: SandboxKey,
  ids: ReadonlySet<string>,
): boolean {
  return pending.some(
    (change) =>
      sameSandbox(change, key) &&
      unpackEdits(change.edits).some((edit) => ids.has(editedId(edit))),
  );
}

async function editsOf(
  db: ClioDatabase,
  key: SandboxKey,
  told: readonly ToldRecord[],
): Promise<Edit<StoredRecord>[]> {
  const waiting = await waitingEdits(
    db,
    key,
    new Set(told.map(({ id }) => id)),
  );
  const looked = told.length <= LOOK_AT ? told.map(({ id }) => id) : [];
  const here = await readRecords<StoredRecord>(db, key, looked);
  const edits: Edit<StoredRecord>[] = [];
  for (const [i, { id, record }] of told.entries()) {
    const next = withWaiting(record, waiting.get(id) ?? []);
    if (i < looked.length && sameValue(here[i], next)) continue;
    edits.push(
      next === undefined ? { op: "delete", id } : { op: "put", record: next },
    );
  }
  return edits;
}

/** The edits of some records that the server does not know, oldest first, by the record's id. */
async function waitingEdits(
  db: ClioDatabase,
  key: SandboxKey,
  ids: ReadonlySet<string>,
): Promise<Map<string, Edit<StoredRecord>[]>> {
  const found = new Map<string, Edit<StoredRecord>[]>();
  for (const { change } of await waitingOf(db, key)) {
    for (const edit of unpackEdits(change.edits)) {
      const id = editedId(edit);
      if (!ids.has(id)) continue;
      found.set(id, [...(found.get(id) ?? []), edit]);
    }
  }
  return found;
}

/** Notes that all of a sandbox up to a revision is here, where that changed nothing. */
async function noteSeen(
  db: ClioDatabase,
  { user, dataset }: SandboxKey,
  revision: number,
): Promise<void> {
  await writeDurably(db, ["sandboxes", "journal", "manifests"], async (tx) => {
    const sandboxes = tx.objectStore("sandboxes");
    const row = await sandboxes.get([user, dataset]);
    if (row === undefined) return;
    await sandboxes.put(withSeen(row, await newestSeq(tx), revision));
  });
}

/** Up to which revision all that is new of a user is here; 0 where nothing ever was. */
export async function seenRevision(
  db: ClioDatabase,
  user: string,
): Promise<number> {
  const tx = readTransaction(db, ["sync"]);
  return (await tx.objectStore("sync").get(user))?.revision ?? 0;
}

/**
 * Notes that all of a user up to a revision is here, because nobody but this device has written since what was seen last.
 * @param datasets those that it has written to: further changes of them are made from there
 */
export async function noteWritten(
  db: ClioDatabase,
  user: string,
  revision: number,
  datasets: ReadonlySet<string>,
): Promise<void> {
  const stores = ["sync", "sandboxes", "journal", "manifests"] as const;
  await writeDurably(db, [...stores], async (tx) => {
    const sync = tx.objectStore("sync");
    if ((await sync.get(user)) === undefined) return;
    await sync.put({ user, revision });
    const sandboxes = tx.objectStore("sandboxes");
    const newest = await newestSeq(tx);
    for (const dataset of datasets) {
      const row = await sandboxes.get([user, dataset]);
      if (row !== undefined)
        await sandboxes.put(withSeen(row, newest, revision));
    }
  });
}

/** Notes that all of a user up to a revision is here, and what conflicts were found or settled until then. */
export async function noteRevision(
  db: ClioDatabase,
  user: string,
  revision: number,
  conflicts: readonly Conflict[],
): Promise<void> {
  await writeDurably(db, ["sync", "conflicts"], async (tx) => {
    const sync = tx.objectStore("sync");
    const rows = tx.objectStore("conflicts");
    // Forgotten meanwhile, as the person signed out.
    if ((await sync.get(user)) === undefined) return;
    await sync.put({ user, revision });
    for (const conflict of conflicts) {
      const { id } = conflict;
      if (conflict.settled) await rows.delete(id);
      else {
        const known = await rows.get(id);
        await rows.put({ own: false, ...known, id, user, conflict });
      }
    }
  });
}

function openDb({ db, state }: Store): ClioDatabase {
  if (db === undefined) throw new Error(`the storage is ${state.value}`);
  return db;
}
