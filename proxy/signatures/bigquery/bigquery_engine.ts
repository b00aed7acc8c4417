import type { IndexDescription } from "../index/manifest.js";
import type { Box, Triple } from "../record.js";
import { comparePlaceHits } from "../search/nearest_place.js";
import type { Hit, SearchQuery } from "../search/query.js";
import type {
  PlaceResult,
  SearchCost,
  SearchEngine,
  SearchReport,
  SearchResult,
} from "../search/search_engine.js";
import type { Asker } from "../search/segment_set.js";
import { squaredNm, TakenPlaces } from "../search/taken_places.js";
import { IndexReplacedError } from "./bigquery_error.js";
import {
  integerOf,
  type BigQueryJobs,
  type JobPurpose,
  type Row,
} from "./bigquery_jobs.js";
import type { OpenedTables } from "./opened_tables.js";
import { placeStatement, searchStatement } from "./sql/search_statement.js";
import type { Statement } from "./sql/statement.js";
import { surelyFound } from "./sql/table_layout.js";

/**
 * The radii by which searches widen until they have found enough; in the end all is read. With one bit a lane, 68 buckets, all that
 * is nearer than 8 is found; with four, more would be read than by reading all.
 */
const radii = [0, 1, 2, 3, undefined];
const usualRadius = 1;

/** How many hits a search with a separation has put in order at once. Only those that it takes are fetched. */
const separatedRows = 65_536;

const lastCoordinate = 2 ** 32 - 1;

/** The signatures of a dataset in tables of BigQuery. */
export class BigQueryEngine implements SearchEngine {
  readonly quarantined = [];

  /** @param dataset of Clio */
  constructor(
    private readonly dataset: string,
    private readonly tables: OpenedTables,
    private readonly jobs: BigQueryJobs,
  ) {}

  get id(): string {
    return this.tables.id;
  }

  get description(): IndexDescription {
    return this.tables.description;
  }

  get count(): number {
    return this.tables.count;
  }

  /**
   * See `SearchEngine`.
   * @throws IndexReplacedError where the tables were loaded anew since they were opened
   * @throws BigQueryError
   */
  search(query: SearchQuery, asker: Asker): Promise<SearchResult> {
    return this.report(async (spend) => {
      const enough = query.offset + query.limit;
      const last = stages(query).at(-1);
      for (const radius of stages(query)) {
        const maxDistance = Math.min(query.maxDistance, surelyFound(radius));
        const staged = { ...query, maxDistance };
        const found = await this.stage(staged, radius, asker, spend);
        if (found.length === enough || radius === last) {
          return { hits: found.slice(query.offset) };
        }
      }
      throw new Error("a search has no stage");
    });
  }

  /** As `search`. The nearest is chosen from those places whose squares of distance, as BigQuery computes them, are least. */
  at(place: Triple, maxDistance: number, asker: Asker): Promise<PlaceResult> {
    return this.report(async (spend) => {
      const { voxelSize } = this.description;
      const box = boxWithin(place, maxDistance, voxelSize);
      const statement = placeStatement(
        this.tables.layout,
        place,
        voxelSize,
        box,
      );
      const places: Hit[] = [];
      const purpose = this.purpose("place", asker);
      for await (const hits of this.hits(statement, purpose, spend)) {
        places.push(...hits);
      }
      const [hit] = places
        .map((each) => ({
          place: each.place,
          signature: each.signature,
          squared: squaredNm(each.place, place, voxelSize),
        }))
        .filter(({ squared }) => squared <= maxDistance ** 2)
        .sort(comparePlaceHits);
      return { hit };
    });
  }

  /**
   * What each stage of a search would cost, the first that may suffice first: see `BigQueryJobs.estimate`.
   * @throws BigQueryError
   */
  async estimate(
    query: SearchQuery,
  ): Promise<{ readonly maxDistance: number; readonly cost: SearchCost }[]> {
    const estimates = [];
    for (const radius of stages(query)) {
      const maxDistance = Math.min(query.maxDistance, surelyFound(radius));
      const statement = searchStatement(
        this.tables.layout,
        { ...query, maxDistance },
        radius,
        { offset: 0, limit: query.offset + query.limit },
      );
      const purpose = this.purpose("search", { user: "" });
      const cost = await this.jobs.estimate(statement, purpose);
      estimates.push({ maxDistance, cost });
    }
    return estimates;
  }

