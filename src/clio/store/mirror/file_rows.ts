/** The rows of the second copy: those of a row log, which the workers of all tabs share. */
import type { ClioStoreName } from "../database.js";
import type { RowFact, RowFile, RowKey, RowOperation } from "./frames.js";
import { isPut } from "./frames.js";
import { decodeRow, encodeRow, factOfRow, keyOfRow } from "./row_codec.js";
import { RowLog } from "./row_log.js";
import type { Log, RowEdits, Rows, RowView, StoredValue } from "./rows.js";

export interface RowFiles {
  /** Whether they were ever made. */
  exist(): Promise<boolean>;
  /**
   * Opens both files, making them where they are not there yet. Others may have them open as well.
   * @throws DOMException where the browser or the disk refuses
   */
  open(): Promise<readonly [RowFile, RowFile]>;
}

export class FileRows implements Rows {
  private log: RowLog | undefined;
  private opened: readonly RowFile[] = [];

  /**
   * @param name of the database that this is the copy of
   * @param version of its rows
   */
  constructor(
    private readonly name: string,
    private readonly version: number,
    private readonly files: RowFiles,
  ) {}

  read<T>(work: (view: RowView) => Promise<T>): Promise<T> {
    return this.alone((log) => work(new LogView(log)));
  }

  write<T>(work: (edits: RowEdits) => Promise<T>): Promise<T> {
    return this.alone(async (log) => {
      const edits = new LogEdits(log);
      const result = await work(edits);
      log.write(edits.operations);
      return result;
    });
  }

  /** Whether there is a second copy at all, be it readable or not. */
  exist(): Promise<boolean> {
    return this.files.exist();
  }

  /** Begins anew where rows were lost that had been written. */
  mend(): Promise<void> {
    return this.alone((log) => {
      if (log.damaged) log.clear();
      return Promise.resolve();
    });
  }

  /** Forgets all rows, and has both files hold nothing of them. */
  clear(): Promise<void> {
    return this.alone((log) => {
      log.clear();
      return Promise.resolve();
    });
  }

  /** Lets go of the files; the next use opens them again. */
  close(): void {
    this.log = undefined;
    for (const file of this.opened) file.close();
    this.opened = [];
  }

  /** Runs `work` as the only one of all tabs that uses the files. */
  private alone<T>(work: (log: RowLog) => Promise<T>): Promise<T> {
    return navigator.locks.request(`${this.name}:mirror-files`, async () => {
      const log = (this.log ??= await this.open());
      log.refresh();
      return work(log);
    }) as Promise<T>;
  }

  private async open(): Promise<RowLog> {
    const files = await this.files.open();
    this.opened = files;
    return new RowLog(files, this.version);
  }
}

/** A row, in the log or about to be written. */
interface ViewedRow {
  readonly key: RowKey;
  readonly fact: RowFact;
}

class LogView implements RowView {
  constructor(protected readonly log: RowLog) {}

  keys(store: ClioStoreName): Promise<RowKey[]> {
    return Promise.resolve(this.rows(store).map(({ key }) => key));
  }

  /** Rejects where the row is damaged. */
  async get<S extends ClioStoreName>(
    store: S,
    key: RowKey,
  ): Promise<StoredValue<S> | undefined> {
    const bytes = await Promise.resolve(this.bytes(store, key));
    return bytes === undefined ? undefined : decodeRow(store, bytes);
  }

  async getAll<S extends ClioStoreName>(store: S): Promise<StoredValue<S>[]> {
    const rows = this.rows(store).map(({ key }) => this.get(store, key));
    return (await Promise.all(rows)).filter((row) => row !== undefined);
  }

  sids(log: Log): Promise<Map<number, string>> {
    return Promise.resolve(
      new Map(
        this.rows(log).map(({ key, fact }) => [key as number, fact as string]),
      ),
    );
  }

  newestSeq(): Promise<number> {
    const seqs = this.rows("journal").map(({ key }) => key as number);
    const folded = this.rows("manifests").map(({ fact }) => fact as number);
    return Promise.resolve(
      [...seqs, ...folded].reduce((newest, seq) => Math.max(newest, seq), 0),
    );
  }

  /** In ascending order of their keys, as those of a database. */
  protected rows(store: ClioStoreName): ViewedRow[] {
    return [...this.log.rows(store)].sort(byKey);
  }

  /** @throws Error where it is damaged */
  protected bytes(
    store: ClioStoreName,
    key: RowKey,
  ): Uint8Array<ArrayBuffer> | undefined {
    if (!this.log.has(store, key)) return undefined;
    const bytes = this.log.read(store, key);
    if (bytes === undefined) throw new Error("its second copy is damaged");
    return bytes;
  }
}

/** What is written is seen at once, and is in the log only when all of it is. */
class LogEdits extends LogView implements RowEdits {
  private readonly written = new Map<ClioStoreName, Map<string, Operation>>();

  get operations(): RowOperation[] {
    return [...this.written.values()].flatMap((rows) => [...rows.values()]);
  }

  put<S extends ClioStoreName>(
    store: S,
    row: StoredValue<S>,
    key: RowKey = keyOfRow(store, row),
  ): Promise<void> {
    const fact = factOfRow(store, row);
    this.note({ store, key, fact, bytes: encodeRow(row) });
    return Promise.resolve();
  }

  delete(store: ClioStoreName, key: RowKey): Promise<void> {
    this.note({ store, key });
    return Promise.resolve();
  }

  protected override rows(store: ClioStoreName): ViewedRow[] {
    const written = this.written.get(store);
    if (written === undefined) return super.rows(store);
    const kept = super
      .rows(store)
      .filter(({ key }) => !written.has(JSON.stringify(key)));
    const put = [...written.values()].flatMap((operation) =>
      isPut(operation) ? operation : [],
    );
    return [...kept, ...put].sort(byKey);
  }

  protected override bytes(
    store: ClioStoreName,
    key: RowKey,
  ): Uint8Array<ArrayBuffer> | undefined {
    const operation = this.written.get(store)?.get(JSON.stringify(key));
    if (operation === undefined) return super.bytes(store, key);
    return isPut(operation) ? operation.bytes : undefined;
  }

  private note(operation: Operation): void {
    const { store, key } = operation;
    let rows = this.written.get(store);
    if (rows === undefined) {
      rows = new Map();
      this.written.set(store, rows);
    }
    rows.set(JSON.stringify(key), operation);
  }
}

type Operation = RowOperation & { readonly store: ClioStoreName };

function byKey({ key: a }: ViewedRow, { key: b }: ViewedRow): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
