import { setTimeout as wait } from "node:timers/promises";
import { BigQuery, type Job } from "@google-cloud/bigquery";
import { PassThroughClient } from "google-auth-library";
import type { Logger } from "pino";
import { CancelledError } from "../search/effort.js";
import type { SearchCost } from "../search/search_engine.js";
import { BigQueryError, bigQueryError, mayPass } from "./bigquery_error.js";
import type { BigQuerySettings } from "./settings.js";
import type { Statement } from "./sql/statement.js";

/** How long to wait before a job that has failed in passing is given again, in milliseconds. */
const usualWaits = [1000, 4000];

/** How many rows are fetched at once. */
const rowsAtOnce = 10_000;

/** A value as the client gives it: a number of 64 bits comes as its decimal text in an object. */
export type Cell = string | number | boolean | null | { value: string };
export type Row = Readonly<Record<string, Cell>>;

/** What a job is for. */
export interface JobPurpose {
  /** What is being done, in a word: a label of the job, by which the bill can be taken apart. */
  readonly work: "search" | "place" | "info" | "upload";
  /** The dataset of Clio. */
  readonly dataset: string;
  /** Ends the job when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Runs statements as jobs of BigQuery. */
export class BigQueryJobs {
  readonly client: BigQuery;

  /**
   * @param log told of each job, and what it cost
   * @param waits before each further attempt, in milliseconds
   */
  constructor(
    private readonly settings: BigQuerySettings,
    private readonly log: Logger,
    private readonly waits: readonly number[] = usualWaits,
  ) {
    const { projectId, keyFile, location, apiEndpoint } = settings;
    this.client = new BigQuery({
      projectId,
      location,
      ...(keyFile && { keyFilename: keyFile }),
      ...(apiEndpoint && { apiEndpoint }),
      // An emulator asks for no credentials, and over http none may go.
      ...(apiEndpoint?.startsWith("http:") && {
        authClient: new PassThroughClient(),
      }),
    });
  }

  /**
   * Runs a statement, again where it fails in passing.
   * @param onCost told what it cost
   * @returns its rows, some at a time; what is not taken is not fetched
   * @throws CancelledError where the signal was aborted: the job is cancelled too
   * @throws BigQueryError
   */
  async *rows(
    statement: Statement,
    purpose: JobPurpose,
    onCost?: (cost: SearchCost) => void,
  ): AsyncGenerator<readonly Row[]> {
    const job = await this.finished(statement, purpose);
    const cost = await this.costOf(job, purpose);
    onCost?.(cost);
    let next: object | undefined = {
      maxResults: rowsAtOnce,
      wrapIntegers: true,
      autoPaginate: false,
    };
    while (next !== undefined) {
      const [rows, more]: [Row[], object | null, ...unknown[]] =
        await this.guarded(job.getQueryResults(next) as never, purpose, job);
      yield rows;
      next = more ?? undefined;
    }
  }

  /** Runs a statement whose rows are of no interest, or few. */
  async run(
    statement: Statement,
    purpose: JobPurpose,
    onCost?: (cost: SearchCost) => void,
  ): Promise<Row[]> {
    const all: Row[] = [];
    for await (const rows of this.rows(statement, purpose, onCost)) {
      all.push(...rows);
    }
    return all;
  }

  /**
   * What a statement would cost, without running it: an upper bound where tables are clustered.
   * @throws BigQueryError
   */
  async estimate(
    statement: Statement,
    purpose: JobPurpose,
  ): Promise<SearchCost> {
    const job = await this.guarded(
      this.create(statement, purpose, { dryRun: true }),
      purpose,
    );
    const { statistics } = job.metadata as {
      statistics?: { totalBytesProcessed?: string };
    };
    const bytes = Number(statistics?.totalBytesProcessed ?? 0);
    return this.priced(bytes, bytes);
  }

  /** What so many bytes cost. */
  priced(bytesProcessed: number, bytesBilled: number): SearchCost {
    const { dollarsPerTebibyte } = this.settings;
    const dollars = (bytesBilled / 2 ** 40) * dollarsPerTebibyte;
    return { bytesProcessed, bytesBilled, dollars };
  }