  /** The first hits of a stage: as many as wanted in all, or all that there are. */
  private async stage(
    query: SearchQuery,
    radius: number | undefined,
    asker: Asker,
    spend: (cost: SearchCost) => void,
  ): Promise<Hit[]> {
    const { examples, minSeparation, offset, limit } = query;
    const enough = offset + limit;
    const taken = new TakenPlaces(minSeparation, this.description.voxelSize);
    for (const { place } of examples) if (place) taken.add(place);
    const atOnce = minSeparation > 0 ? separatedRows : enough;
    const found: Hit[] = [];
    for (let passed = 0; ; passed += atOnce) {
      const statement = searchStatement(this.tables.layout, query, radius, {
        offset: passed,
        limit: atOnce,
      });
      const purpose = this.purpose("search", asker);
      let read = 0;
      for await (const hits of this.hits(statement, purpose, spend)) {
        read += hits.length;
        for (const hit of hits) {
          if (!taken.isFree(hit.place)) continue;
          taken.add(hit.place);
          found.push(hit);
          if (found.length === enough) return found;
        }
      }
      if (read < atOnce) return found;
    }
  }

  /** The hits of a statement, some at a time, once it is sure that they are of the index that was opened. */
  private async *hits(
    statement: Statement,
    purpose: JobPurpose,
    spend: (cost: SearchCost) => void,
  ): AsyncGenerator<Hit[]> {
    let version: bigint | undefined;
    let isFirst = true;
    for await (const rows of this.jobs.rows(statement, purpose, spend)) {
      const hits = rows.map(hitOf);
      if (isFirst && hits.at(0)?.distance === -1) {
        version = hits.shift()?.signature;
      }
      if (version !== this.tables.version) throw new IndexReplacedError();
      isFirst = false;
      yield hits;
    }
  }

  private purpose(work: JobPurpose["work"], { signal }: Asker): JobPurpose {
    return { work, dataset: this.dataset, ...(signal && { signal }) };
  }

  /** Does a search, and says how it went. */
  private async report<T>(
    search: (spend: (cost: SearchCost) => void) => Promise<T>,
  ): Promise<T & SearchReport> {
    const began = performance.now();
    let cost: SearchCost = { bytesProcessed: 0, bytesBilled: 0, dollars: 0 };
    const result = await search((more) => {
      cost = {
        bytesProcessed: cost.bytesProcessed + more.bytesProcessed,
        bytesBilled: cost.bytesBilled + more.bytesBilled,
        dollars: cost.dollars + more.dollars,
      };
    });
    const { recordBytes } = this.tables.layout;
    return {
      ...result,
      examined: Math.floor(cost.bytesProcessed / recordBytes),
      took: performance.now() - began,
      quarantined: this.quarantined,
      cost,
    };
  }
}

/** The radii with which a search is tried, up to the first that surely finds all that it may. */
function stages({ maxDistance }: SearchQuery): (number | undefined)[] {
  const last = radii.findIndex((radius) => surelyFound(radius) >= maxDistance);
  return radii.slice(Math.min(usualRadius, last), last + 1);
}

function hitOf({ distance, signature, x, y, z }: Row): Hit {
  return {
    distance: Number(integerOf(distance)),
    signature: BigInt.asUintN(64, integerOf(signature)),
    place: [Number(integerOf(x)), Number(integerOf(y)), Number(integerOf(z))],
  };
}

/** The smallest box in which all voxels within a distance of one are. */
function boxWithin(place: Triple, distance: number, voxelSize: Triple): Box {
  const reach = (axis: number) => Math.ceil(distance / voxelSize[axis]);
  const least = (axis: number) => Math.max(0, place[axis] - reach(axis));
  const end = (axis: number) =>
    Math.min(lastCoordinate, place[axis] + reach(axis)) + 1;
  return {
    min: [least(0), least(1), least(2)],
    max: [end(0), end(1), end(2)],
  };
}
