/** Which tab does what: locks that all tabs and workers of the origin share, and that the browser frees when their holder dies. */
import type { SandboxKey } from "../model/sandbox.js";
import type { ClioDatabase } from "./database.js";

/**
 * Runs `work` as the only one of all tabs that folds, merges or sweeps. Returns undefined, at once and without running it, where
 * another tab is at it already.
 */
export function asOnlyMaintainer<T>(
  db: ClioDatabase,
  work: () => Promise<T>,
): Promise<T | undefined> {
  return navigator.locks.request(
    maintenanceLock(db),
    { ifAvailable: true },
    (lock) => (lock === null ? undefined : work()),
  ) as Promise<T | undefined>;
}

/** Runs `work`, which moves what maintenance works on, when no tab is at maintenance. */
export function whileNobodyMaintains<T>(
  db: ClioDatabase,
  work: () => Promise<T>,
): Promise<T> {
  return navigator.locks.request(maintenanceLock(db), work) as Promise<T>;
}

function maintenanceLock(db: ClioDatabase): string {
  return `${db.name}:maintenance`;
}

/** Runs `work` as the only one of all tabs that makes the database and its second copy equal. */
export function whileCopying<T>(
  db: ClioDatabase,
  work: () => Promise<T>,
): Promise<T> {
  return navigator.locks.request(`${db.name}:mirror`, work) as Promise<T>;
}

/** Runs `work` while no page that a manifest names is taken away. Any number may read at a time. */
export function whileReadingPages<T>(
  db: ClioDatabase,
  work: () => Promise<T>,
): Promise<T> {
  return navigator.locks.request(
    `${db.name}:pages`,
    { mode: "shared" },
    work,
  ) as Promise<T>;
}

/** Runs `work`, which takes pages away, when nobody is reading any. */
export function whileNobodyReadsPages<T>(
  db: ClioDatabase,
  work: () => Promise<T>,
): Promise<T> {
  return navigator.locks.request(`${db.name}:pages`, work) as Promise<T>;
}

/**
 * Runs `work`, which reads records of the sandbox `key` and writes what it makes of them, as the only one of all tabs that does so:
 * else of two changes made at once the later one would take back the other.
 * @param name of the database
 */
export function whileEditing<T>(
  name: string,
  { user, dataset }: SandboxKey,
  work: () => Promise<T>,
): Promise<T> {
  const lock = `${name}:edit:${JSON.stringify([user, dataset])}`;
  return navigator.locks.request(lock, work) as Promise<T>;
}
