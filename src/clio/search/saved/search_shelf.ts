import type { IDBPTransaction } from "idb";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import * as v from "valibot";
import {
  LONGEST_NAME,
  type SavedResult,
  type SavedSearch,
  savedSearchSchema,
  type SearchHead,
} from "./saved_search.js";
import {
  keysOf,
  openSearchDatabase,
  type SearchDatabase,
  type SearchRow,
  type SearchSchema,
} from "./search_database.js";

/** How long a deleted search can be had back, in milliseconds. */
const KEPT_AFTER_DELETION = 7 * 24 * 60 * 60 * 1000;

type Writing = IDBPTransaction<
  SearchSchema,
  ("searches" | "results")[],
  "readwrite"
>;

/** What may change of a search without another answer. */
export type HeadChange = Partial<Omit<SearchHead, "id" | "created" | "place">>;

/** Thrown where a search that was to be changed is not there any more. */
export class SearchGone extends Error {
  override readonly name = "SearchGone";

  constructor() {
    super("the search was taken away, in another tab or on another machine");
  }
}

/** The saved searches of this browser. What a promise of it has said is on disk; each method throws where the browser cannot keep it. */
export class SearchShelf {
  /** Told when something was written, by this tab or another one. */
  readonly changed = new NullarySignal();
  private readonly db: Promise<SearchDatabase>;
  private readonly channel: BroadcastChannel;

  constructor(
    name: string,
    private readonly now: () => number = Date.now,
  ) {
    this.db = openSearchDatabase(name);
    // Whoever asks for something is told.
    this.db.catch(() => undefined);
    this.channel = new BroadcastChannel(name);
    this.channel.addEventListener("message", () => this.changed.dispatch());
  }

  /** A user's searches, the newest first. Deleted ones are among them for a while. */
  async list(user: string): Promise<SearchRow[]> {
    const db = await this.db;
    const rows = await db.getAll("searches", keysOf(user));
    return rows.sort((a, b) => b.head.created - a.head.created);
  }

  async find(user: string, id: string): Promise<SearchRow | undefined> {
    return (await this.db).get("searches", [user, id]);
  }

  /** All of a search, whether it was deleted or not; undefined where there is none. */
  async read(user: string, id: string): Promise<SavedSearch | undefined> {
    const tx = (await this.db).transaction(["searches", "results"]);
    const [row, found] = await Promise.all([
      tx.objectStore("searches").get([user, id]),
      tx.objectStore("results").get([user, id]),
    ]);
    return row && found && { ...row.head, result: found.result };
  }

  /** Adds searches, all or none. What has their id is written over. */
  async add(user: string, searches: readonly SavedSearch[]): Promise<void> {
    await this.write((tx) =>
      Promise.all(searches.map((search) => putNew(tx, user, search))),
    );
  }

  /**
   * Changes a search.
   * @param result what it has found since
   * @throws SearchGone
   */
  async change(
    user: string,
    id: string,
    change: HeadChange,
    result?: SavedResult,
  ): Promise<SearchRow> {
    return this.write(async (tx) => {
      const row = await tx.objectStore("searches").get([user, id]);
      if (row === undefined) throw new SearchGone();
      // Two changes within a millisecond are still two.
      const modified = Math.max(this.now(), row.head.modified + 1);
      const changed: SearchRow = {
        ...row,
        head: { ...row.head, ...change, modified },
        counts: result === undefined ? row.counts : countsOf(result),
        version: row.version + 1,
      };
      await tx.objectStore("searches").put(changed);
      if (result !== undefined) {
        await tx.objectStore("results").put({ user, id, result });
      }
      return changed;
    });
  }

  /** Deletes a search. It can be had back for a week. */
  remove(user: string, id: string): Promise<void> {
    return this.mark(user, id, this.now());
  }

  /** Takes a deletion back. */
  bringBack(user: string, id: string): Promise<void> {
    return this.mark(user, id, undefined);
  }

  /** What of a user's is not on the server as it is here. */
  async undelivered(user: string): Promise<SearchRow[]> {
    return (await this.list(user)).filter(isWaiting);
  }

  /** Notes that the server has a version of a search, or none any more. */
  async noteDelivery(
    user: string,
    id: string,
    delivered: SearchRow["delivered"],
  ): Promise<void> {
    await this.write(async (tx) => {
      const searches = tx.objectStore("searches");
      const row = await searches.get([user, id]);
      if (row === undefined) return;
      await searches.put({ ...row, delivered });
    });
  }

