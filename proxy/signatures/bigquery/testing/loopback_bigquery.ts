/** BigQuery's interface on this machine, for the real client: it runs on DuckDB what it receives. */
import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { LoopbackServer } from "../../../testing/loopback_server.js";
import { WireError, WireJob, type QueryConfiguration } from "./wire_job.js";

/** How long a question for results waits for the job, in milliseconds. */
const patience = 50;

interface LoadConfiguration {
  readonly destinationTable: { datasetId: string; tableId: string };
}

interface WireTable {
  readonly tableReference: { datasetId: string; tableId: string };
  readonly schema: { fields: { name: string; type: string }[] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly requirePartitionFilter?: boolean;
}

/** An error that is given in the place of an answer, once. */
interface Fault {
  readonly at: RegExp;
  readonly error: WireError;
}

export class LoopbackBigQuery extends LoopbackServer {
  /** The jobs so far, by id. */
  readonly jobs = new Map<string, WireJob>();
  /** The names of tables that were loaded into, in turn. */
  readonly loads: string[] = [];
  private readonly tables = new Map<string, WireTable>();
  private readonly filtered = new Set<string>();
  private readonly faults: Fault[] = [];
  private start = Promise.resolve();

  private constructor(
    private readonly duckdb: DuckDBInstance,
    server: Server,
  ) {
    super(server);
    server.on("request", (request, response) => {
      void this.answer(request, response);
    });
  }

  static async open(): Promise<LoopbackBigQuery> {
    const duckdb = await DuckDBInstance.create(":memory:");
    const server = await LoopbackServer.listening();
    return new LoopbackBigQuery(duckdb, server);
  }

  /** The statements so far. */
  get statements(): string[] {
    return [...this.jobs.values()].map(
      ({ configuration }) => configuration.query.query,
    );
  }

  /** Fails the next request whose method and path match, or the next load into a table that does. */
  failNext(at: RegExp, error: WireError): void {
    this.faults.push({ at, error });
  }

  /** Lets no query begin until what is returned is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.start = new Promise((resolve) => (release = resolve));
    return () => {
      this.start = Promise.resolve();
      release();
    };
  }

  /** Runs a statement of DuckDB's. */
  async run(sql: string): Promise<unknown[][]> {
    const connection = await this.duckdb.connect();
    try {
      return (await connection.runAndReadAll(sql)).getRows();
    } finally {
      connection.closeSync();
    }
  }

  override async stop(): Promise<void> {
    await Promise.all([...this.jobs.values()].map((job) => job.whenDone));
    await super.stop();
    this.duckdb.closeSync();
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    let status = 200;
    let body: unknown;
    try {
      body = await this.route(request, Buffer.concat(chunks));
    } catch (error) {
      const known =
        error instanceof WireError
          ? error
          : new WireError(500, "internalError", String(error));
      status = known.status;
      const { reason, message } = known;
      const errors = [{ reason, message, domain: "global" }];
      body = { error: { code: status, message, errors } };
    }
    response
      .writeHead(status, { "Content-Type": "application/json" })
      .end(JSON.stringify(body));
  }

  private async route(
    { method = "", url = "", headers }: IncomingMessage,
    body: Buffer,
  ): Promise<unknown> {
    const { pathname, searchParams } = new URL(url, this.origin);
    const what = `${method} ${pathname.replace(/^.*\/projects\/[^/]+/, "")}`;
    this.failWhereAsked(what);
    if (pathname.startsWith("/upload/")) {
      return this.load(body, headers["content-type"] ?? "");
    }
    const json = (): unknown => JSON.parse(body.toString());
    const [, kind, ...names] = what.split(" ")[1].split("/");
    switch (`${method} ${kind}/${names.length}`) {
      case "POST jobs/0":
        return this.insert(json() as Parameters<typeof this.insert>[0]);
      case "GET jobs/1":
        return this.jobResource(this.job(names[0]));
      case "POST jobs/2":
        this.job(names[0]).cancel();
        return { job: this.jobResource(this.job(names[0])) };
      case "GET queries/1":
        return this.results(this.job(names[0]), searchParams);
      case "GET datasets/1":
        return this.dataset(names[0]);
      case "POST datasets/0": {
        const { datasetReference } = json() as {
          datasetReference: { datasetId: string };
        };
        await this.run(`CREATE SCHEMA "${datasetReference.datasetId}"`);
        return this.dataset(datasetReference.datasetId);
      }
      case "DELETE datasets/1":
        await this.run(`DROP SCHEMA "${names[0]}" CASCADE`);
        return {};
      case "POST datasets/2":
        return this.createTable(json() as WireTable);
      case "GET datasets/3":
        return this.table(names[0], names[2]);
      case "DELETE datasets/3":
        await this.table(names[0], names[2]);
        await this.run(`DROP TABLE "${names[0]}"."${names[2]}"`);
        return {};
      default:
        throw new WireError(404, "notFound", `Not found: ${what}`);
    }
  }

  private failWhereAsked(what: string): void {
    const fault = this.faults.findIndex(({ at }) => at.test(what));
    if (fault >= 0) throw this.faults.splice(fault, 1)[0].error;
  }

  private job(id: string): WireJob {
    const job = this.jobs.get(id);
    if (job !== undefined) return job;
    throw new WireError(404, "notFound", `Not found: Job ${id}`);
  }

