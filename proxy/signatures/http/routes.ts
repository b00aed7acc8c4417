import type { Response } from "express";
import { bulkBody, route, type Call, type Route } from "../../routes/route.js";
import type { Account } from "../../storage/storage.js";
import type { Asker } from "../search/segment_set.js";
import {
  AcrossAnswerSchema,
  AddAnswerSchema,
  AtAnswerSchema,
  BatchAnswerSchema,
  InfoAnswerSchema,
  LikeAnswerSchema,
  SearchAnswerSchema,
} from "./answers.js";
import {
  AcrossSchema,
  AddSchema,
  AtQuerySchema,
  BatchSchema,
  LikeQuerySchema,
  SearchSchema,
} from "./requests.js";
import type { SearchService } from "./search_service.js";

/** Under which all who are not signed in share what one user may have under way. */
const nobodysName = "";

/** The ids of the datasets that somebody may read; `undefined` is somebody who is not signed in. */
export type ReadableDatasets = (
  account: Account | undefined,
) => Promise<readonly string[]>;

/** Who asks; the search ends when the client goes away. */
function askerOf({ identity, response }: Call<unknown, unknown>): Asker {
  return {
    user: identity.account?.user ?? nobodysName,
    signal: goneSignal(response),
  };
}

function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  return gone.signal;
}

/**
 * `/v2/signatures/…`: the original's `atlocation` and `likelocation`, and our own `info`, `search`, `across`, `batch` and `records`, each with the
 * dataset behind it. Whoever may read a dataset may search in it; whoever administers it
 * may add to it.
 */
export function signatureRoutes(
  service: SearchService,
  readable: ReadableDatasets,
): Route[] {
  return [
    route({
      method: "GET",
      path: "/v2/signatures/info/{dataset}",
      summary: "What the signature index of a dataset holds",
      access: "dataset:read",
      answer: InfoAnswerSchema,
      handle: (call) => service.info(call.params.dataset, askerOf(call)),
    }),
    route({
      method: "GET",
      path: "/v2/signatures/atlocation/{dataset}",
      summary: "The signature nearest to a place",
      access: "dataset:read",
      query: AtQuerySchema,
      answer: AtAnswerSchema,
      handle: (call) =>
        service.at(call.params.dataset, call.query, askerOf(call)),
    }),
    route({
      method: "GET",
      path: "/v2/signatures/likelocation/{dataset}",
      summary: "The places whose signatures are like that of a place",
      access: "dataset:read",
      query: LikeQuerySchema,
      answer: LikeAnswerSchema,
      handle: (call) =>
        service.like(call.params.dataset, call.query, askerOf(call)),
    }),
    route({
      method: "POST",
      path: "/v2/signatures/search/{dataset}",
      summary: "A search by examples, with all its options",
      access: "dataset:read",
      body: SearchSchema,
      answer: SearchAnswerSchema,
      handle: (call) =>
        service.search(call.params.dataset, call.body, askerOf(call)),
    }),
    route({
      method: "POST",
      path: "/v2/signatures/across/{dataset}",
      summary: "The same in all datasets that share its encoder",
      description:
        "Examples are of the dataset of the path. Of the others, those are searched that whoever asks may read and whose signatures are of the same encoder; one that cannot be searched is named with the reason.",
      access: "dataset:read",
      body: AcrossSchema,
      answer: AcrossAnswerSchema,
      handle: async (call) =>
        service.across(
          call.params.dataset,
          await readable(call.identity.account),
          call.body,
          askerOf(call),
        ),
    }),
    route({
      method: "POST",
      path: "/v2/signatures/batch/{dataset}",
      summary: "Several searches in one version of the index",
      description: "Each search has its result, or its own problem.",
      access: "dataset:read",
      body: BatchSchema,
      answer: BatchAnswerSchema,
      handle: (call) =>
        service.batch(call.params.dataset, call.body, askerOf(call)),
    }),
    route({
      method: "POST",
      path: "/v2/signatures/records/{dataset}",
      summary: "Adds signatures to the index of a dataset",
      description:
        "Searches find them at once; within seconds they are a segment of the index on the disk.",
      access: "dataset:administer",
      body: AddSchema,
      bodyLimit: bulkBody,
      answer: AddAnswerSchema,
      handle: (call) => service.add(call.params.dataset, call.body),
    }),
  ];
}
