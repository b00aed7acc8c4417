import type { BigQueryShelf } from "./bigquery/bigquery_shelf.js";
import type { Records } from "./record.js";
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
    return this.shelfOf(dataset).use(dataset, work);
  }

  /** See `EngineShelf`. */
  encoder(dataset: string): Promise<string | undefined> {
    return this.shelfOf(dataset).encoder(dataset);
  }

  /** See `EngineShelf`. */
  add(
    dataset: string,
    records: Records,
    encoder: string,
  ): Promise<number | undefined> {
    return this.shelfOf(dataset).add(dataset, records, encoder);
  }

  private shelfOf(dataset: string): EngineShelf {
    return this.bigQuery?.has(dataset) ? this.bigQuery : this.embedded;
  }
}
