import type { BigQueryShelf } from "./bigquery/bigquery_shelf.js";
import type { EngineShelf, SearchEngine } from "./search/search_engine.js";

/** The engine that the configuration has chosen for each dataset: BigQuery for those that it lists there, and our own for all others. */
export class EngineChoice implements EngineShelf {
  constructor(
    private readonly embedded: EngineShelf,
    private readonly bigQuery: BigQueryShelf | undefined,
  ) {}

  /** See `EngineShelf`. */
  use<T>(
    dataset: string,
    work: (engine: SearchEngine) => Promise<T>,
  ): Promise<T | undefined> {
    const shelf = this.bigQuery?.has(dataset) ? this.bigQuery : this.embedded;
    return shelf.use(dataset, work);
  }
}
