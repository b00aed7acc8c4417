/** Reading pages from the database, a few ahead of where they are used, and telling damage from a lost connection. */
import type { ClioDatabase, PageDescriptor } from "./database.js";
import { readTransaction } from "./database.js";
import type { Row } from "./pages.js";
import { unpackPage } from "./pages.js";

/** A page that could not be read, and why. */
export interface DamagedPage {
  descriptor: PageDescriptor;
  reason: string;
}

/**
 * Pages asked for ahead of the one in use, over all runs. The browser fetches a megabyte in about the time that it takes to parse
 * one, so that one page ahead keeps both busy; a second one covers a slow fetch.
 */
const PAGES_AHEAD = 2;

/** Names of errors that are about the connection and say nothing of a page. Any other is taken for damage when it comes twice. */
const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  "AbortError",
  "InvalidStateError",
  "TransactionInactiveError",
]);

/** Whether the connection failed, and not what was asked of it. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof DOMException && CONNECTION_ERRORS.has(error.name);
}

/**
 * The rows of one page.
 * @throws Error where it is missing or damaged; DOMException where the database cannot be read.
 */
export async function readPage(
  db: ClioDatabase,
  descriptor: PageDescriptor,
): Promise<Row[]> {
  const tx = readTransaction(db, ["pages"]);
  const row = await tx.objectStore("pages").get(descriptor.page);
  if (row === undefined) throw new Error("it is missing");
  return unpackPage(descriptor, row.bytes);
}

/** The rows of one page, or none and a word to `onDamage` where it cannot be read even at a second attempt. */
export async function readSoundPage(
  db: ClioDatabase,
  descriptor: PageDescriptor,
  onDamage: (damaged: DamagedPage) => void,
): Promise<Row[]> {
  const attempt = () => readPage(db, descriptor);
  try {
    return await attempt().catch(attempt);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    onDamage({ descriptor, reason });
    return [];
  }
}

/** The pages of one run, each asked for while an earlier one is in use. */
async function* readRun(
  db: ClioDatabase,
  run: readonly PageDescriptor[],
  pagesAhead: number,
  onDamage: (damaged: DamagedPage) => void,
): AsyncGenerator<readonly Row[], void> {
  const asked: Promise<Row[]>[] = [];
  let next = 0;
  while (next < run.length || asked.length > 0) {
    while (next < run.length && asked.length <= pagesAhead) {
      const page = readSoundPage(db, run[next], onDamage);
      // It may fail before its turn comes, or after nobody wants it any more; in its turn it is told.
      page.catch(() => undefined);
      asked.push(page);
      next += 1;
    }
    yield (await asked.shift()) ?? [];
  }
}

/** `runs` as sources for `mergeRuns`, sharing the pages that may be asked for ahead. */
export function readRuns(
  db: ClioDatabase,
  runs: readonly (readonly PageDescriptor[])[],
  onDamage: (damaged: DamagedPage) => void,
): AsyncGenerator<readonly Row[], void>[] {
  const pagesAhead = Math.ceil(PAGES_AHEAD / Math.max(1, runs.length));
  return runs.map((run) => readRun(db, run, pagesAhead, onDamage));
}
