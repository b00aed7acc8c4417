import type { Request } from "express";
import * as v from "valibot";
import {
  cellsAnswerSchema,
  cellsRequestSchema,
  connectionsAnswerSchema,
  connectionsRequestSchema,
  findAnswerSchema,
  findRequestSchema,
  neuprintInfoSchema,
  regionsAnswerSchema,
  synapsesAnswerSchema,
  synapsesRequestSchema,
  TOKEN_HEADER,
} from "../../src/clio/model/neuprint.js";
import { badRequest, Problem } from "../problems/problem.js";
import { route, type Call, type Route } from "../routes/route.js";
import type { NeuprintService, OwnToken } from "./neuprint_service.js";

const path = "/api/neuprint/{dataset}";
const access = "dataset:read";

const withToken = `The header \`${TOKEN_HEADER}\` may hold a neuPrint token of one's own, which is passed on and not kept.`;

const cypherRequest = v.object({
  cypher: v.pipe(
    v.string("a query in Cypher"),
    v.nonEmpty("a query in Cypher"),
    v.maxLength(100_000, "at most 100000 characters"),
  ),
  /** Old scripts name it here too. What counts is the dataset of the path. */
  dataset: v.optional(v.unknown()),
});

/** What a token can be: nothing that would end the header in which it is passed on. */
const tokenPattern = /^[\x21-\x7e]{1,8192}$/;

function ownTokenOf(request: Request): OwnToken {
  const token = request.get(TOKEN_HEADER);
  if (token === undefined || token === "") return undefined;
  if (tokenPattern.test(token)) return token;
  throw badRequest(
    `${TOKEN_HEADER}: expected a token of neuPrint, without spaces.`,
    "neuprint-bad-token",
  );
}

/**
 * `/api/neuprint/{dataset}/…`: who is connected to whom, by named questions about that dataset alone, and the original's
 * `/v2/neuprint/{dataset}` where the configuration allows it. Whoever may read a dataset may ask.
 */
export function neuprintRoutes(
  services: ReadonlyMap<string, NeuprintService>,
): Route[] {
  const serviceOf = ({ params: { dataset } }: Call<unknown, unknown>) => {
    const service = services.get(dataset);
    if (service !== undefined) return service;
    throw new Problem(
      404,
      "no-neuprint",
      `No neuPrint is configured for dataset ${JSON.stringify(dataset)}.`,
    );
  };
  return [
    route({
      method: "GET",
      path,
      summary: "Which neuPrint a dataset has",
      description: "`null` where it has none.",
      access,
      answer: v.nullable(neuprintInfoSchema),
      handle: ({ params: { dataset } }) =>
        Promise.resolve(services.get(dataset)?.info ?? null),
    }),
    route({
      method: "GET",
      path: `${path}/regions`,
      summary: "The regions of a dataset that do not overlap",
      description: withToken,
      access,
      answer: regionsAnswerSchema,
      handle: (call) => serviceOf(call).regions(ownTokenOf(call.request)),
    }),
    route({
      method: "POST",
      path: `${path}/cells`,
      summary: "What neuPrint knows of bodies",
      description: `Bodies that it does not know are left out. ${withToken}`,
      access,
      body: cellsRequestSchema,
      answer: cellsAnswerSchema,
      handle: (call) =>
        serviceOf(call).cells(call.body.ids, ownTokenOf(call.request)),
    }),
    route({
      method: "POST",
      path: `${path}/find`,
      summary: "Cells by a part of their type or name, or by their id",
      description: withToken,
      access,
      body: findRequestSchema,
      answer: findAnswerSchema,
      handle: (call) =>
        serviceOf(call).find(call.body.text, ownTokenOf(call.request)),
    }),
    route({
      method: "POST",
      path: `${path}/connections`,
      summary: "All inputs or all outputs of bodies",
      description: `The strongest first. ${withToken}`,
      access,
      body: connectionsRequestSchema,
      answer: connectionsAnswerSchema,
      handle: (call) => {
        const { ids, side } = call.body;
        const token = ownTokenOf(call.request);
        return serviceOf(call).connections(ids, side, token);
      },
    }),
    route({
      method: "POST",
      path: `${path}/synapses`,
      summary: "Where bodies are connected to others",
      description: withToken,
      access,
      body: synapsesRequestSchema,
      answer: synapsesAnswerSchema,
      handle: (call) => {
        const { ids, partners, side } = call.body;
        const token = ownTokenOf(call.request);
        return serviceOf(call).synapses(ids, partners, side, token);
      },
    }),
    route({
      method: "POST",
      path: "/v2/neuprint/{dataset}",
      summary: "A query of one's own, where the configuration allows it",
      description: `As the original had it. The dataset is that of the path, and nothing can be changed. ${withToken}`,
      access,
      body: cypherRequest,
      answer: v.object({
        columns: v.array(v.string()),
        data: v.array(v.array(v.unknown())),
      }),
      handle: (call) =>
        serviceOf(call).cypher(call.body.cypher, ownTokenOf(call.request)),
    }),
  ];
}
