/** Keeps the second copy: in a worker, because files of the browser can be written to at their end in workers alone. */
import type { ClioDatabase } from "../database.js";
import { openDatabase } from "../database.js";
import type { Appended } from "../journal.js";
import { whileCopying } from "../locks.js";
import { newestSeqOf } from "../reader.js";
import { makeEqual } from "./copy.js";
import { FileRows, type RowFiles } from "./file_rows.js";
import { begin, isComplete, lineageOf } from "./lineage.js";
import { DatabaseRows } from "./rows.js";

/** What came of looking whether the database was lost. */
export type Rescue =
  /** It was whole, or there is nothing to restore. */
  | "none"
  /** It was lost, and all that it now holds is from the second copy. */
  | "restored"
  /** Another tab has restored it meanwhile. */
  | "restored elsewhere";

/** The rows that appending has written. */
export type AppendedRows = Omit<Appended, "outcomes">;

export class MirrorKeeper {
  private first: Promise<ClioDatabase> | undefined;
  private readonly files: FileRows;

  /**
   * @param name of the database that is copied
   * @param version of it
   */
  constructor(
    private readonly name: string,
    private readonly version: number,
    files: RowFiles,
  ) {
    this.files = new FileRows(name, version, files);
  }

  /**
   * Restores the database where it was lost, as a whole or what was written last.
   * @throws DOMException where it cannot be; then the second copy is as it was.
   */
  async rescue(): Promise<Rescue> {
    const first = await this.openFirst();
    const wasComplete = await isComplete(first);
    if (wasComplete && !(await this.isBehind(first))) return "none";
    return whileCopying(first, async () => {
      let rescue: Rescue = "restored elsewhere";
      if (!(await isComplete(first)) || (await this.isBehind(first))) {
        if (!(await this.hasCopy())) {
          await begin(first);
          return "none";
        }
        await makeEqual(this.files, new DatabaseRows(first));
        rescue = "restored";
      }
      // Nobody has missed what is empty.
      return (await first.count("sandboxes")) > 0 ? rescue : "none";
    });
  }

  /** Makes the second copy what the database is, after whatever was written to that so far. */
  async bringUp(): Promise<void> {
    const first = await this.openFirst();
    await whileCopying(first, async () => {
      await this.files.mend();
      await makeEqual(new DatabaseRows(first), this.files);
    });
  }

  /** Takes all that is in the second copy away from the disk; bringing it up makes it anew. */
  async clear(): Promise<void> {
    const first = await this.openFirst();
    await whileCopying(first, () => this.files.clear());
  }

  /**
   * Writes what was appended to the database to the second copy too.
   * @returns whether it has that now: not where it lacks anything of what was written before
   */
  append({ sandboxes, journal, history }: AppendedRows): Promise<boolean> {
    const seqs = journal.map(({ seq }) => seq);
    return this.files.write(async (edits) => {
      if (seqs.length === 0) return true;
      const newest = await edits.newestSeq();
      // Another tab has brought it up since. By now they may be folded there: in the journal they would rise again.
      if (newest >= seqs[seqs.length - 1]) return true;
      if (seqs.some((seq, i) => seq !== newest + 1 + i)) return false;
      await Promise.all([
        ...sandboxes.map((row) => edits.put("sandboxes", row)),
        ...journal.map((row) => edits.put("journal", row)),
        ...history.added.map((row) => edits.put("history", row)),
        ...history.forgotten.map((step) => edits.delete("history", step)),
        ...history.cursors.map((row) => edits.put("cursors", row)),
      ]);
      return true;
    });
  }

  /** Lets go of the database and the files; the next use opens them again. */
  async close(): Promise<void> {
    this.files.close();
    const { first } = this;
    this.first = undefined;
    (await first?.catch(() => undefined))?.close();
  }

  /**
   * Whether a database that is complete lacks changes that it had: those that the browser wrote behind a record of its log that a kill
   * had cut short, which it takes for the end of the log as long as they are fewer bytes than that record was to have.
   */
  private async isBehind(first: ClioDatabase): Promise<boolean> {
    if (!(await this.files.exist())) return false;
    // The copy first: whatever else is written meanwhile is in the database before it is in the copy.
    const copy = await this.files.read(async (view) => ({
      complete: await view.get("meta", "complete"),
      seq: await view.newestSeq(),
    }));
    if (copy.complete?.lineage !== (await lineageOf(first))) return false;
    return copy.seq > (await newestSeqOf(first));
  }

  private async hasCopy(): Promise<boolean> {
    // Not opened where it is not there: on a full disk files cannot be made, and need not be for this.
    if (!(await this.files.exist())) return false;
    const complete = await this.files.read((view) =>
      view.get("meta", "complete"),
    );
    return complete !== undefined;
  }

  private openFirst(): Promise<ClioDatabase> {
    if (this.first === undefined) {
      const letGo = () => {
        if (this.first === opening) this.first = undefined;
      };
      const opening = openDatabase(
        this.name,
        {
          blocking: (_current, _newer, event) => {
            (event.target as IDBDatabase).close();
            letGo();
          },
          terminated: letGo,
        },
        this.version,
      );
      opening.catch(letGo);
      this.first = opening;
    }
    return this.first;
  }
}
