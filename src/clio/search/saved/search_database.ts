/** The browser's database of saved searches. It is apart from that of the marks: neither waits for the other, or is changed with it. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { SavedResult, SearchHead } from "./saved_search.js";

/** A saved search as it is kept. What it found is a row of its own: a list of searches reads none of it. */
export interface SearchRow {
  /** Whose it is. */
  readonly user: string;
  readonly id: string;
  readonly head: SearchHead;
  /** Of its matches: how many there are, and how many of them are new. */
  readonly counts: { readonly matches: number; readonly fresh: number };
  /** Counts up with each change that is made here. */
  readonly version: number;
  /** What the server has: since when, in milliseconds, and which of the versions. Absent where it has none. */
  readonly delivered?:
    { readonly at: number; readonly version: number } | undefined;
  /** When it was deleted, in milliseconds: it is kept for a while, so that it can be had back. */
  readonly deleted?: number | undefined;
}

interface ResultRow {
  readonly user: string;
  readonly id: string;
  readonly result: SavedResult;
}

export interface SearchSchema extends DBSchema {
  searches: { key: [user: string, id: string]; value: SearchRow };
  results: { key: [user: string, id: string]; value: ResultRow };
}

export type SearchDatabase = IDBPDatabase<SearchSchema>;

/** @throws DOMException where the browser keeps nothing */
export function openSearchDatabase(name: string): Promise<SearchDatabase> {
  return openDB<SearchSchema>(name, 1, {
    upgrade(db) {
      const keyPath = ["user", "id"];
      db.createObjectStore("searches", { keyPath });
      db.createObjectStore("results", { keyPath });
    },
    blocking: (_current, _blocked, event) =>
      (event.target as IDBDatabase).close(),
  });
}

/** All keys of a user. */
export function keysOf(user: string): IDBKeyRange {
  return IDBKeyRange.bound([user], [user, []]);
}
