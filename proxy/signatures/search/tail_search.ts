import type { Kernel } from "../kernel/kernel.js";
import type { Box } from "../record.js";
import { placeBytes, signatureBytes } from "../segment/layout.js";
import type { Effort } from "./effort.js";
import {
  comparePlaceHits,
  placeHit,
  type PlaceHit,
  type PlaceQuery,
} from "./nearest_place.js";
import { PlaceFilter } from "./place_filter.js";
import type { Hit } from "./query.js";
import { Scan, scannedAtOnce } from "./scan.js";
import { takenOf, type SearchPage } from "./segment_search.js";
import type { SharedTail } from "./tail.js";

const everywhere: Box = {
  min: [0, 0, 0],
  max: [2 ** 32, 2 ** 32, 2 ** 32],
};

/**
 * Finds the hits of a page in a tail, which is so small that all of it is looked at.
 * @throws CancelledError
 */
export function searchTail(
  { positions, signatures, count }: SharedTail,
  page: SearchPage,
  kernel: Kernel,
  effort: Effort,
): readonly Hit[] {
  const filter = new PlaceFilter(page.query, everywhere, [], takenOf(page));
  const scan = new Scan(kernel, effort, page, filter);
  for (let first = 0; first < count; first += scannedAtOnce) {
    const length = Math.min(scannedAtOnce, count - first);
    scan
      .room(length)
      .set(
        new Uint8Array(
          signatures,
          first * signatureBytes,
          length * signatureBytes,
        ),
      );
    scan.look(length, () =>
      new Uint32Array(positions, first * placeBytes, 3 * length).slice(),
    );
  }
  return scan.hits;
}

/**
 * Finds the nearest place of a tail.
 * @returns undefined where none is near enough
 * @throws CancelledError
 */
export function nearestInTail(
  tail: SharedTail,
  query: PlaceQuery,
  effort: Effort,
): PlaceHit | undefined {
  effort.add(tail.count);
  const positions = new Uint32Array(tail.positions);
  const signatures = new BigUint64Array(tail.signatures);
  let best: PlaceHit | undefined;
  for (let i = 0; i < tail.count; i++) {
    const hit = placeHit(query, positions, signatures, i);
    if (hit.squared > query.maxDistance ** 2) continue;
    if (best === undefined || comparePlaceHits(hit, best) < 0) best = hit;
  }
  return best;
}