  /**
   * Takes a search over as the server has it. Where it was changed here as well, and not delivered, that stays as a search of its own:
   * nothing is lost, and a person sees both.
   * @param at since when the server has it, in milliseconds
   */
  async receive(user: string, search: SavedSearch, at: number): Promise<void> {
    await this.write(async (tx) => {
      const { id } = search;
      const row = await tx.objectStore("searches").get([user, id]);
      const found = await tx.objectStore("results").get([user, id]);
      if (row && found && isWaiting(row) && row.deleted === undefined) {
        const own = { ...row.head, result: found.result };
        if (!isSame(own, search)) {
          const name = `${own.name.slice(0, LONGEST_NAME / 2)} (changed here)`;
          await putNew(tx, user, { ...own, id: crypto.randomUUID(), name });
        }
      }
      await putNew(tx, user, search, { at, version: 0 });
    });
  }

  /** Takes a search away for good: it was deleted elsewhere. What was changed here since stays, and is delivered anew. */
  async drop(user: string, id: string): Promise<void> {
    await this.write(async (tx) => {
      const row = await tx.objectStore("searches").get([user, id]);
      if (row === undefined) return;
      if (isWaiting(row) && row.deleted === undefined) {
        await tx.objectStore("searches").put({ ...row, delivered: undefined });
        return;
      }
      await deleteRows(tx, [[user, id]]);
    });
  }

  /** Gives all searches of one user to another. */
  async adopt(from: string, to: string): Promise<void> {
    await this.write(async (tx) => {
      const rows = await tx.objectStore("searches").getAll(keysOf(from));
      for (const { id, head, deleted } of rows) {
        const found = await tx.objectStore("results").get([from, id]);
        if (found !== undefined && deleted === undefined) {
          await putNew(tx, to, { ...head, result: found.result });
        }
      }
      await deleteRows(
        tx,
        rows.map(({ id }) => [from, id] as const),
      );
    });
  }

  /** Takes all searches of a user away from this computer. */
  async forget(user: string): Promise<void> {
    await this.write(async (tx) => {
      const keys = await tx.objectStore("searches").getAllKeys(keysOf(user));
      await deleteRows(tx, keys);
    });
  }

  /** Takes what was deleted long ago, and is not on the server either, away for good. */
  async sweep(user: string): Promise<void> {
    const before = this.now() - KEPT_AFTER_DELETION;
    const old = (await this.list(user)).filter(
      ({ deleted = Infinity, delivered }) =>
        deleted < before && delivered === undefined,
    );
    if (old.length === 0) return;
    await this.write((tx) =>
      deleteRows(
        tx,
        old.map(({ id }) => [user, id] as const),
      ),
    );
  }

  async close(): Promise<void> {
    this.channel.close();
    (await this.db).close();
  }

  private async mark(
    user: string,
    id: string,
    deleted: number | undefined,
  ): Promise<void> {
    await this.write(async (tx) => {
      const row = await tx.objectStore("searches").get([user, id]);
      if (row === undefined) throw new SearchGone();
      const version = row.version + 1;
      await tx.objectStore("searches").put({ ...row, deleted, version });
    });
  }

  /** Runs `work` in a transaction that is on disk when the promise resolves; where it throws nothing of it is there. */
  private async write<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
    const db = await this.db;
    const tx = db.transaction(["searches", "results"], "readwrite", {
      durability: "strict",
    });
    // Whoever waits for `work` is told of what ended it; the transaction's own promise says the same again.
    tx.done.catch(() => undefined);
    try {
      const done = await work(tx);
      await tx.done;
      this.changed.dispatch();
      this.channel.postMessage("written");
      return done;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It has ended by itself.
      }
      throw error;
    }
  }
}

/** Whether the server does not have it as it is here. */
function isWaiting({ version, delivered, deleted }: SearchRow): boolean {
  if (deleted !== undefined) return delivered !== undefined;
  return delivered?.version !== version;
}

/** Whether both say the same, whenever that was said, and in whichever order of their keys. */
function isSame(a: SavedSearch, b: SavedSearch): boolean {
  const text = (of: SavedSearch) =>
    JSON.stringify(v.parse(savedSearchSchema, { ...of, modified: 0 }));
  return text(a) === text(b);
}

function countsOf({ matches, fresh }: SavedResult): SearchRow["counts"] {
  return { matches: matches.length, fresh: fresh.length };
}

async function putNew(
  tx: Writing,
  user: string,
  { result, ...head }: SavedSearch,
  delivered?: SearchRow["delivered"],
): Promise<void> {
  const { id } = head;
  const row = { user, id, head, counts: countsOf(result), version: 0 };
  await Promise.all([
    tx.objectStore("searches").put(delivered ? { ...row, delivered } : row),
    tx.objectStore("results").put({ user, id, result }),
  ]);
}

async function deleteRows(
  tx: Writing,
  keys: readonly (readonly [string, string])[],
): Promise<void> {
  await Promise.all(
    keys.flatMap(([user, id]) => [
      tx.objectStore("searches").delete([user, id]),
      tx.objectStore("results").delete([user, id]),
    ]),
  );
}
