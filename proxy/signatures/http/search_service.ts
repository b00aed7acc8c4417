import { datasetIdPattern } from "../../../src/clio/model/dataset.js";
import { Problem, notFound } from "../../problems/problem.js";
import {
  BigQueryError,
  type BigQueryCode,
} from "../bigquery/bigquery_error.js";
import { IndexBusyError } from "../index/folder_lock.js";
import { IndexPlanError, IndexWriteError } from "../index/index_writer.js";
import { CorruptIndexError } from "../index/sealed_file.js";
import type { Triple } from "../record.js";
import { CancelledError } from "../search/effort.js";
import type { PlaceHit } from "../search/nearest_place.js";
import type { Example } from "../search/query.js";
import type {
  EngineShelf,
  SearchEngine,
  SearchReport,
} from "../search/search_engine.js";
import type { Asker } from "../search/segment_set.js";
import type {
  AddRequest,
  AtQuery,
  BatchRequest,
  LikeQuery,
  RequestExample,
  SearchRequest,
} from "./requests.js";

/** How far from a place its signature may lie, in voxels along x: the original's bound. */
const reach = 100;

/** What all searches may take. */
export interface SearchLimits {
  /** How long one may take, in seconds. */
  readonly seconds: number;
  /** How many one user may have under way. */
  readonly searchesPerUser: number;
}

/** Answers the requests of the signature search, whichever way they come. */
export class SearchService {
  /** How many searches each user has under way. */
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly shelf: EngineShelf,
    private readonly limits: SearchLimits,
  ) {}

  /** What the index of a dataset holds. */
  info(dataset: string, asker: Asker) {
    return this.answer(dataset, asker, (index) => {
      const { encoder, voxelSize, stride } = index.description;
      const { name, hash, patch } = encoder;
      return Promise.resolve({
        index: index.id,
        count: index.count,
        encoder: { name, hash, patch },
        voxelSize,
        stride,
        ...completeness(index),
      });
    });
  }

  /** The original's `atlocation`. */
  at(dataset: string, { x, y, z }: AtQuery, asker: Asker) {
    return this.answer(dataset, asker, async (index, own) => {
      const { place, signature } = await signatureAt(index, [x, y, z], own);
      return { point: place, signature: signatureText(signature) };
    });
  }

  /** The original's `likelocation`. */
  like(dataset: string, query: LikeQuery, asker: Asker) {
    const { x, y, z, k, max_ham: maxHamming, min_sep: separation } = query;
    return this.answer(dataset, asker, async (index, own) => {
      const { place, signature } = await signatureAt(index, [x, y, z], own);
      const { hits, quarantined } = await index.search(
        {
          examples: [{ place, signature }],
          excludedExamples: [],
          maxDistance: maxHamming - 1,
          minSeparation: separation * index.description.voxelSize[0],
          excludedBoxes: [],
          offset: 0,
          limit: k,
        },
        own,
      );
      const matches = hits.map((hit) => ({
        point: hit.place,
        dist: hit.distance,
        score: 1 - hit.distance / maxHamming,
      }));
      return {
        matches,
        ...(matches.length === 0 && { message: "no matches" }),
        ...(quarantined.length > 0 && { complete: false }),
      };
    });
  }

  /** A search of our own. */
  search(dataset: string, request: SearchRequest, asker: Asker) {
    return this.answer(dataset, asker, (index, own) =>
      search(index, request, own),
    );
  }

  /** Several searches, all in the same version of the index; each has its result or its own problem. */
  batch(dataset: string, { searches }: BatchRequest, asker: Asker) {
    return this.answer(dataset, asker, async (index, own) => ({
      index: index.id,
      results: await Promise.all(
        searches.map((each) =>
          search(index, each, own).catch((error: unknown) => {
            if (error instanceof Problem) return { problem: error.body() };
            throw error;
          }),
        ),
      ),
    }));
  }

  /** Adds records to the index of a dataset. */
  async add(dataset: string, { encoder, records }: AddRequest) {
    checkName(dataset);
    const added = {
      positions: Uint32Array.from(records.flatMap(({ point }) => point)),
      signatures: BigUint64Array.from(records, ({ signature }) => signature),
    };
    const inMemory = await this.shelf
      .add(dataset, added, encoder)
      .catch((error: unknown) => {
        throw addProblem(error);
      });
    if (inMemory === undefined) throw noIndex(dataset);
    return { added: records.length, inMemory };
  }

  /** Works with an index within the limits. */
  private async answer<T>(
    dataset: string,
    asker: Asker,
    work: (index: SearchEngine, asker: Asker) => Promise<T>,
  ): Promise<T> {
    checkName(dataset);
    const { user, signal } = asker;
    const { seconds, searchesPerUser } = this.limits;
    const before = this.underWay.get(user) ?? 0;
    if (before >= searchesPerUser) {
      throw new Problem(
        429,
        "too-many-searches",
        `${before} searches are under way, which is the most at once. Wait for one to end.`,
        { "Retry-After": "1" },
      );
    }
    this.underWay.set(user, before + 1);
    const late = AbortSignal.timeout(1000 * seconds);
    const ending = AbortSignal.any(signal ? [signal, late] : [late]);
    try {
      const result = await this.shelf.use(dataset, (index) =>
        work(index, { user, signal: ending }),
      );
      if (result !== undefined) return result;
    } catch (error) {
      throw problemOf(error, dataset, seconds);
    } finally {
      const now = this.underWay.get(user)! - 1;
      if (now === 0) this.underWay.delete(user);
      else this.underWay.set(user, now);
    }
    throw noIndex(dataset);
  }
}

