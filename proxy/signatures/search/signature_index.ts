import type { IndexDescription } from "../index/manifest.js";
import type { Triple } from "../record.js";
import { comparePlaceHits } from "./nearest_place.js";
import { compareHits, type Hit, type SearchQuery } from "./query.js";
import type { SearchPool } from "./search_pool.js";
import type { SearchPage } from "./segment_search.js";
import { SegmentSet, type Asker, type MakeTask } from "./segment_set.js";
import type {
  PlaceResult,
  SearchEngine,
  SearchReport,
  SearchResult,
} from "./search_engine.js";
import type { Corruption } from "./search_task.js";
import { TakenPlaces } from "./taken_places.js";
import { Tail, type SharedTail } from "./tail.js";
import { Tally } from "./tally.js";

/** The pages of a search with a separation are larger than what is wanted, and grow: some of what is found is kept away. */
const pageGrowth = 4;
const largestPage = 8192;

/**
 * An index that is open for searching. Its segments never change: where another index takes its place, that one is opened beside it.
 * What is being added is in its tail.
 */
export class SignatureIndex implements SearchEngine {
  private constructor(
    private readonly segments: SegmentSet,
    readonly tail: Tail,
  ) {}

  /**
   * Opens an index, which takes milliseconds whatever its size.
   * @param onCorruption told of each segment that is not what was written, once; the others are searched without it
   * @param tail of a former index: what is in it is searched with the segments, where it is of the same encoder
   * @returns undefined where the folder holds no index
   * @throws CorruptIndexError where the manifest is broken
   */
  static async open(
    folder: string,
    pool: SearchPool,
    onCorruption: (corruption: Corruption) => void,
    tail?: Tail,
  ): Promise<SignatureIndex | undefined> {
    const segments = await SegmentSet.open(folder, pool, onCorruption);
    if (segments === undefined) return undefined;
    const { hash } = segments.manifest.encoder;
    return new SignatureIndex(
      segments,
      tail?.encoder === hash ? tail : new Tail(hash),
    );
  }

  /** Another where anything in the index is another. */
  get id(): string {
    const { id } = this.segments.manifest;
    return this.tail.count === 0 ? id : `${id}+${this.tail.count}`;
  }

  get description(): IndexDescription {
    return this.segments.manifest;
  }

  /** How many records there are, those that a later segment has replaced included. */
  get count(): number {
    const { segments } = this.segments.manifest;
    return segments.reduce((sum, { count }) => sum + count, this.tail.count);
  }

  /** The memory that the index takes once all of it is in use, in bytes. */
  get memory(): number {
    return this.segments.memory + this.tail.memory;
  }

  /** The segments that are not what was written, and so are not searched. */
  get quarantined(): readonly Corruption[] {
    return this.segments.quarantined;
  }

  /**
   * Finds the places whose signatures are nearest to the query's examples: exactly those, and in the order of the query.
   * @throws CancelledError where the asker's signal was aborted
   */
  search(query: SearchQuery, asker: Asker): Promise<SearchResult> {
    return this.report(async (count) => {
      const { voxelSize } = this.description;
      const { examples, minSeparation, offset, limit } = query;
      const own = examples.flatMap(({ place }) => (place ? [place] : []));
      const taken = new TakenPlaces(minSeparation, voxelSize);
      own.forEach((place) => taken.add(place));
      const found: Hit[] = [];
      // As it is now: a page must not begin behind hits of another order.
      const tails = this.tails();
      const enough = offset + limit;
      let wanted =
        minSeparation > 0
          ? Math.max(enough, Math.min(pageGrowth * enough, largestPage))
          : enough;
      let page: SearchPage = { query, voxelSize, wanted, taken: [] };
      while (found.length < enough) {
        const hits = await this.page(page, tails, asker, count);
        for (const hit of hits) {
          if (found.length === enough) break;
          if (!taken.isFree(hit.place)) continue;
          taken.add(hit.place);
          found.push(hit);
        }
        if (hits.length < wanted) break;
        // What is kept away by those found already would fill the next page, where the places are dense.
        const places = [...own, ...found.map(({ place }) => place)];
        wanted = Math.max(wanted, Math.min(pageGrowth * wanted, largestPage));
        page = { ...page, wanted, after: hits.at(-1), taken: places };
      }
      return { hits: found.slice(offset) };
    });
  }

  /**
   * Finds the signature of the place that is nearest to one.
   * @param maxDistance in nm
   * @throws CancelledError where the asker's signal was aborted
   */
  at(place: Triple, maxDistance: number, asker: Asker): Promise<PlaceResult> {
    const { voxelSize } = this.description;
    const query = { place, voxelSize, maxDistance };
    return this.report(async (count) => {
      const answers = await this.segments.ask(
        asker,
        this.tails(),
        (): MakeTask => (part) => ({ ...part, kind: "place", query }),
      );
      answers.forEach(({ examined }) => count(examined));
      const places = answers.flatMap((answer) => answer.places);
      return { hit: places.sort(comparePlaceHits).at(0) };
    });
  }

  /** Whether the index is closed, or about to be. */
  get isRetired(): boolean {
    return this.segments.isRetired;
  }

  /** Keeps the index open while the work goes on. */
  use<T>(work: () => Promise<T>): Promise<T> {
    return this.segments.use(work);
  }

  /** Closes the index, when the searches under way are done: resolves then. No other may begin. */
  retire(): Promise<void> {
    return this.segments.retire();
  }

  /** The first hits of a page, of all segments together. */
  private async page(
    page: SearchPage,
    tails: readonly SharedTail[],
    asker: Asker,
    count: (examined: number) => void,
  ): Promise<readonly Hit[]> {
    const answers = await this.segments.ask(asker, tails, (): MakeTask => {
      const tally = Tally.memory();
      return (part) => ({ ...part, kind: "page", page, tally });
    });
    answers.forEach(({ examined }) => count(examined));
    return answers
      .flatMap((answer) => answer.hits)
      .sort(compareHits)
      .slice(0, page.wanted);
  }

  private tails(): readonly SharedTail[] {
    return this.tail.count === 0 ? [] : [this.tail.shared];
  }

  /** Does a search, and says how it went. */
  private report<T>(
    search: (count: (examined: number) => void) => Promise<T>,
  ): Promise<T & SearchReport> {
    return this.segments.use(async () => {
      const began = performance.now();
      let examined = 0;
      const result = await search((more) => (examined += more));
      const took = performance.now() - began;
      return { ...result, examined, took, quarantined: this.quarantined };
    });
  }
}
