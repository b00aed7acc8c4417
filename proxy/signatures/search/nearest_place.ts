import { contains, type Triple } from "../record.js";
import { pageRecords, placeBytes, signatureBytes } from "../segment/layout.js";
import type { SharedSegment } from "../segment/segment_file.js";
import { SegmentReader } from "../segment/segment_reader.js";
import type { Effort } from "./effort.js";
import { comparePlaces } from "./query.js";
import { squaredNm } from "./taken_places.js";

/** Where to look for a place that has a signature. */
export interface PlaceQuery {
  readonly place: Triple;
  /** In nm. */
  readonly voxelSize: Triple;
  /** In nm. */
  readonly maxDistance: number;
}

/** A place that has a signature, and the square of how far it is, in nm². */
export interface PlaceHit {
  readonly place: Triple;
  readonly signature: bigint;
  readonly squared: number;
}

/** The order of places by how near they are; then by z, y, x, and by the signature as a number. */
export function comparePlaceHits(a: PlaceHit, b: PlaceHit): number {
  return (
    a.squared - b.squared ||
    comparePlaces(a.place, b.place) ||
    (a.signature < b.signature ? -1 : Number(a.signature > b.signature))
  );
}

/**
 * Finds the nearest place of a segment that has a signature.
 * @returns undefined where none is near enough
 * @throws CancelledError, CorruptSegmentError
 */
export function nearestPlace(
  segment: SharedSegment,
  query: PlaceQuery,
  effort: Effort,
): PlaceHit | undefined {
  const reader = new SegmentReader(segment);
  let best: PlaceHit | undefined;
  for (const { page, squared } of pagesByDistance(reader.pageBounds, query)) {
    if (best !== undefined && squared > best.squared) break;
    const first = page * pageRecords;
    const count = Math.min(pageRecords, reader.count - first);
    effort.add(count);
    const places = new Uint32Array(3 * count);
    reader.read(
      "pagePlaces",
      first * placeBytes,
      new Uint8Array(places.buffer),
    );
    const signatures = new BigUint64Array(count);
    reader.read(
      "pageSignatures",
      first * signatureBytes,
      new Uint8Array(signatures.buffer),
    );
    for (let i = 0; i < count; i++) {
      const hit = placeHit(query, places, signatures, i);
      const [x, y, z] = hit.place;
      if (hit.squared > query.maxDistance ** 2) continue;
      if (segment.hidden.some((box) => contains(box, x, y, z))) continue;
      if (best === undefined || comparePlaceHits(hit, best) < 0) best = hit;
    }
  }
  return best;
}

/** The place of a row, and how far it is. */
export function placeHit(
  { place: from, voxelSize }: PlaceQuery,
  places: Uint32Array<ArrayBufferLike>,
  signatures: BigUint64Array<ArrayBufferLike>,
  i: number,
): PlaceHit {
  const place: Triple = [places[3 * i], places[3 * i + 1], places[3 * i + 2]];
  const squared = squaredNm(place, from, voxelSize);
  return { place, signature: signatures[i], squared };
}

/** The pages that may hold a place near enough, the nearest first, with the square of their distance in nm². */
function pagesByDistance(
  bounds: Uint32Array,
  { place, voxelSize, maxDistance }: PlaceQuery,
): { page: number; squared: number }[] {
  const pages: { page: number; squared: number }[] = [];
  for (let page = 0, i = 0; i < bounds.length; page++, i += 6) {
    const inside = (axis: number) =>
      Math.min(Math.max(place[axis], bounds[i + axis]), bounds[i + 3 + axis]);
    const nearest: Triple = [inside(0), inside(1), inside(2)];
    const squared = squaredNm(nearest, place, voxelSize);
    if (squared <= maxDistance ** 2) pages.push({ page, squared });
  }
  return pages.sort((a, b) => a.squared - b.squared);
}
