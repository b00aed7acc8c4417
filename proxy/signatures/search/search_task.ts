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
import { compareHits, type Hit } from "./query.js";
import { searchSegment, type SearchPage } from "./segment_search.js";
import type { SharedTail } from "./tail.js";
import { nearestInTail, searchTail } from "./tail_search.js";
import { Tally } from "./tally.js";

/** What a task searches. */
export interface SearchPart {
  readonly segments: readonly SharedSegment[];
  readonly tails: readonly SharedTail[];
  /** A word, other than 0 once nobody waits for the answer. */
  readonly cancelled: SharedArrayBuffer;
}

/** The search for a page of hits in some of the segments of an index. */
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

/**
 * Performs a task.
 * @throws CancelledError
 */
export function performSearch(task: SearchTask, kernel: Kernel): SearchAnswer {
  const effort = new Effort(task.cancelled);
  const corruptions: Corruption[] = [];
  const hits: Hit[] = [];
  const places: PlaceHit[] = [];
  for (const segment of task.segments) {
    try {
      if (task.kind === "page") {
        hits.push(...searchPage(segment, task, kernel, effort));
      } else {
        const place = nearestPlace(segment, task.query, effort);
        if (place !== undefined) places.push(place);
      }
    } catch (error) {
      if (!(error instanceof CorruptSegmentError)) throw error;
      corruptions.push({ segment: segment.name, reason: error.reason });
    }
  }
  for (const tail of task.tails) {
    if (task.kind === "page") {
      hits.push(...searchTail(tail, task.page, kernel, effort));
    } else {
      const place = nearestInTail(tail, task.query, effort);
      if (place !== undefined) places.push(place);
    }
  }
  hits.sort(compareHits);
  if (task.kind === "page") hits.splice(task.page.wanted);
  places.sort(comparePlaceHits).splice(1);
  return { hits, places, examined: effort.examined, corruptions };
}

function searchPage(
  segment: SharedSegment,
  { page, tally }: PageTask,
  kernel: Kernel,
  effort: Effort,
): readonly Hit[] {
  const { wanted, query } = page;
  const shared = new Tally(tally, wanted, query.maxDistance);
  return searchSegment(segment, page, kernel, effort, shared);
}
