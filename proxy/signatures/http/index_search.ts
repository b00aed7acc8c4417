/** A search in one index, from what was asked to what is answered. */
import { Problem } from "../../problems/problem.js";
import type { Triple } from "../record.js";
import type { PlaceHit } from "../search/nearest_place.js";
import type { Example, SearchQuery } from "../search/query.js";
import type { SearchEngine, SearchReport } from "../search/search_engine.js";
import type { Asker } from "../search/segment_set.js";
import type { RequestExample, SearchRequest } from "./requests.js";

/** How far from a place its signature may lie, in voxels along x: the original's bound. */
const reach = 100;

/** What a request is about, as signatures. */
export type Resolved = Pick<SearchQuery, "examples" | "excludedExamples">;

/** A search of our own. */
export async function searchIndex(
  index: SearchEngine,
  request: SearchRequest,
  asker: Asker,
) {
  const { limit, offset, maxDistance, minSeparation, box, excludedBoxes } =
    request;
  const resolved = await resolve(index, request, asker);
  const result = await index.search(
    {
      ...resolved,
      maxDistance,
      minSeparation,
      ...(box && { box }),
      excludedBoxes,
      offset,
      limit,
    },
    asker,
  );
  return {
    index: index.id,
    hits: result.hits.map(({ place, signature, distance }) => ({
      point: place,
      signature: signatureText(signature),
      distance,
    })),
    examples: resolved.examples.map(exampleAnswer),
    ...completeness(result),
    examined: result.examined,
    milliseconds: Math.round(result.took * 1000) / 1000,
    ...(result.cost && { cost: result.cost }),
  };
}

/**
 * The signatures of what a request gives, and the places where those that are given by a place really lie.
 * @throws Problem 404 where one has no signature
 */
export async function resolve(
  index: SearchEngine,
  request: Pick<SearchRequest, "examples" | "excluded">,
  asker: Asker,
): Promise<Resolved> {
  const signaturesOf = (examples: readonly RequestExample[]) =>
    Promise.all(
      examples.map(async (example): Promise<Example> =>
        "signature" in example
          ? example
          : signatureAt(index, example.point, asker),
      ),
    );
  const examples = await signaturesOf(request.examples);
  const excluded = await signaturesOf(request.excluded);
  return {
    examples,
    excludedExamples: excluded.map(({ signature }) => signature),
  };
}

/** @throws Problem 404 where no place near enough has a signature */
export async function signatureAt(
  index: SearchEngine,
  point: Triple,
  asker: Asker,
): Promise<PlaceHit> {
  const distance = reach * index.description.voxelSize[0];
  const { hit } = await index.at(point, distance, asker);
  if (hit !== undefined) return hit;
  throw new Problem(
    404,
    "no-signature",
    `No place within ${distance} nm of ${point.join(", ")} has a signature.`,
  );
}

export function exampleAnswer({ place, signature }: Example) {
  return {
    ...(place && { point: place }),
    signature: signatureText(signature),
  };
}

/** Whether all segments were searched, and which were not. */
export function completeness({
  quarantined,
}: Pick<SearchReport, "quarantined">) {
  return { complete: quarantined.length === 0, quarantined };
}

/** As the original writes them: signed. */
export function signatureText(signature: bigint): string {
  return BigInt.asIntN(64, signature).toString();
}