/** @throws Problem 404 where it is no id of a dataset: it becomes the name of a folder */
function checkName(dataset: string): void {
  if (!datasetIdPattern.test(dataset)) {
    throw notFound(`There is no dataset ${JSON.stringify(dataset)}.`);
  }
}

function noIndex(dataset: string): Problem {
  return new Problem(
    404,
    "no-index",
    `${JSON.stringify(dataset)} has no signature index. npm run signatures makes one.`,
  );
}

function addProblem(error: unknown): unknown {
  if (error instanceof IndexPlanError) {
    return new Problem(409, "wrong-records", error.message);
  }
  if (error instanceof IndexBusyError) {
    return new Problem(
      503,
      "index-busy",
      "The index is being built anew, and there is no more room for what is added meanwhile. Try again later.",
      {},
      { cause: error },
    );
  }
  if (error instanceof IndexWriteError) {
    return new Problem(
      503,
      "index-not-written",
      "The disk refuses what is added. The server's log says why.",
      {},
      { cause: error },
    );
  }
  return error;
}

async function search(
  index: SearchEngine,
  request: SearchRequest,
  asker: Asker,
) {
  const examples = await resolve(index, request.examples, asker);
  const excluded = await resolve(index, request.excluded, asker);
  const { limit, offset, maxDistance, minSeparation, box, excludedBoxes } =
    request;
  const result = await index.search(
    {
      examples,
      excludedExamples: excluded.map(({ signature }) => signature),
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
    examples: examples.map(({ place, signature }) => ({
      ...(place && { point: place }),
      signature: signatureText(signature),
    })),
    ...completeness(result),
    examined: result.examined,
    milliseconds: Math.round(result.took * 1000) / 1000,
    ...(result.cost && { cost: result.cost }),
  };
}

/** The signatures of examples, and the places where those that are given by a place really lie. */
function resolve(
  index: SearchEngine,
  examples: readonly RequestExample[],
  asker: Asker,
): Promise<Example[]> {
  return Promise.all(
    examples.map(async (example) =>
      "signature" in example
        ? example
        : signatureAt(index, example.point, asker),
    ),
  );
}

/** @throws Problem 404 where no place near enough has a signature */
async function signatureAt(
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

/** Whether all segments were searched, and which were not. */
function completeness({ quarantined }: Pick<SearchReport, "quarantined">) {
  return { complete: quarantined.length === 0, quarantined };
}

/** As the original writes them: signed. */
function signatureText(signature: bigint): string {
  return BigInt.asIntN(64, signature).toString();
}

function problemOf(error: unknown, dataset: string, seconds: number): unknown {
  if (error instanceof CancelledError) {
    return new Problem(
      503,
      "search-timeout",
      `The search took longer than ${seconds} s. A smaller maxDistance or limit makes it faster.`,
    );
  }
  if (error instanceof CorruptIndexError) {
    return new Problem(
      503,
      "index-corrupt",
      `The signature index of ${JSON.stringify(dataset)} is corrupt. The server's log names the file.`,
    );
  }
  if (error instanceof BigQueryError) {
    const [status, detail] = bigQueryProblems[error.code];
    // What BigQuery said names projects and tables: it is for the log alone.
    return new Problem(status, error.code, detail, {}, { cause: error });
  }
  return error;
}

const bigQueryProblems: Readonly<Record<BigQueryCode, [number, string]>> = {
  "bigquery-quota": [
    503,
    "What BigQuery allows is spent for now. Try again later, or ask whoever runs this server.",
  ],
  "bigquery-too-large": [
    422,
    "The search would read more than one may. A smaller maxDistance or limit, or fewer examples, make it cheaper.",
  ],
  "bigquery-stopped": [
    503,
    "The search was stopped from outside, in BigQuery. Try again.",
  ],
  "bigquery-table-missing": [
    503,
    "A table of the signatures is missing in BigQuery. The server's log names it.",
  ],
  "bigquery-denied": [
    503,
    "BigQuery does not let this server in. The server's log says why.",
  ],
  "bigquery-unreachable": [503, "BigQuery cannot be reached. Try again later."],
  "bigquery-failed": [
    503,
    "BigQuery has failed at the search. The server's log says why.",
  ],
};
