import {
  DatabaseSync,
  type DatabaseSyncInstance,
  type StatementSyncInstance,
} from "@photostructure/sqlite";

/** What a column of ours may hold. */
export type SqlValue = string | number | null | Uint8Array;

/** Milliseconds to wait for another program that writes, such as `npm run admin`. */
const busyTimeout = 10_000;

/** What SQLite answers at once, or its error, as a promise: other databases do not answer at once. */
function answer<T>(ask: () => T): Promise<T> {
  return new Promise((resolve) => resolve(ask()));
}

/** One connection to a database file. All values go into statements as parameters, and no text ever becomes SQL. */
export class Connection {
  private readonly db: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();

  /** @param file path of the database; made where there is none */
  constructor(file: string) {
    this.db = new DatabaseSync(file, {
      timeout: busyTimeout,
      enableForeignKeyConstraints: true,
    });
    // Readers go on while one writes; and in this mode only FULL waits until a commit is on disk.
    this.db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  }

  /** The rows that a query finds. `T` is what its columns are, which the query itself says. */
  all<T extends object>(sql: string, ...values: SqlValue[]): Promise<T[]> {
    return answer(() => this.prepare(sql).all(...this.bound(values)) as T[]);
  }

  /** The first row that a query finds. */
  get<T extends object>(
    sql: string,
    ...values: SqlValue[]
  ): Promise<T | undefined> {
    return answer(
      () => this.prepare(sql).get(...this.bound(values)) as T | undefined,
    );
  }

  /** Runs one statement and returns how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number> {
    return answer(() => this.prepare(sql).run(...this.bound(values)).changes);
  }

  /** Runs statements that have no parameters. */
  exec(sql: string): Promise<void> {
    return answer(() => this.db.exec(sql));
  }

  /** Takes the open transaction back. Some errors, such as a full disk, have done so already. */
  async rollback(): Promise<void> {
    if (this.db.isTransaction) await this.exec("ROLLBACK");
  }

  close(): void {
    this.db.close();
  }

  private bound(values: readonly SqlValue[]): readonly SqlValue[] {
    for (const value of values) {
      // The text would be kept without what follows.
      if (typeof value === "string" && value.includes("\0"))
        throw new Error("a text with a NUL character cannot be kept");
    }
    return values;
  }

  private prepare(sql: string): StatementSyncInstance {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}
