/** Catching up: what other tabs have written since this one last looked. */
import type { Edit } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";
import type { SandboxKey } from "../model/sandbox.js";
import type { ClioDatabase, JournalRow, ManifestRow } from "./database.js";
import { readTransaction } from "./database.js";
import { whileReadingPages } from "./locks.js";
import type { StoredChange, StoredEdits } from "./packed_edits.js";
import type { Row } from "./pages.js";
import { isConnectionError, readPage } from "./page_reader.js";
import { newestSeq } from "./reader.js";

/** What became of one sandbox. */
export interface SandboxNews {
  key: SandboxKey;
  /** A reading of this seq or a higher one contains it already. */
  seq: number;
  edits: StoredEdits;
  /** Whether it is to be delivered to the server, as far as its change is known. */
  outgoing: boolean;
  /** The change as it was made. Absent where only its outcome is left, because another tab has folded it already. */
  change?: StoredChange;
}

/** Everything since some seq, in the order in which it was written. */
export interface CatchUp {
  /** Newest change of the database at the time. */
  seq: number;
  news: SandboxNews[];
  /** News alone does not tell all (marks were adopted, deleted ones forgotten): what was read of any sandbox must be read again. */
  readAgain: boolean;
}

interface Missed {
  seq: number;
  journal: JournalRow[];
  /** Sandboxes of which changes have left the journal unseen. */
  advanced: ManifestRow[];
  keys: ReadonlyMap<string, SandboxKey>;
}

async function missedSince(db: ClioDatabase, since: number): Promise<Missed> {
  const tx = readTransaction(db, ["sandboxes", "manifests", "journal"]);
  const later = IDBKeyRange.lowerBound(since, true);
  const seq = await newestSeq(tx);
  const journal = await tx.objectStore("journal").getAll(later);
  const advanced = await tx
    .objectStore("manifests")
    .index("advancedTo")
    .getAll(later);
  const keys = new Map<string, SandboxKey>();
  for (const { sid } of [...advanced, ...journal]) {
    if (keys.has(sid)) continue;
    const row = await tx.objectStore("sandboxes").index("sid").get(sid);
    if (row !== undefined) {
      keys.set(sid, { user: row.user, dataset: row.dataset });
    }
  }
  return { seq, journal, advanced, keys };
}

function editOf([, content]: Row): Edit<StoredRecord> {
  return typeof content === "string"
    ? { op: "delete", id: content }
    : { op: "put", record: content };
}

/** What was folded of one sandbox since then, as one piece of news. */
async function newsOfPages(
  db: ClioDatabase,
  key: SandboxKey,
  manifest: ManifestRow,
  since: number,
): Promise<SandboxNews> {
  const rows: Row[] = [];
  for (const descriptor of manifest.pages) {
    if (descriptor.maxSeq <= since) continue;
    const page = await readPage(db, descriptor);
    rows.push(...page.filter(([seq]) => seq > since));
  }
  rows.sort((a, b) => a[0] - b[0]);
  return {
    key,
    seq: manifest.foldedUpTo,
    edits: rows.map(editOf),
    outgoing: false,
  };
}

/**
 * All that was written after the change `since`, whoever wrote it. It reads the journal, and where another tab has folded changes
 * out of it unseen, the pages that those went to.
 */
export async function catchUp(
  db: ClioDatabase,
  since: number,
): Promise<CatchUp> {
  let missed = await missedSince(db, since);
  if (missed.advanced.length === 0) {
    return { seq: missed.seq, news: newsOfJournal(missed), readAgain: false };
  }
  return whileReadingPages(db, async () => {
    // Once more, for only now do the pages that the manifests name stay where they are.
    missed = await missedSince(db, since);
    const news: SandboxNews[] = [];
    let readAgain = false;
    for (const manifest of missed.advanced) {
      const key = missed.keys.get(manifest.sid);
      if (key === undefined) continue;
      if (manifest.rewrittenUpTo > since) {
        readAgain = true;
        continue;
      }
      try {
        news.push(await newsOfPages(db, key, manifest, since));
      } catch (error) {
        if (isConnectionError(error)) throw error;
        // Reading all of the sandbox sets a damaged page aside, and says what else is wrong.
        readAgain = true;
      }
    }
    news.push(...newsOfJournal(missed));
    return { seq: missed.seq, news, readAgain };
  });
}

function newsOfJournal({ journal, keys }: Missed): SandboxNews[] {
  const news: SandboxNews[] = [];
  for (const { seq, sid, change, outgoing } of journal) {
    const key = keys.get(sid);
    if (key === undefined) continue;
    news.push({
      ...{ key, seq, edits: change.edits, change },
      outgoing: outgoing !== undefined,
    });
  }
  return news;
}