  private async insert({
    jobReference,
    configuration,
  }: {
    jobReference: { jobId: string };
    configuration: QueryConfiguration;
  }): Promise<unknown> {
    const connection = await this.duckdb.connect();
    const { jobId } = jobReference;
    const { dryRun, query } = configuration;
    const job = new WireJob(
      jobId,
      configuration,
      connection,
      this.start,
      this.filtered,
    );
    if (dryRun) {
      await job.whenDone;
      if (job.error !== undefined) throw job.error;
    } else {
      this.jobs.set(jobId, job);
    }
    const created =
      /^CREATE OR REPLACE TABLE `[^`]+\.(\w+\.\w+)`[^]*require_partition_filter = TRUE/.exec(
        query.query,
      );
    if (created) this.filtered.add(created[1]);
    return this.jobResource(job);
  }

  private jobResource(job: WireJob): unknown {
    const { reason, message } = job.error ?? {};
    const error = job.error && { reason, message };
    return {
      jobReference: { projectId: "test", jobId: job.id, location: "US" },
      configuration: job.configuration,
      status: {
        state: job.isDone ? "DONE" : "RUNNING",
        ...(error && { errorResult: error }),
      },
      statistics: {
        totalBytesProcessed: String(job.bytesProcessed),
        query: {
          totalBytesProcessed: String(job.bytesProcessed),
          totalBytesBilled: String(job.bytesBilled),
        },
      },
    };
  }

  private async results(
    job: WireJob,
    parameters: URLSearchParams,
  ): Promise<unknown> {
    if (!job.isDone) await Promise.race([job.whenDone, wait(patience)]);
    const jobReference = { projectId: "test", jobId: job.id, location: "US" };
    if (!job.isDone) return { jobReference, jobComplete: false };
    if (job.error !== undefined) throw job.error;
    const { schema, rows } = job.result;
    const first = Number(parameters.get("pageToken") ?? 0);
    const end = first + Number(parameters.get("maxResults") ?? rows.length);
    return {
      jobReference,
      jobComplete: true,
      schema: { fields: schema },
      totalRows: String(rows.length),
      rows: rows
        .slice(first, end)
        .map((row) => ({ f: row.map((value) => ({ v: value })) })),
      ...(end < rows.length && { pageToken: String(end) }),
    };
  }

  private async dataset(name: string): Promise<unknown> {
    const found = await this.run(
      `SELECT 1 FROM information_schema.schemata WHERE schema_name = '${name}'`,
    );
    if (found.length > 0) return { datasetReference: { datasetId: name } };
    throw new WireError(404, "notFound", `Not found: Dataset test:${name}`);
  }

  private async createTable(table: WireTable): Promise<unknown> {
    const { datasetId, tableId } = table.tableReference;
    const columns = table.schema.fields.map(
      // All of Clio's own are whole numbers, of which BigQuery knows one type.
      ({ name }) => `"${name}" BIGINT`,
    );
    await this.run(
      `CREATE TABLE "${datasetId}"."${tableId}" (${columns.join(", ")})`,
    );
    const name = `${datasetId}.${tableId}`;
    this.tables.set(name, table);
    if (table.requirePartitionFilter) this.filtered.add(name);
    return table;
  }

  private async table(dataset: string, table: string): Promise<unknown> {
    try {
      const [[rows]] = await this.run(
        `SELECT count(*) FROM "${dataset}"."${table}"`,
      );
      return {
        ...this.tables.get(`${dataset}.${table}`),
        numRows: String(rows),
        lastModifiedTime: "0",
      };
    } catch {
      const name = `test:${dataset}.${table}`;
      throw new WireError(404, "notFound", `Not found: Table ${name}`);
    }
  }

  /** Takes CSV into a table, or into one of its partitions (`table$7`), in the place of what was there. */
  private async load(body: Buffer, type: string): Promise<unknown> {
    const boundary = /boundary=([^;]+)/.exec(type)![1];
    const [json, csv] = partsOf(body, boundary);
    const { configuration, jobReference } = JSON.parse(json) as {
      configuration: { load: LoadConfiguration };
      jobReference: { jobId: string };
    };
    const { datasetId, tableId } = configuration.load.destinationTable;
    this.failWhereAsked(tableId);
    const [name, partition] = tableId.split("$") as [string, string?];
    const file = path.join(tmpdir(), `clio-load-${randomUUID()}.csv`);
    await writeFile(file, csv);
    const table = `"${datasetId}"."${name}"`;
    const where = partition === undefined ? "" : `WHERE segment = ${partition}`;
    await this.run(`DELETE FROM ${table} ${where}`);
    await this.run(`COPY ${table} FROM '${file}' (FORMAT csv, HEADER false)`);
    await rm(file);
    this.loads.push(tableId);
    const job = new WireJob(
      jobReference.jobId,
      { query: { query: "SELECT 1" } },
      await this.duckdb.connect(),
      Promise.resolve(),
      this.filtered,
    );
    this.jobs.set(job.id, job);
    return this.jobResource(job);
  }
}

/** The bodies of a multipart message. */
function partsOf(body: Buffer, boundary: string): string[] {
  return body
    .toString()
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const begin = part.indexOf("\r\n\r\n") + 4;
      return part.slice(begin).replace(/\r\n$/, "");
    });
}
