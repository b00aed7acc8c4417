import type { Kernel } from "../kernel/kernel.js";
import { overlap, type Triple } from "../record.js";
import type { SharedSegment } from "../segment/segment_file.js";
import { SegmentReader } from "../segment/segment_reader.js";
import { BoxScan } from "./box_scan.js";
import type { Code, CodeKey } from "./code_list.js";
import type { Effort } from "./effort.js";
import { NearestCodes, type Part } from "./nearest_codes.js";
import { PlaceFilter } from "./place_filter.js";
import type { Hit, SearchQuery } from "./query.js";
import { SegmentHits } from "./segment_hits.js";
import { TakenPlaces } from "./taken_places.js";
import { Tally } from "./tally.js";

/** A part of what a query finds: some hits in their order. */
export interface SearchPage {
  readonly query: SearchQuery;
  /** In nm. */
  readonly voxelSize: Triple;
  /** The hit that the page begins behind; it begins at the first hit where not given. */
  readonly after?: Hit;
  /** How many hits the page has, where there are so many. */
  readonly wanted: number;
  /** Places that keep others away by the query's separation. */
  readonly taken: readonly Triple[];
}

/** How many records are looked at in one go where a filter leaves out some of them, at first and at most. */
const firstWindow = 4096;
const largestWindow = 2 ** 18;

/**
 * The search for the hits of a page in a part of one segment. It takes steps, so that all segments of a thread go on together: what is near in one
 * bounds how far to look in the others.
 */
export class SegmentSearch {
  private readonly found: SegmentHits;
  private readonly filter: PlaceFilter;
  private readonly reader: SegmentReader;
  /** The search of the whole segment; not where a filter leaves out some of what it would find. */
  private readonly nearest: NearestCodes | undefined;
  private inBox: readonly Hit[] = [];

  /** @param shared the tally of all the segments of the page that are searched without a filter */
  constructor(
    readonly segment: SharedSegment,
    private readonly part: Part,
    private readonly page: SearchPage,
    private readonly kernel: Kernel,
    private readonly effort: Effort,
    shared: Tally,
  ) {
    const { query, after, wanted } = page;
    const { bounds, hidden } = segment;
    this.filter = new PlaceFilter(query, bounds, hidden, takenOf(page));
    this.reader = new SegmentReader(segment);
    this.found = new SegmentHits(this.reader, this.filter, after, wanted);
    if (this.filter.isOpen && after === undefined && this.mayHaveHits) {
      this.nearest = this.nearestCodes(undefined, wanted, shared);
    }
  }

  /**
   * Takes the next step.
   * @returns false where there is none
   * @throws CancelledError, CorruptSegmentError
   */
  advance(): boolean {
    if (this.nearest !== undefined) return this.nearest.advance();
    if (this.mayHaveHits) this.findFiltered();
    return false;
  }

  /** The codes that were found without a filter, in their order: `add` makes hits of those that count. */
  get codes(): readonly Code[] {
    return this.nearest?.codes ?? [];
  }

  /**
   * Adds the records of a code to the hits.
   * @throws CorruptSegmentError
   */
  add(code: CodeKey): void {
    this.found.add(code);
  }

  /** The part's own first hits in their order, at most as many as wanted, and none missing that is among the first of all. */
  get hits(): readonly Hit[] {
    return [...this.inBox, ...this.found.list];
  }

  private get mayHaveHits(): boolean {
    const { box } = this.page.query;
    return box === undefined || overlap(box, this.segment.bounds);
  }

  private nearestCodes(
    from: CodeKey | undefined,
    records: number,
    tally: Tally,
  ): NearestCodes {
    return new NearestCodes(
      this.reader,
      this.part,
      this.kernel,
      this.effort,
      this.page.query,
      from,
      records,
      tally,
    );
  }

  private findFiltered(): void {
    const { reader, part, page, kernel, effort, filter, found } = this;
    const { query, after } = page;
    if (query.box) {
      const scan = new BoxScan(reader, part, kernel, effort, page, filter);
      if (scan.isCheap) {
        this.inBox = scan.find();
        return;
      }
    }
    let from = after && keyOf(after);
    for (
      let window = firstWindow;
      ;
      window = Math.min(4 * window, largestWindow)
    ) {
      // What it counts may not pass the filter: it is no bound for other segments, nor for the next window.
      const tally = new Tally(Tally.memory(), window, query.maxDistance);
      const nearest = this.nearestCodes(from, window, tally);
      while (nearest.advance());
      let records = 0;
      for (const code of nearest.codes) {
        if (found.isFull) break;
        found.add(code);
        records += code.records;
        // Directly behind the code, whether or not there is a code of that number.
        from = { ...code, low: code.low + 1 };
      }
      if (found.isFull || records < window) return;
    }
  }
}

/** The places that keep others away from a page. */
export function takenOf({ query, voxelSize, taken }: SearchPage): TakenPlaces {
  const places = new TakenPlaces(query.minSeparation, voxelSize);
  for (const place of taken) places.add(place);
  return places;
}

function keyOf({ distance, signature }: Hit): CodeKey {
  return {
    distance,
    high: Number(signature >> 32n),
    low: Number(signature & 0xffff_ffffn),
  };
}
