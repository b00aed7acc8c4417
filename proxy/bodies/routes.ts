import { createHash, randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import * as v from "valibot";
import {
  bodyField,
  shownFields,
  type Show,
} from "../../src/clio/model/body.js";
import {
  bodiesInfoSchema,
  bodiesWrittenSchema,
  bodyEditsRequestSchema,
  bodyIdsRequestSchema,
  bodyIdsSchema,
  bodyNewsSchema,
  bodyPageRequestSchema,
  bodyPageSchema,
  MOST_BODIES_SHOWN,
} from "../../src/clio/model/body_wire.js";
import { stringifyLossless } from "../../src/clio/model/lossless.js";
import { accountOf } from "../identity/identity.js";
import type { DatasetSource, Permissions } from "../permissions/permissions.js";
import { notFound } from "../problems/problem.js";
import { JsonText } from "../routes/json_text.js";
import { wholeNumber } from "../routes/query.js";
import { bulkBody, route, type Route } from "../routes/route.js";
import type { Bodies } from "./bodies.js";
import type { ChangedBody } from "./body_store.js";
import { problems } from "./problems.js";

const path = "/api/bodies/{dataset}";

const whatAQueryIs =
  "`query` is as `/v2/json-annotations` takes it; the key `bodyid` takes decimal texts too.";

/** For the API's description, which cannot say that a form is chosen by what was sent. */
const queryForm = v.union([v.looseObject({}), v.array(v.looseObject({}))]);

const newsQuery = v.object({
  since: wholeNumber,
  limit: v.pipe(
    v.optional(wholeNumber, "1000"),
    v.minValue(1, `a whole number from 1 to ${MOST_BODIES_SHOWN}`),
    v.maxValue(
      MOST_BODIES_SHOWN,
      `a whole number from 1 to ${MOST_BODIES_SHOWN}`,
    ),
  ),
});

/** Tells answers of this process from those of one before, whose storage may have been put back to an earlier state. */
const life = randomUUID();

/** Whether who asks has the answer already, which is then told by 304. */
function isKnown(
  parts: unknown,
  request: Request,
  response: Response,
): boolean {
  const hash = createHash("sha256").update(JSON.stringify([life, parts]));
  response.set("ETag", `W/"${hash.digest("base64url")}"`);
  if (!request.fresh) return false;
  response.status(304).end();
  return true;
}

function rowOf(
  { body, revision, fields }: ChangedBody,
  show: Show,
  wanted?: readonly string[],
) {
  const shown = fields && shownFields(fields, show);
  return {
    body: String(body),
    revision,
    fields:
      shown === undefined
        ? null
        : wanted === undefined
          ? shown
          : Object.fromEntries(
              wanted
                .flatMap((name) => [name, `${name}_user`, `${name}_time`])
                .map((name) => [name, bodyField(shown, name)] as const)
                .filter(([, value]) => value !== undefined),
            ),
  };
}

/** An answer with bodies. Each by itself: few have a number that takes the long way to a text. */
function rowsText(answer: object, rows: readonly object[]): JsonText {
  const head = JSON.stringify(answer).slice(0, -1);
  return new JsonText(
    `${head},"bodies":[${rows.map(stringifyLossless).join(",")}]}`,
  );
}

/** `/api/bodies/{dataset}`: what is known of the bodies of a dataset, for the viewer. */
export function bodyRoutes(
  bodies: Bodies,
  permissions: Permissions,
  datasets: DatasetSource,
): Route[] {
  return [
    route({
      method: "GET",
      path,
      summary: "Where what is known of the bodies of a dataset is kept",
      description:
        "An answer has an `ETag`: who sends it back as `If-None-Match` is told by 304 that nothing has changed.",
      access: "dataset:read",
      answer: bodiesInfoSchema,
      async handle({ identity, params: { dataset: id }, request, response }) {
        const found = await datasets.find(id);
        if (found === undefined)
          throw notFound(`There is no dataset ${JSON.stringify(id)}.`);
        const may = (access: "others" | "administer") =>
          permissions.mayInDataset(
            identity.account,
            access,
            found.home,
            found.dataset,
          );
        const { store } = await bodies.of(id);
        const { head } = await store.versions();
        const info = {
          store: store.kind,
          version: head.tag === "" ? head.uuid : head.tag,
          revision: await store.revision(),
          hasNews: store.kind === "own",
          count: (await store.count()) ?? null,
          mayWrite: may("others"),
          mayDelete: may("administer"),
        };
        return isKnown(info, request, response) ? undefined : info;
      },
    }),
    route({
      method: "POST",
      path: `${path}/query`,
      summary: "A page of the bodies that a query finds",
      description: `${whatAQueryIs} By their ids, or in the order of a field, in which what has none comes last.`,
      access: "dataset:read",
      body: bodyPageRequestSchema,
      bodyForms: v.object({
        ...bodyPageRequestSchema.entries,
        query: queryForm,
      }),
      bodyLimit: bulkBody,
      bigNumbers: true,
      answer: bodyPageSchema,
      async handle({ params: { dataset }, body }) {
        const { query, order, show, fields, offset, limit } = body;
        const of = await bodies.of(dataset);
        const head = await of.version("");
        const { revision, found } = await of.search(head, query, order);
        const page = found.slice(offset, offset + limit);
        const rows = page.map((each) => rowOf(each, show, fields));
        return rowsText({ revision, total: found.length }, rows);
      },
    }),
    route({
      method: "POST",
      path: `${path}/ids`,
      summary: "The ids of all bodies that a query finds",
      description: whatAQueryIs,
      access: "dataset:read",
      body: bodyIdsRequestSchema,
      bodyForms: v.object({
        ...bodyIdsRequestSchema.entries,
        query: queryForm,
      }),
      bodyLimit: bulkBody,
      bigNumbers: true,
      answer: bodyIdsSchema,
      async handle({ params: { dataset }, body: { query, order } }) {
        const of = await bodies.of(dataset);
        const head = await of.version("");
        const { revision, found } = await of.search(head, query, order);
        const ids = found.map(({ body }) => String(body));
        return JsonText.of({ revision, ids });
      },
    }),
    route({
      method: "POST",
      path: `${path}/edits`,
      summary: "Writes fields of bodies, where they are as they were seen",
      description:
        "`set` is what is written, and null takes a field away; `base` is what was seen there. Where a field is by now neither, the answer is 409 with the `conflicts`, and nothing is written.",
      access: "dataset:others",
      body: bodyEditsRequestSchema,
      bodyLimit: bulkBody,
      bigNumbers: true,
      answer: bodiesWrittenSchema,
      async handle({ identity, params: { dataset }, body: { edits } }) {
        const of = await bodies.of(dataset);
        const { user } = accountOf(identity);
        const written = await of.edit(user, edits);
        return {
          revision: await of.store.revision(),
          bodies: written.map((each) => rowOf(each, "all")),
        };
      },
    }),
    route({
      method: "GET",
      path: `${path}/changes`,
      summary: "What was written of the bodies of a dataset since a revision",
      description:
        "Each body that was written to, as it is now; the `fields` of one that was deleted are null. Has an `ETag`, as above.",
      access: "dataset:read",
      query: newsQuery,
      answer: bodyNewsSchema,
      async handle({ params, query: { since, limit }, request, response }) {
        const { store } = await bodies.of(params.dataset);
        const revision = await store.revision();
        if (isKnown([since, limit, revision], request, response))
          return undefined;
        const news = await store.news(since, limit);
        if (news === undefined) throw problems.noNews();
        return news;
      },
    }),
  ];
}
