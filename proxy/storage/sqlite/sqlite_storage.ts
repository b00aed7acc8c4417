import { open, rename, rm, stat } from "node:fs/promises";
import type { Reader, Storage, Writer } from "../storage.js";
import { Connection } from "./connection.js";
import { migrate } from "./migrations.js";
import { SqliteReader } from "./reader.js";
import { SqliteWriter } from "./writer.js";

/**
 * What the server keeps, in one SQLite file in WAL mode. One connection writes, one transaction at a time; another reads and never sees
 * a transaction that is under way.
 */
export class SqliteStorage implements Storage {
  readonly read: Reader;
  private readonly writer: Writer;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly writing: Connection,
    private readonly reading: Connection,
  ) {
    this.read = new SqliteReader(reading);
    this.writer = new SqliteWriter(writing);
  }

  /**
   * Opens the file, which is made where there is none, and brings it to the newest schema.
   * @throws NewerSchemaError where a newer Clio has written it
   */
  static async open(file: string): Promise<SqliteStorage> {
    const writing = new Connection(file);
    try {
      await migrate(writing);
      return new SqliteStorage(writing, new Connection(file));
    } catch (error) {
      writing.close();
      throw error;
    }
  }

  write<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    const result = this.last.then(() => this.transact(work));
    // The next one has its turn whatever becomes of this one.
    this.last = result.catch(() => undefined);
    return result;
  }

  async backup(file: string): Promise<void> {
    if (await exists(file)) throw new Error(`${file} is there already`);
    const partial = `${file}.partial`;
    await rm(partial, { force: true });
    await this.reading.run("VACUUM INTO ?", partial);
    const handle = await open(partial, "r+");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  }

  async check(): Promise<string[]> {
    try {
      const found = await this.reading.all<{ integrity_check: string }>(
        "PRAGMA integrity_check",
      );
      return found
        .map(({ integrity_check }) => integrity_check)
        .filter((text) => text !== "ok");
    } catch (error) {
      // Some damage keeps the check itself from its end.
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  async close(): Promise<void> {
    await this.last;
    this.reading.close();
    this.writing.close();
  }

  private async transact<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    // IMMEDIATE: a transaction that had read before it wrote would fail where another program has written in between.
    await this.writing.exec("BEGIN IMMEDIATE");
    try {
      const result = await work(this.writer);
      await this.writing.exec("COMMIT");
      return result;
    } catch (error) {
      await this.writing.rollback();
      throw error;
    }
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
