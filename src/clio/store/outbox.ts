/**
 * The outbox: what the server is to be told. It is no list of its own, but what is written anyway: the changes of the journal that the
 * person has made since the server last acknowledged one, and in the store `outbox` those of them that were folded meanwhile.
 */
import type { SandboxKey } from "../model/sandbox.js";
import type { Conflict } from "../model/sync.js";
import type {
  ClioDatabase,
  JournalRow,
  ReadTransaction,
  SandboxRow,
} from "./database.js";
import { readTransaction, writeDurably } from "./database.js";
import { countEdits } from "./packed_edits.js";
import { newestSeq } from "./reader.js";
import { baseOf, standingOf, withDelivered } from "./shelf.js";

/** A change that waits to be delivered. */
export interface WaitingChange extends JournalRow {
  /** Where its records are now. */
  key: SandboxKey;
  /** The revision that the person had seen who made it. */
  base: number;
}

/** What waits: how many changes in all, and the oldest of them. */
export interface Waiting {
  count: number;
  changes: WaitingChange[];
}

/** All sandboxes of a user. An array is greater than any text. */
function sandboxesOf(tx: ReadTransaction, user: string): Promise<SandboxRow[]> {
  return tx
    .objectStore("sandboxes")
    .getAll(IDBKeyRange.bound([user], [user, []]));
}

/**
 * Begins to tell a user's server what is here, where that was not begun yet: first all records as they are, and from then on each
 * change.
 */
export async function beginSync(db: ClioDatabase, user: string): Promise<void> {
  const tx = readTransaction(db, ["sync"]);
  if ((await tx.objectStore("sync").get(user)) !== undefined) return;
  await writeDurably(
    db,
    ["sandboxes", "manifests", "journal", "sync"],
    async (tx) => {
      const sync = tx.objectStore("sync");
      // Another tab may have done it meanwhile.
      if ((await sync.get(user)) !== undefined) return;
      await sync.put({ user, revision: 0 });
      const delivered = await newestSeq(tx);
      for (const row of await sandboxesOf(tx, user)) {
        // One that has a standing was restored from the second copy, and goes on from there.
        if (row.shelf !== undefined) continue;
        const copying = { after: "", from: [] };
        const shelf = { delivered, seen: [], copying };
        await tx.objectStore("sandboxes").put({ ...row, shelf });
      }
    },
  );
}

/** Where a change lies that waits. */
type Place = readonly [seq: number, store: "outbox" | "journal"];

/** Where all lies that waits in a sandbox, oldest first. */
async function waitingPlaces(
  tx: ReadTransaction,
  sandbox: SandboxRow,
): Promise<Place[]> {
  const { sid } = sandbox;
  const { delivered } = standingOf(sandbox);
  const outbox = await tx.objectStore("outbox").index("sid").getAllKeys(sid);
  const journal = await tx
    .objectStore("journal")
    .index("outgoing")
    .getAllKeys(sid);
  return [
    ...outbox.map((seq): Place => [seq, "outbox"]),
    ...journal
      .filter((seq) => seq > delivered)
      .map((seq): Place => [seq, "journal"]),
  ];
}

/**
 * What waits of a user, oldest first.
 * @param most how many changes are read, and after how many edits no further one is
 * @param aside datasets that are passed over, because the server does not take them now
 */
export async function readWaiting(
  db: ClioDatabase,
  user: string,
  most: { changes: number; edits: number },
  aside: ReadonlySet<string> = new Set(),
): Promise<Waiting> {
  const tx = readTransaction(db, ["sandboxes", "journal", "outbox"]);
  const places: [...Place, SandboxRow][] = [];
  let count = 0;
  for (const sandbox of await sandboxesOf(tx, user)) {
    const found = await waitingPlaces(tx, sandbox);
    count += found.length;
    if (aside.has(sandbox.dataset)) continue;
    for (const place of found) places.push([...place, sandbox]);
  }
  places.sort(([a], [b]) => a - b);
  const changes: WaitingChange[] = [];
  let edits = 0;
  for (const [seq, store, sandbox] of places) {
    if (changes.length >= most.changes || edits >= most.edits) break;
    const row = await tx.objectStore(store).get(seq);
    if (row === undefined) continue;
    const { dataset } = sandbox;
    const base = baseOf(standingOf(sandbox), seq);
    changes.push({ ...row, key: { user, dataset }, base });
    edits += countEdits(row.change.edits);
  }
  return { count, changes };
}