  /** Does something with the client. Where the signal is aborted, cancels the job if there is one. */
  async guarded<T>(
    work: Promise<T>,
    { signal }: Pick<JobPurpose, "signal">,
    job?: Job,
  ): Promise<T> {
    try {
      return await orCancelled(work, signal);
    } catch (error) {
      if (!(error instanceof CancelledError)) throw bigQueryError(error);
      if (job !== undefined) this.cancel(job);
      throw error;
    }
  }

  private async finished(
    statement: Statement,
    purpose: JobPurpose,
  ): Promise<Job> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.finishedOnce(statement, purpose);
      } catch (error) {
        if (
          !(error instanceof BigQueryError) ||
          !mayPass(error.cause) ||
          attempt >= this.waits.length
        ) {
          throw error;
        }
        this.log.warn({ err: error.cause, attempt }, "a BigQuery job failed");
        await orCancelled(wait(this.waits[attempt]), purpose.signal);
      }
    }
  }

  private async finishedOnce(
    statement: Statement,
    purpose: JobPurpose,
  ): Promise<Job> {
    const creating = this.create(statement, purpose, {});
    let job: Job;
    try {
      job = await this.guarded(creating, purpose);
    } catch (error) {
      // It may have begun after all.
      if (error instanceof CancelledError) {
        creating.then((late) => this.cancel(late)).catch(() => undefined);
      }
      throw error;
    }
    for (;;) {
      // BigQuery answers when the job is done, or after some seconds.
      const [, , answer] = (await this.guarded(
        job.getQueryResults({ maxResults: 0, autoPaginate: false }),
        purpose,
        job,
      )) as unknown as [unknown, unknown, { jobComplete?: boolean }];
      if (answer.jobComplete !== false) return job;
    }
  }

  private async create(
    { sql, parameters }: Statement,
    { work, dataset }: JobPurpose,
    options: { dryRun?: boolean },
  ): Promise<Job> {
    const named = Object.entries(parameters);
    // What fills tables reads all that was loaded, which nobody has asked for by mistake.
    const isBounded = work !== "upload";
    const [job] = await this.client.createQueryJob({
      query: sql,
      params: Object.fromEntries(
        named.map(([name, { value }]) => [name, String(value)]),
      ),
      types: Object.fromEntries(named.map(([name, { type }]) => [name, type])),
      location: this.settings.location,
      jobPrefix: "clio_",
      labels: { clio: work, dataset: labelOf(dataset) },
      ...(isBounded && {
        maximumBytesBilled: String(this.settings.maximumBytesBilled),
      }),
      ...options,
    });
    return job;
  }

  private async costOf(job: Job, purpose: JobPurpose): Promise<SearchCost> {
    const [metadata] = (await this.guarded(
      job.getMetadata(),
      purpose,
      job,
    )) as [
      {
        statistics?: {
          query?: {
            totalBytesProcessed?: string;
            totalBytesBilled?: string;
          };
        };
      },
      ...unknown[],
    ];
    const { totalBytesProcessed = 0, totalBytesBilled = 0 } =
      metadata.statistics?.query ?? {};
    const cost = this.priced(
      Number(totalBytesProcessed),
      Number(totalBytesBilled),
    );
    const { work, dataset } = purpose;
    this.log.info({ work, dataset, job: job.id, ...cost }, "a BigQuery job");
    return cost;
  }

  private cancel(job: Job): void {
    job.cancel().catch((error: unknown) => {
      this.log.warn({ err: error, job: job.id }, "a job cannot be cancelled");
    });
  }
}

/** The text in a cell. */
export function textOf(cell: Cell): string {
  return typeof cell === "object" && cell !== null ? cell.value : String(cell);
}

/** The whole number in a cell. */
export function integerOf(cell: Cell): bigint {
  return BigInt(textOf(cell));
}

/** Labels know small letters, digits, _ and -, and 63 of them at most. */
function labelOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "_")
    .slice(0, 63);
}

/** @throws CancelledError as soon as the signal is aborted, whatever the work does then */
function orCancelled<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new CancelledError());
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    work
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", cancel));
  });
}
