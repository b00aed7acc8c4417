/**
 * The mirror: a second copy of the database, in a storage bucket of its own, which Chromium keeps in files of its own. Chromium
 * deletes all databases of a bucket when it takes one of their files for damaged, and a browser that is killed while it writes can
 * leave such a file: it is lost at the opening after the next, if it was written to in between. So no two transactions write at
 * once, for a kill to damage one of the two at most; and nothing is written to the first before the mirror is whole. What Chromium
 * writes by itself this does not reach: see README.md. Other browsers have no buckets, and no such flaw: there is no mirror there.
 */
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { wrap } from "idb";
import { makeEqual } from "./copy.js";
import type { ClioDatabase, UpgradeTransaction } from "./database.js";
import {
  newLineage,
  readTransaction,
  upgradeDatabase,
  writeDurably,
  writeRelaxed,
} from "./database.js";
import type { Appended } from "./journal.js";
import { whileCopying } from "./locks.js";
import { isConnectionError } from "./page_reader.js";
import type { SecondCopy } from "./persistence.js";
import { newestSeq } from "./reader.js";

/** As much of the Storage Buckets API (https://wicg.github.io/storage-buckets) as is used; TypeScript does not know it yet. */
export interface BucketManager {
  open(name: string): Promise<{ indexedDB: IDBFactory }>;
}

const BUCKET = "clio";

/** The buckets of this browser; null where it has none. */
export function browserBuckets(): BucketManager | null {
  const { storageBuckets } = navigator as { storageBuckets?: BucketManager };
  return storageBuckets ?? null;
}

/** Where the second copies are, under the names of what they are copies of. */
export async function mirrorFactory(
  buckets: BucketManager,
): Promise<IDBFactory> {
  return (await buckets.open(BUCKET)).indexedDB;
}

/** What came of looking whether the database was lost. */
export type Rescue =
  /** It was whole, or there is nothing to restore. */
  | "none"
  /** It was lost, and all that it now holds is from the mirror. */
  | "restored"
  /** Another tab has restored it meanwhile. */
  | "restored elsewhere";

export class Mirror {
  /** Undefined where there is no mirror, or it is not known yet how it is. */
  readonly standing = new WatchableValue<SecondCopy | undefined>(undefined);
  /** The database that this is the mirror of. */
  private first: ClioDatabase | undefined;
  private copy: Promise<ClioDatabase> | undefined;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly version: number,
    private readonly buckets: BucketManager | null,
  ) {}

  /**
   * Sees to it that `first`, just opened, holds all that it should, and from then on that the mirror does. Nothing may be written
   * to `first` before this is fulfilled.
   * @throws DOMException where it cannot be restored; then the mirror is as it was, and it is to be tried again.
   */
  async rescue(first: ClioDatabase): Promise<Rescue> {
    this.first = first;
    const rescue = (await isComplete(first))
      ? "none"
      : await this.restore(first);
    // The last kill may have damaged the first, and the one before it the mirror, which is found lost only now.
    await this.bringUp();
    return rescue;
  }

  /**
   * Writes what was appended to the database to the mirror too. Never rejects: when this is fulfilled, the mirror has it and all
   * before it, or cannot be written.
   */
  async append(appended: Appended): Promise<void> {
    const { standing, copy } = this;
    if (standing.value === "failing") return;
    const written =
      standing.value === "kept" &&
      copy !== undefined &&
      // Bringing it up writes it too, and says what is wrong where that fails as well.
      (await appendTo(copy, appended).catch(() => false));
    if (!written) await this.bringUp();
  }

  /** Makes the mirror what the database is, after whatever was written to that so far. Never rejects: `standing` says how it went. */
  bringUp(): Promise<void> {
    if (this.next === undefined) {
      this.next = this.running.then(() => {
        this.next = undefined;
        return this.copyFirst();
      });
      this.running = this.next;
    }
    return this.next;
  }

  /** Makes it anew where that has failed. */
  async retry(): Promise<void> {
    if (this.standing.value === "failing") await this.bringUp();
  }

  close(): void {
    this.first = undefined;
    this.letGo(undefined);
  }

  private async restore(first: ClioDatabase): Promise<Rescue> {
    const copy = await this.openCopy(first).catch((error: unknown) => {
      this.fail(error);
      return undefined;
    });
    return whileCopying(first, async () => {
      let rescue: Rescue = "restored elsewhere";
      if (!(await isComplete(first))) {
        if (copy === undefined || !(await isComplete(copy))) {
          await begin(first);
          return "none";
        }
        await makeEqual(copy, first, writeDurably);
        rescue = "restored";
      }
      // Nobody has missed what is empty.
      return (await first.count("sandboxes")) > 0 ? rescue : "none";
    });
  }

  private async copyFirst(): Promise<void> {
    const { first } = this;
    if (first === undefined || this.buckets === null) return;
    try {
      const copy = await this.openCopy(first);
      if (copy === undefined) return;
      await whileCopying(first, () => makeEqual(first, copy, writeRelaxed));
      if (this.copy !== undefined) this.standing.value = "kept";
    } catch (error) {
      this.fail(error);
    }
  }

  private async openCopy({
    name,
  }: ClioDatabase): Promise<ClioDatabase | undefined> {
    if (this.buckets === null) return undefined;
    this.copy ??= openMirror(this.buckets, name, this.version, () =>
      this.letGo(undefined),
    );
    return this.copy;
  }

  private fail(error: unknown): void {
    if (isConnectionError(error)) {
      // Closed with the tab, or by the browser: what comes next opens it again.
      this.letGo(undefined);
      return;
    }
    if (this.standing.value !== "failing") {
      console.warn("Clio could not write its second copy of the marks:", error);
    }
    this.letGo("failing");
  }

  /** Closes the connection, if there is one; the next use opens another. */
  private letGo(standing: SecondCopy | undefined): void {
    const { copy } = this;
    this.copy = undefined;
    this.standing.value = standing;
    void copy?.then(
      (db) => db.close(),
      () => undefined,
    );
  }
}

