import { IndexPlanError } from "../index/index_writer.js";
import type { EngineShelf, SearchEngine } from "../search/search_engine.js";
import { BigQueryEngine } from "./bigquery_engine.js";
import { IndexReplacedError } from "./bigquery_error.js";
import type { BigQueryJobs } from "./bigquery_jobs.js";
import { openTables } from "./opened_tables.js";
import type { BigQuerySettings } from "./settings.js";

/** After how long it is asked anew what tables hold that do not say it in each answer, in milliseconds. */
const keptFor = 300_000;
/** How long asking may take, in milliseconds. */
const openingTakes = 30_000;

interface KnownEngine {
  readonly engine: Promise<BigQueryEngine | undefined>;
  /** Of the process's clock, in milliseconds. */
  readonly opened: number;
}

/** The engines of the datasets whose signatures are in BigQuery. */
export class BigQueryShelf implements EngineShelf {
  private readonly known = new Map<string, KnownEngine>();

  constructor(
    private readonly settings: BigQuerySettings,
    private readonly jobs: BigQueryJobs,
  ) {}

  /** Whether a dataset's signatures are here. */
  has(dataset: string): boolean {
    return Object.hasOwn(this.settings.datasets, dataset);
  }

  /**
   * See `EngineShelf`. Where the tables are loaded anew meanwhile, the work is done once more, in what they hold then.
   * @throws BigQueryError
   */
  async use<T>(
    dataset: string,
    work: (engine: SearchEngine) => Promise<T>,
  ): Promise<T | undefined> {
    const engine = await this.current(dataset);
    if (engine === undefined) return undefined;
    try {
      return await work(engine);
    } catch (error) {
      if (!(error instanceof IndexReplacedError)) throw error;
      this.known.delete(dataset);
    }
    const anew = await this.current(dataset);
    return anew && work(anew);
  }

  /** See `EngineShelf`. @throws BigQueryError */
  async encoder(dataset: string): Promise<string | undefined> {
    return (await this.current(dataset))?.description.encoder.hash;
  }

  /** Refuses: tables are filled as a whole. */
  add(dataset: string): Promise<never> {
    return Promise.reject(
      new IndexPlanError(
        `${dataset}: its signatures are in BigQuery, where upload fills the tables as a whole`,
      ),
    );
  }

  private async current(dataset: string): Promise<BigQueryEngine | undefined> {
    const now = performance.now();
    let known = this.known.get(dataset);
    if (known === undefined || now - known.opened > keptFor) {
      known = { engine: this.open(dataset), opened: now };
      this.known.set(dataset, known);
    }
    try {
      const engine = await known.engine;
      // What is not there yet may be at the next question.
      if (engine === undefined) this.forget(dataset, known);
      return engine;
    } catch (error) {
      this.forget(dataset, known);
      throw error;
    }
  }

  private forget(dataset: string, known: KnownEngine): void {
    if (this.known.get(dataset) === known) this.known.delete(dataset);
  }

  private async open(dataset: string): Promise<BigQueryEngine | undefined> {
    const tables = await openTables(
      this.settings,
      this.settings.datasets[dataset],
      this.jobs,
      {
        work: "info",
        dataset,
        signal: AbortSignal.timeout(openingTakes),
      },
    );
    return tables && new BigQueryEngine(dataset, tables, this.jobs);
  }
}
