import * as v from "valibot";
import {
  newRequestSchema,
  openedRequestSchema,
  publicMergesSchema,
  requestActSchema,
  requestHeadSchema,
  requestListSchema,
} from "../../src/clio/model/merge_request.js";
import { accountOf } from "../identity/identity.js";
import { plainText, wholeNumber } from "../routes/query.js";
import { bulkBody, route, type Route } from "../routes/route.js";
import type { MergeRequests } from "./merge_requests.js";

const versionQuery = v.object({
  /** Of the segmentation; empty where it has none. */
  version: v.optional(plainText("a version"), ""),
  /** The position up to which they are known. */
  after: v.optional(v.pipe(wholeNumber, v.minValue(0, "0 or more")), "0"),
});

/** `/api/merges`, what is merged for everybody, and `/api/merge-requests`, what people ask to be. */
export function mergeRoutes(requests: MergeRequests): Route[] {
  const list = "/api/merge-requests/{dataset}";
  const one = `${list}/{id}`;
  return [
    route({
      method: "GET",
      path: "/api/merges/{dataset}",
      summary: "The merges of a dataset's segments that hold for everybody",
      description:
        "Of the `version` of its segmentation, in the order in which they were applied; each with its author and with who accepted it. An answer has 10,000 at most; `position` of it, sent as `after`, leads on to those that follow, and later to what is new.",
      access: "dataset:read",
      query: versionQuery,
      answer: publicMergesSchema,
      handle: ({ params: { dataset }, query: { version, after } }) =>
        requests.publicMerges({ dataset, version }, after),
    }),
    route({
      method: "GET",
      path: list,
      summary: "The requests to merge segments for everybody that one may see",
      description:
        "One's own, and for whoever may write what belongs to others, all that are no drafts.",
      access: "dataset:read",
      answer: requestListSchema,
      handle: ({ identity, params: { dataset } }) =>
        requests.list(accountOf(identity), dataset),
    }),
    route({
      method: "POST",
      path: list,
      summary: "Makes a request of merges",
      description:
        "The `user` of each merge is whoever asks. The same `id` sent again makes no second one.",
      access: "dataset:own",
      body: newRequestSchema,
      bodyLimit: bulkBody,
      answer: requestHeadSchema,
      handle: ({ identity, params: { dataset }, body }) =>
        requests.make(accountOf(identity), dataset, body),
    }),
    route({
      method: "GET",
      path: one,
      summary: "A request, with what was said of each merge, and its conflicts",
      access: "dataset:read",
      answer: openedRequestSchema,
      handle: ({ identity, params: { dataset, id } }) =>
        requests.open(accountOf(identity), dataset, id),
    }),
    route({
      method: "POST",
      path: one,
      summary: "Does something with a request",
      description:
        "Its author may `submit` it (again), which takes what making one does, and `withdraw` it; who may write what belongs to others, and did not make it, may `decide` on each merge, `request changes`, `approve`, `reject` and `apply`; both may `comment`. `revision` is that of the request that was seen: 409 where it has changed since.",
      access: "dataset:read",
      body: requestActSchema,
      bodyLimit: bulkBody,
      answer: requestHeadSchema,
      handle: ({ identity, params: { dataset, id }, body }) =>
        requests.act(accountOf(identity), dataset, id, body),
    }),
  ];
}
