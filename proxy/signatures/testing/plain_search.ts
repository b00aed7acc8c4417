/** The search without any index: what the engine is held to. */
import { contains, type Box } from "../record.js";
import { compareHits, type Hit, type SearchQuery } from "../search/query.js";
import { squaredNm } from "../search/taken_places.js";
import { bitsApart, plan, type PlainRecord } from "./records.js";

/** A record, and the boxes in which it is hidden. */
export interface HideableRecord extends PlainRecord {
  readonly hidden?: readonly Box[];
}

/** All hits of a query, in their order, before its offset and limit. */
export function plainHits(
  records: readonly HideableRecord[],
  query: SearchQuery,
): Hit[] {
  const { examples, excludedExamples, excludedBoxes, box } = query;
  const hits = records
    .filter(({ place: [x, y, z], hidden = [] }) => {
      const isInside = (each: Box) => contains(each, x, y, z);
      return (
        (box === undefined || isInside(box)) &&
        ![...excludedBoxes, ...hidden].some(isInside)
      );
    })
    .map(({ place, signature }) => ({
      place,
      signature,
      distance: nearest(
        signature,
        examples.map((example) => example.signature),
      ),
    }))
    .filter(
      ({ signature, distance }) =>
        distance <= query.maxDistance &&
        distance <= nearest(signature, excludedExamples),
    )
    .sort(compareHits);
  if (query.minSeparation === 0) return hits;
  const taken = examples.flatMap(({ place }) => (place ? [place] : []));
  return hits.filter(({ place }) => {
    const isFree = taken.every(
      (other) =>
        squaredNm(place, other, plan.voxelSize) >= query.minSeparation ** 2,
    );
    if (isFree) taken.push(place);
    return isFree;
  });
}

function nearest(signature: bigint, others: readonly bigint[]): number {
  return Math.min(...others.map((other) => bitsApart(signature, other)));
}
