import type { Kernel } from "../kernel/kernel.js";
import { CorruptSegmentError } from "../segment/layout.js";
import type { SharedSegment } from "../segment/segment_file.js";
import { Effort } from "./effort.js";
import {
  comparePlaceHits,
  nearestPlace,
  type PlaceHit,
  type PlaceQuery,
} from "./nearest_place.js";
import { compareCodes, type CodeKey } from "./code_list.js";
import type { Part } from "./nearest_codes.js";
import { compareHits, type Hit } from "./query.js";
import { SegmentSearch, type SearchPage } from "./segment_search.js";
import type { SharedTail } from "./tail.js";
import { nearestInTail, searchTail } from "./tail_search.js";
import { Tally } from "./tally.js";

/** What a task searches. */
export interface SearchPart {
  readonly segments: readonly SharedSegment[];
  /** Which part of each segment. */
  readonly part: Part;
  readonly tails: readonly SharedTail[];
  /** A word, other than 0 once nobody waits for the answer. */
  readonly cancelled: SharedArrayBuffer;
}

/** The search for a page of hits in an index. */
export interface PageTask extends SearchPart {
  readonly kind: "page";
  readonly page: SearchPage;
  /** Shared by the tasks of the page: see `Tally`. */
  readonly tally: SharedArrayBuffer;
}

/** The search for the nearest place. */
export interface PlaceTask extends SearchPart {
  readonly kind: "place";
  readonly query: PlaceQuery;
}

/** What a search thread is given. */
export type SearchTask = PageTask | PlaceTask;

/** A segment that is not what was written. */
export interface Corruption {
  readonly segment: string;
  readonly reason: string;
}

/** What a search thread has found. Where a segment is corrupt, the hits count for nothing. */
export interface SearchAnswer {
  readonly hits: readonly Hit[];
  readonly places: readonly PlaceHit[];
  readonly examined: number;
  readonly corruptions: readonly Corruption[];
}

/** What is done with one segment. Where that turns out to be corrupt, it is written down and the others go on. */
type Guard = <T>(segment: SharedSegment, work: () => T) => T | undefined;

/**
 * Performs a task.
 * @throws CancelledError
 */
export function performSearch(task: SearchTask, kernel: Kernel): SearchAnswer {
  const effort = new Effort(task.cancelled);
  const corruptions: Corruption[] = [];
  const guard: Guard = (segment, work) => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof CorruptSegmentError)) throw error;
      corruptions.push({ segment: segment.name, reason: error.reason });
      return undefined;
    }
  };
  const hits =
    task.kind === "page" ? searchPage(task, kernel, effort, guard) : [];
  const places = task.kind === "place" ? searchPlace(task, effort, guard) : [];
  return { hits, places, examined: effort.examined, corruptions };
}

function searchPage(
  { segments, part, tails, page, tally }: PageTask,
  kernel: Kernel,
  effort: Effort,
  guard: Guard,
): readonly Hit[] {
  const { wanted, query } = page;
  const shared = new Tally(tally, wanted, query.maxDistance);
  const searches = segments.flatMap(
    (segment) =>
      guard(
        segment,
        () => new SegmentSearch(segment, part, page, kernel, effort, shared),
      ) ?? [],
  );
  let going = searches;
  while (going.length > 0) {
    going = going.filter((search) =>
      guard(search.segment, () => search.advance()),
    );
  }
  const codes = searches
    .flatMap((search) => search.codes.map((code) => ({ search, code })))
    .sort((a, b) => compareCodes(a.code, b.code));
  let records = 0;
  let last: CodeKey | undefined;
  for (const { search, code } of codes) {
    // The same code in another segment may have places that come first.
    if (records >= wanted && compareCodes(code, last!) !== 0) break;
    guard(search.segment, () => search.add(code));
    records += code.records;
    last = code;
  }
  const hits = [
    ...searches.flatMap((search) => search.hits),
    ...tails.flatMap((tail) => searchTail(tail, page, kernel, effort)),
  ];
  return hits.sort(compareHits).slice(0, wanted);
}

function searchPlace(
  { segments, part, tails, query }: PlaceTask,
  effort: Effort,
  guard: Guard,
): readonly PlaceHit[] {
  const own = segments.filter((_, i) => i % part.of === part.index);
  return [
    ...own.map((segment) =>
      guard(segment, () => nearestPlace(segment, query, effort)),
    ),
    ...tails.map((tail) => nearestInTail(tail, query, effort)),
  ]
    .filter((place) => place !== undefined)
    .sort(comparePlaceHits)
    .slice(0, 1);
}
