/** A search in all datasets whose signatures are of one encoder, and can therefore be compared. */
import { Problem } from "../../problems/problem.js";
import type { Triple } from "../record.js";
import { compareHits, type Hit } from "../search/query.js";
import type {
  EngineShelf,
  SearchEngine,
  SearchResult,
} from "../search/search_engine.js";
import type { Asker } from "../search/segment_set.js";
import {
  completeness,
  exampleAnswer,
  resolve,
  type Resolved,
  signatureText,
} from "./index_search.js";
import type { AcrossRequest } from "./requests.js";

/** So many datasets are searched at once: each holds its index open meanwhile. */
const atOnce = 4;

/** What one dataset has found. */
interface Part {
  readonly dataset: string;
  readonly index: string;
  readonly voxelSize: Triple;
  readonly result: SearchResult;
}

/** A dataset that could not be searched, and why. */
interface Failure {
  readonly dataset: string;
  readonly problem: unknown;
}

/**
 * Searches in a dataset and in those of others whose signatures are of the same encoder. The order is that of one search, and where
 * two datasets have the same signature at the same place, first the dataset itself, then by id.
 * @param index of the dataset that the examples are of
 * @param others ids of datasets, each of which whoever asks may read
 * @param problemOf the problem that an error in a dataset is
 * @throws what the search of the dataset itself throws; what goes wrong in another one is in the answer
 */
export async function searchAcross(
  dataset: string,
  index: SearchEngine,
  others: readonly string[],
  request: AcrossRequest,
  asker: Asker,
  shelf: EngineShelf,
  problemOf: (error: unknown, dataset: string) => unknown,
) {
  const begun = performance.now();
  const { hash } = index.description.encoder;
  const resolved = await resolve(index, request, asker);
  const parts = [await searchPart(dataset, index, resolved, request, asker)];
  // A place of an example lies in the dataset itself, and keeps nothing away in another.
  const signatures = {
    ...resolved,
    examples: resolved.examples.map(({ signature }) => ({ signature })),
  };
  const failures: Failure[] = [];
  const rest = [...new Set(others)].filter((id) => id !== dataset);
  const searchRest = async () => {
    for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
      const other = id;
      try {
        if ((await shelf.encoder(other)) !== hash) continue;
        const found = await shelf.use(other, async (engine) =>
          // It may have been replaced since.
          engine.description.encoder.hash === hash
            ? [await searchPart(other, engine, signatures, request, asker)]
            : [],
        );
        parts.push(...(found ?? []));
      } catch (error) {
        const problem = problemOf(error, other);
        if (!(problem instanceof Problem)) throw problem;
        failures.push({ dataset: other, problem: problem.body() });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, searchRest));
  const isBefore = (a: string, b: string) =>
    a !== b && (a === dataset || (b !== dataset && a < b));
  const order = (a: string, b: string) =>
    isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0;
  const byDataset = (a: { dataset: string }, b: { dataset: string }) =>
    order(a.dataset, b.dataset);
  const datasets = parts
    .sort(byDataset)
    .map(({ dataset: id, index: indexId, voxelSize, result }) => ({
      dataset: id,
      index: indexId,
      voxelSize,
      examined: result.examined,
      ...completeness(result),
      ...(result.cost && { cost: result.cost }),
    }));
  return {
    encoder: hash,
    hits: firstOf(parts, request, order).map(
      ({ dataset: id, place, signature, distance }) => ({
        dataset: id,
        point: place,
        signature: signatureText(signature),
        distance,
      }),
    ),
    examples: resolved.examples.map(exampleAnswer),
    datasets,
    failed: failures.sort(byDataset),
    complete:
      failures.length === 0 && datasets.every(({ complete }) => complete),
    examined: datasets.reduce((sum, { examined }) => sum + examined, 0),
    milliseconds: Math.round((performance.now() - begun) * 1000) / 1000,
  };
}

/** All that a dataset has of the first places of the common order. */
async function searchPart(
  dataset: string,
  index: SearchEngine,
  resolved: Resolved,
  { maxDistance, minSeparation, offset, limit }: AcrossRequest,
  asker: Asker,
): Promise<Part> {
  const query = {
    ...resolved,
    maxDistance,
    minSeparation,
    excludedBoxes: [],
    offset: 0,
    limit: offset + limit,
  };
  const result = await index.search(query, asker);
  const { voxelSize } = index.description;
  return { dataset, index: index.id, voxelSize, result };
}

/** The places of all datasets that were asked for, in their common order. */
function firstOf(
  parts: readonly Part[],
  { offset, limit }: AcrossRequest,
  order: (a: string, b: string) => number,
): (Hit & { dataset: string })[] {
  return parts
    .flatMap(({ dataset, result }) =>
      result.hits.map((hit) => ({ ...hit, dataset })),
    )
    .sort((a, b) => compareHits(a, b) || order(a.dataset, b.dataset))
    .slice(offset, offset + limit);
}
