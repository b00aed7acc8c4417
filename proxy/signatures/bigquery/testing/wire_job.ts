/** A job of the loopback BigQuery. */
import type { DuckDBConnection } from "@duckdb/node-api";
import {
  bound,
  bytesRead,
  rewritten,
  tablesOf,
  type WireParameter,
} from "./duckdb_sql.js";

/** An error as BigQuery's interface has it. */
export class WireError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = "WireError";
  }
}

/** What the interface is told of a query. */
export interface QueryConfiguration {
  readonly dryRun?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly query: {
    readonly query: string;
    readonly queryParameters?: readonly WireParameter[];
    readonly maximumBytesBilled?: string;
  };
}

/** The rows of a job, as text. */
interface Result {
  readonly schema: { name: string; type: string }[];
  readonly rows: (string | null)[][];
}

const wireTypes: Readonly<Record<string, string>> = {
  VARCHAR: "STRING",
  DOUBLE: "FLOAT",
  BOOLEAN: "BOOLEAN",
};

/** BigQuery bills that much at least for each table that a statement names. */
const leastBilled = 10 * 2 ** 20;

/** A query on its way. */
export class WireJob {
  isDone = false;
  error: WireError | undefined;
  result: Result = { schema: [], rows: [] };
  bytesProcessed = 0;
  bytesBilled = 0;
  readonly whenDone: Promise<void>;

  /**
   * @param start the query is not begun before
   * @param filtered the tables that are read by their partitions alone
   */
  constructor(
    readonly id: string,
    readonly configuration: QueryConfiguration,
    private readonly connection: DuckDBConnection,
    start: Promise<void>,
    private readonly filtered: ReadonlySet<string>,
  ) {
    this.whenDone = start
      .then(() => (this.isDone ? undefined : this.perform()))
      .catch((error: unknown) => this.fail(error))
      .then(() => {
        this.isDone = true;
        this.connection.closeSync();
      });
  }

  cancel(): void {
    if (this.isDone) return;
    this.error = new WireError(499, "stopped", "Job execution was cancelled");
    this.isDone = true;
  }

  private async perform(): Promise<void> {
    const { query: sql, queryParameters = [] } = this.configuration.query;
    for (const { dataset, table, isFiltered } of tablesOf(sql)) {
      if (this.filtered.has(`${dataset}.${table}`) && !isFiltered) {
        throw new WireError(
          400,
          "invalidQuery",
          `Cannot query over table '${dataset}.${table}' without a filter that can be used for partition elimination`,
        );
      }
    }
    await this.measure(sql);
    if (this.configuration.dryRun) return;
    const { values, types } = bound(queryParameters);
    const reader = await this.connection.runAndReadAll(
      rewritten(sql),
      values,
      types,
    );
    const columns = reader.columnTypes().map(String);
    this.result = {
      schema: reader.columnNames().map((name, i) => ({
        name,
        type: wireTypes[columns[i]] ?? "INTEGER",
      })),
      rows: reader
        .getRows()
        .map((row) =>
          row.map((value) => (value === null ? null : String(value))),
        ),
    };
  }

  private async measure(sql: string): Promise<void> {
    const tables = tablesOf(sql).length;
    this.bytesProcessed = await bytesRead(this.connection, sql);
    this.bytesBilled = Math.max(this.bytesProcessed, tables * leastBilled);
    const { maximumBytesBilled } = this.configuration.query;
    if (
      maximumBytesBilled !== undefined &&
      this.bytesBilled > Number(maximumBytesBilled)
    ) {
      throw new WireError(
        400,
        "bytesBilledLimitExceeded",
        `Query exceeded limit for bytes billed: ${maximumBytesBilled}. ${this.bytesBilled} or higher required.`,
      );
    }
  }

  private fail(error: unknown): void {
    if (error instanceof WireError) {
      this.error = error;
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.error = /does not exist/.test(message)
      ? new WireError(404, "notFound", `Not found: ${message}`)
      : new WireError(400, "invalidQuery", message);
  }
}
