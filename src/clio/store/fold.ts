/** Folding: the oldest changes of a sandbox's journal become a run of pages. */
import type {
  ClioDatabase,
  JournalRow,
  ReadTransaction,
  SandboxRow,
  WriteTransaction,
} from "./database.js";
import { readTransaction, writeDurably } from "./database.js";
import { nextRun, readManifest, writeManifest } from "./manifest.js";
import { rowsOfJournal } from "./merge.js";
import { countEdits } from "./packed_edits.js";
import { PagePacker } from "./pages.js";
import type { PageHome } from "./staging.js";
import { Stage } from "./staging.js";

/** Changes that one step folds at most. */
const STEP_CHANGES = 1024;

/** A step takes no further changes once it has so many edits: an import may have thousands of them in one change. */
const STEP_EDITS = 8192;

/** Keeps what the server was not told yet of changes that leave the journal. */
async function keepOutgoing(
  tx: WriteTransaction,
  { user, shelf }: SandboxRow,
  changes: readonly JournalRow[],
): Promise<void> {
  // Whoever never had a server begins with all records as they are then.
  if ((await tx.objectStore("sync").get(user)) === undefined) return;
  const outbox = tx.objectStore("outbox");
  const delivered = shelf?.delivered ?? 0;
  await Promise.all(
    changes
      .filter(({ seq, outgoing }) => outgoing !== undefined && seq > delivered)
      .map((row) => outbox.put(row)),
  );
}

/** The oldest changes of `sid` in the journal, as many as one step takes. */
async function oldestChanges(
  tx: ReadTransaction,
  sid: string,
): Promise<JournalRow[]> {
  const journal = tx.objectStore("journal");
  const seqs = await journal.index("sid").getAllKeys(sid, STEP_CHANGES);
  const rows: JournalRow[] = [];
  let edits = 0;
  // Twice as many in every go, because nobody knows before how large they are: few if they are large, in few goes if small.
  for (let go = 1; seqs.length > 0 && edits < STEP_EDITS; go *= 2) {
    const taken = await Promise.all(
      seqs.splice(0, go).map(async (seq) => journal.get(seq)),
    );
    for (const row of taken) {
      if (row === undefined) continue;
      rows.push(row);
      edits += countEdits(row.change.edits);
    }
  }
  return rows;
}

/**
 * Folds the oldest changes of a sandbox; returns how many, 0 when none are left. The changes leave the journal and their pages
 * enter the manifest in one transaction, so that a reader and a killed browser see them here or there, never twice or not at all.
 * Only for the one maintainer.
 */
export async function foldStep(
  db: ClioDatabase,
  home: PageHome,
): Promise<number> {
  const { sid } = home;
  const tx = readTransaction(db, ["manifests", "journal"]);
  const { pages, generation } = await readManifest(tx, sid);
  const changes = await oldestChanges(tx, sid);
  if (changes.length === 0) return 0;
  const stage = new Stage(db, home);
  const packer = new PagePacker(nextRun(pages));
  for (const row of rowsOfJournal(changes)) await stage.add(packer.add(row));
  await stage.add(packer.flush());

  const placed = await writeDurably(
    db,
    ["sandboxes", "manifests", "journal", "outbox", "sync"],
    async (tx) => {
      const manifest = await readManifest(tx, sid);
      const sandbox = await tx.objectStore("sandboxes").index("sid").get(sid);
      // Had the sandbox been adopted meanwhile, the changes would be deleted here and their pages be named by nobody.
      if (sandbox === undefined) return false;
      if (manifest.generation !== generation) return false;
      await keepOutgoing(tx, sandbox, changes);
      const journal = tx.objectStore("journal");
      await Promise.all(changes.map(async ({ seq }) => journal.delete(seq)));
      const last = changes[changes.length - 1].seq;
      await writeManifest(tx, manifest, {
        pages: [...manifest.pages, ...stage.descriptors],
        foldedUpTo: Math.max(manifest.foldedUpTo, last),
      });
      return true;
    },
  );
  if (placed) return changes.length;
  await stage.discard();
  return foldStep(db, home);
}