async function isComplete(db: ClioDatabase): Promise<boolean> {
  const tx = readTransaction(db, ["meta"]);
  return (await tx.objectStore("meta").get("complete")) !== undefined;
}

async function begin(first: ClioDatabase): Promise<void> {
  await writeDurably(first, ["meta"], (tx) =>
    tx.objectStore("meta").put(newLineage()),
  );
}

/**
 * Opens the second copy of the database `name`, making it where it is not there yet.
 * @param onClose called when the connection was closed by the browser or for a newer version.
 */
export async function openMirror(
  buckets: BucketManager,
  name: string,
  version: number,
  onClose: () => void,
): Promise<ClioDatabase> {
  const request = (await mirrorFactory(buckets)).open(name, version);
  request.addEventListener("upgradeneeded", ({ oldVersion }) => {
    const tx: unknown = wrap(request.transaction!);
    const db = wrap(request.result) as ClioDatabase;
    upgradeDatabase(db, oldVersion, tx as UpgradeTransaction);
  });
  const db = (await wrap(request)) as ClioDatabase;
  db.addEventListener("close", onClose);
  db.addEventListener("versionchange", () => {
    // A newer version would wait for as long as it is open.
    db.close();
    onClose();
  });
  return db;
}

/** Returns whether `copy` has `appended` now: not where it lacks anything of what was written before. */
async function appendTo(
  copy: Promise<ClioDatabase>,
  { sandboxes, journal, history }: Appended,
): Promise<boolean> {
  const seqs = journal.map(({ seq }) => seq);
  if (seqs.length === 0) return true;
  const stores = [
    "sandboxes",
    "manifests",
    "journal",
    "history",
    "cursors",
  ] as const;
  return writeRelaxed(await copy, [...stores], async (tx) => {
    const newest = await newestSeq(tx);
    // Another tab has brought it up since. By now they may be folded there: in the journal they would rise again.
    if (newest >= seqs[seqs.length - 1]) return true;
    if (seqs.some((seq, i) => seq !== newest + 1 + i)) return false;
    await Promise.all([
      ...sandboxes.map(async (row) => tx.objectStore("sandboxes").put(row)),
      ...journal.map(async (row) => tx.objectStore("journal").put(row)),
      ...history.added.map(async (row) => tx.objectStore("history").put(row)),
      ...history.forgotten.map(async (step) =>
        tx.objectStore("history").delete(step),
      ),
      ...history.cursors.map(async (row) => tx.objectStore("cursors").put(row)),
    ]);
    return true;
  });
}
