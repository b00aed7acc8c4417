import type { Kernel } from "../kernel/kernel.js";
import { overlap, type Triple } from "../record.js";
import type { SharedSegment } from "../segment/segment_file.js";
import { SegmentReader } from "../segment/segment_reader.js";
import { BoxScan } from "./box_scan.js";
import type { CodeKey } from "./code_list.js";
import type { Effort } from "./effort.js";
import { NearestCodes } from "./nearest_codes.js";
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
 * Finds the hits of a page in one segment.
 * @param shared the tally of all the segments of the page that are searched without a filter
 * @returns the segment's own first hits, at most as many as wanted, and none missing that is among the first of all segments
 * @throws CancelledError, CorruptSegmentError
 */
export function searchSegment(
  segment: SharedSegment,
  page: SearchPage,
  kernel: Kernel,
  effort: Effort,
  shared: Tally,
): readonly Hit[] {
  const { query, after, wanted } = page;
  if (query.box && !overlap(query.box, segment.bounds)) return [];
  const filter = filterOf(segment, page);
  const reader = new SegmentReader(segment);
  if (query.box) {
    const scan = new BoxScan(reader, kernel, effort, page, filter);
    if (scan.isCheap) return scan.find();
  }

  const hits = new SegmentHits(reader, filter, after, wanted);
  const nearest = (from: CodeKey | undefined, records: number, tally: Tally) =>
    new NearestCodes(
      reader,
      kernel,
      effort,
      query,
      from,
      records,
      tally,
    ).find();
  if (filter.isOpen && after === undefined) {
    for (const code of nearest(undefined, wanted, shared)) hits.add(code);
    return hits.list;
  }

  let from = after && keyOf(after);
  for (
    let window = firstWindow;
    ;
    window = Math.min(4 * window, largestWindow)
  ) {
    // What it counts may not pass the filter: it is no bound for other segments, nor for the next window.
    const tally = new Tally(Tally.memory(), window, query.maxDistance);
    const codes = nearest(from, window, tally);
    let records = 0;
    for (const code of codes) {
      if (hits.isFull) break;
      hits.add(code);
      records += code.records;
      // Directly behind the code, whether or not there is a code of that number.
      from = { ...code, low: code.low + 1 };
    }
    if (hits.isFull || records < window) return hits.list;
  }
}

function filterOf({ bounds, hidden }: SharedSegment, page: SearchPage) {
  return new PlaceFilter(page.query, bounds, hidden, takenOf(page));
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
