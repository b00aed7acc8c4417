/** Reading sandboxes: everything in one pass, one record, or what came since. */
import type { AnnotationRecord } from "../model/annotation.js";
import type { StoredRecord } from "../model/record.js";
import type { SandboxKey } from "../model/sandbox.js";
import type {
  ClioDatabase,
  JournalRow,
  PageDescriptor,
  ReadTransaction,
} from "./database.js";
import { readTransaction } from "./database.js";
import { whileReadingPages } from "./locks.js";
import { readManifest, runsOf } from "./manifest.js";
import { mergeRuns, rowsOfJournal, runOf } from "./merge.js";
import type { Row } from "./pages.js";
import type { DamagedPage } from "./page_reader.js";
import { readRuns, readSoundPage } from "./page_reader.js";
import { quarantinePages } from "./quarantine.js";

/** What a read came to. */
export interface SandboxReading {
  /** Changes of a higher seq, and only those, are not in what was read. */
  seq: number;
  /** Pages that could not be read, now in quarantine; their records are missing from what was read. */
  damaged: readonly DamagedPage[];
}

/** Seq of the newest change in the database, of whatever sandbox; 0 where there is none. */
export async function newestSeq(tx: ReadTransaction): Promise<number> {
  const [journal, folded] = await Promise.all([
    tx.objectStore("journal").openKeyCursor(null, "prev"),
    tx.objectStore("manifests").index("advancedTo").openKeyCursor(null, "prev"),
  ]);
  return Math.max(journal?.key ?? 0, folded?.key ?? 0);
}

interface Snapshot {
  /** Undefined where there is no such sandbox: then there are no pages and no journal either. */
  sid: string | undefined;
  seq: number;
  pages: PageDescriptor[];
  journal: JournalRow[];
}

/** All that is needed to read `key` as it is at this moment. */
async function takeSnapshot(
  db: ClioDatabase,
  { user, dataset }: SandboxKey,
): Promise<Snapshot> {
  const tx = readTransaction(db, ["sandboxes", "manifests", "journal"]);
  const row = await tx.objectStore("sandboxes").get([user, dataset]);
  const sid = row?.sid;
  const seq = await newestSeq(tx);
  if (sid === undefined) return { sid, seq, pages: [], journal: [] };
  const { pages } = await readManifest(tx, sid);
  const journal = await tx.objectStore("journal").index("sid").getAll(sid);
  return { sid, seq, pages, journal };
}

/**
 * Reads all records of a sandbox as of one moment, each once and in its newest state. Works in a page and in a worker, which is
 * the place for more than some ten thousand. To follow the sandbox from there without gap or double: listen to the changes first,
 * then read, then drop every change whose seq is not higher than that of the reading.
 * @typeParam Content what the sandbox holds
 * @param onBatch gets some thousands of records at a time, in ascending order of id; the next come when its promise is fulfilled.
 * @param now milliseconds since 1970, noted on pages that go into quarantine.
 */
export function readSandbox<Content extends StoredRecord = AnnotationRecord>(
  db: ClioDatabase,
  key: SandboxKey,
  onBatch: (records: Content[]) => void | Promise<void>,
  { signal, now = Date.now }: { signal?: AbortSignal; now?: () => number } = {},
): Promise<SandboxReading> {
  return whileReadingPages(db, async () => {
    const { sid, seq, pages, journal } = await takeSnapshot(db, key);
    const damaged: DamagedPage[] = [];
    const runs = readRuns(db, runsOf(pages), (page) => damaged.push(page));
    const merged = mergeRuns([...runs, runOf(rowsOfJournal(journal))]);
    for await (const rows of merged) {
      signal?.throwIfAborted();
      await onBatch(liveRecords<Content>(rows));
    }
    if (sid !== undefined) {
      await quarantinePages(db, key, sid, damaged, now());
    }
    return { seq, damaged };
  });
}

/** `newestSeq` in a transaction of its own. */
export function newestSeqOf(db: ClioDatabase): Promise<number> {
  return newestSeq(readTransaction(db, ["journal", "manifests"]));
}

/** What was written was checked then, and pages have a checksum. */
function liveRecords<Content extends StoredRecord>(
  rows: readonly Row[],
): Content[] {
  const records: Content[] = [];
  for (const [, content] of rows) {
    if (typeof content !== "string") records.push(content as Content);
  }
  return records;
}

/** One record in its newest state, or undefined where there is none: reads one page a run at most. */
export async function readRecord<
  Content extends StoredRecord = AnnotationRecord,
>(db: ClioDatabase, key: SandboxKey, id: string): Promise<Content | undefined> {
  const [record] = await readRecords<Content>(db, key, [id]);
  return record;
}

/** A few records as of one moment, in the order of their ids, each as `readRecord` reads it. */
export function readRecords<Content extends StoredRecord = AnnotationRecord>(
  db: ClioDatabase,
  key: SandboxKey,
  ids: readonly string[],
): Promise<(Content | undefined)[]> {
  return whileReadingPages(db, async () => {
    const snapshot = await takeSnapshot(db, key);
    const candidates = snapshot.pages.filter(({ minId, maxId }) =>
      ids.some((id) => minId <= id && id <= maxId),
    );
    const pages = await Promise.all(
      // A damaged page is dealt with by whoever reads the whole sandbox; here it has no say.
      candidates.map((descriptor) =>
        readSoundPage(db, descriptor, () => undefined),
      ),
    );
    const newest = new Map<string, Row | undefined>(
      ids.map((id) => [id, undefined]),
    );
    for (const row of [...pages, rowsOfJournal(snapshot.journal)].flat()) {
      const id = idOf(row[1]);
      if (!newest.has(id)) continue;
      const known = newest.get(id);
      if (known === undefined || row[0] > known[0]) newest.set(id, row);
    }
    return ids.map((id) => {
      const row = newest.get(id);
      return row && liveRecords<Content>([row])[0];
    });
  });
}

function idOf(content: Row[1]): string {
  return typeof content === "string" ? content : content.id;
}