/** What waits of one sandbox, oldest first. */
export async function waitingOf(
  db: ClioDatabase,
  { user, dataset }: SandboxKey,
): Promise<JournalRow[]> {
  const tx = readTransaction(db, ["sandboxes", "journal", "outbox"]);
  const sandbox = await tx.objectStore("sandboxes").get([user, dataset]);
  if (sandbox === undefined) return [];
  const rows: JournalRow[] = [];
  for (const [seq, store] of await waitingPlaces(tx, sandbox)) {
    const row = await tx.objectStore(store).get(seq);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/**
 * Notes that the server has acknowledged changes, which with all before them need not be delivered again, and the conflicts that they
 * ran into. Where there are any, what the server has in the place of what it refused is to be heard again: it may have been heard while
 * the change was still waiting here on top of it.
 */
export async function noteDelivered(
  db: ClioDatabase,
  user: string,
  delivered: readonly Pick<WaitingChange, "seq" | "sid" | "base">[],
  conflicts: readonly Conflict[],
): Promise<void> {
  const stores = ["sandboxes", "outbox", "conflicts", "sync"] as const;
  await writeDurably(db, [...stores], async (tx) => {
    const sandboxes = tx.objectStore("sandboxes");
    for (const { seq, sid } of delivered) {
      await tx.objectStore("outbox").delete(seq);
      const row = await sandboxes.index("sid").get(sid);
      // Where another sandbox has adopted it meanwhile, all of it is delivered once more.
      if (row !== undefined) await sandboxes.put(withDelivered(row, seq));
    }
    if (conflicts.length === 0) return;
    const sync = tx.objectStore("sync");
    const heard = (await sync.get(user))?.revision ?? 0;
    const rows = tx.objectStore("conflicts");
    for (const conflict of conflicts) {
      const { id } = conflict;
      const known = await rows.get(id);
      // Delivered again, after an answer that was lost: another device has settled it, which was heard of before it was known here.
      if (known === undefined && conflict.revision <= heard) continue;
      // What the person has settled already stays so where a change is delivered again.
      await rows.put({ ...known, id, user, conflict, own: true });
    }
    // What a change clashed with is newer than what the person had seen who made it.
    const again = Math.min(heard, ...delivered.map(({ base }) => base));
    if (again < heard) await sync.put({ user, revision: again });
  });
}

/** The sandboxes of a user whose records are still to be delivered as they are. */
export async function copyingSandboxes(
  db: ClioDatabase,
  user: string,
): Promise<SandboxRow[]> {
  const tx = readTransaction(db, ["sandboxes"]);
  const rows = await sandboxesOf(tx, user);
  return rows.filter(({ shelf }) => shelf?.copying !== undefined);
}

/**
 * Notes how far the records of a sandbox were delivered as they are.
 * @param after the last id that was; undefined where all were
 */
export async function noteCopied(
  db: ClioDatabase,
  { sid, shelf: begun }: SandboxRow,
  after: string | undefined,
): Promise<void> {
  await writeDurably(db, ["sandboxes"], async (tx) => {
    const sandboxes = tx.objectStore("sandboxes");
    const row = await sandboxes.index("sid").get(sid);
    if (row?.shelf?.copying === undefined) return;
    const { copying, ...shelf } = row.shelf;
    // More was adopted meanwhile: it begins anew.
    if (copying.from.length !== begun?.copying?.from.length) return;
    const rest = after === undefined ? {} : { copying: { ...copying, after } };
    await sandboxes.put({ ...row, shelf: { ...shelf, ...rest } });
  });
}
