import type { IndexDescription } from "../index/manifest.js";
import type { Records, Triple } from "../record.js";
import type { PlaceHit } from "./nearest_place.js";
import type { Hit, SearchQuery } from "./query.js";
import type { Asker } from "./segment_set.js";
import type { Corruption } from "./search_task.js";

/** What a search costs where every byte is paid for. */
export interface SearchCost {
  /** What was read, in bytes. */
  readonly bytesProcessed: number;
  /** What is paid for, in bytes. */
  readonly bytesBilled: number;
  /** In US dollars. */
  readonly dollars: number;
}

/** How a search went. */
export interface SearchReport {
  /** How many signatures were compared. */
  readonly examined: number;
  /** How long it took, in milliseconds, the wait for a thread included. */
  readonly took: number;
  /** The segments that could not be searched: where there are any, the result is not complete. */
  readonly quarantined: readonly Corruption[];
  /** Absent where nothing is paid for. */
  readonly cost?: SearchCost;
}

/** What a search has found, in its order. */
export interface SearchResult extends SearchReport {
  readonly hits: readonly Hit[];
}

/** What was found at a place: undefined where there is nothing near enough. */
export interface PlaceResult extends SearchReport {
  readonly hit: PlaceHit | undefined;
}

/** The signatures of a dataset, open for searching, wherever they lie. Each engine gives the same result for the same signatures. */
export interface SearchEngine {
  /** Another where anything in the index is another. */
  readonly id: string;
  readonly description: IndexDescription;
  /** How many records there are, those that a later segment has replaced included. */
  readonly count: number;
  /** The segments that are not what was written, and so are not searched. */
  readonly quarantined: readonly Corruption[];

  /**
   * Finds the places whose signatures are nearest to the query's examples: exactly those, and in the order of the query.
   * @throws CancelledError where the asker's signal was aborted
   */
  search(query: SearchQuery, asker: Asker): Promise<SearchResult>;

  /**
   * Finds the signature of the place that is nearest to one.
   * @param maxDistance in nm
   * @throws CancelledError where the asker's signal was aborted
   */
  at(place: Triple, maxDistance: number, asker: Asker): Promise<PlaceResult>;
}

/** Where the engines of datasets are found. */
export interface EngineShelf {
  /**
   * Works with the engine of a dataset, which stays as it is meanwhile.
   * @returns undefined where the dataset has none
   */
  use<T>(
    dataset: string,
    work: (engine: SearchEngine) => Promise<T>,
  ): Promise<T | undefined>;

  /**
   * The hash of the encoder that a dataset's signatures are of, without opening them where that can be.
   * @returns undefined where the dataset has none
   */
  encoder(dataset: string): Promise<string | undefined>;

  /**
   * Adds records to the signatures of a dataset: searches that begin later find them.
   * @param encoder the hash of the encoder that made them
   * @returns how many are in memory alone for now; undefined where the dataset has no index
   * @throws IndexPlanError where they cannot be added to this index
   * @throws IndexBusyError, IndexWriteError where they cannot be now
   */
  add(
    dataset: string,
    records: Records,
    encoder: string,
  ): Promise<number | undefined>;
}
