import { datasetIdPattern } from "../../../src/clio/model/dataset.js";
import { Problem, notFound } from "../../problems/problem.js";
import { IndexBusyError } from "../index/folder_lock.js";
import { IndexPlanError, IndexWriteError } from "../index/index_writer.js";
import type { EngineShelf, SearchEngine } from "../search/search_engine.js";
import type { Asker } from "../search/segment_set.js";
import { searchAcross } from "./across_search.js";
import {
  completeness,
  searchIndex,
  signatureAt,
  signatureText,
} from "./index_search.js";
import type {
  AcrossRequest,
  AddRequest,
  AtQuery,
  BatchRequest,
  LikeQuery,
  SearchRequest,
} from "./requests.js";
import { noIndex, problemOf } from "./search_problems.js";

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
      searchIndex(index, request, own),
    );
  }

  /**
   * The same in a dataset and in all others whose signatures are of the same encoder.
   * @param others those that may be searched: whoever asks may read them
   */
  across(
    dataset: string,
    others: readonly string[],
    request: AcrossRequest,
    asker: Asker,
  ) {
    const { shelf, limits } = this;
    const named = others.filter((id) => datasetIdPattern.test(id));
    return this.answer(dataset, asker, (index, own) =>
      searchAcross(dataset, index, named, request, own, shelf, (error, id) =>
        problemOf(error, id, limits.seconds),
      ),
    );
  }

  /** Several searches, all in the same version of the index; each has its result or its own problem. */
  batch(dataset: string, { searches }: BatchRequest, asker: Asker) {
    return this.answer(dataset, asker, async (index, own) => ({
      index: index.id,
      results: await Promise.all(
        searches.map((each) =>
          searchIndex(index, each, own).catch((error: unknown) => {
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
