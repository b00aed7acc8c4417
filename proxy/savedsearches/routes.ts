import { parse, stringify } from "lossless-json";
import * as v from "valibot";
import { accountOf } from "../identity/identity.js";
import { wholeNumber } from "../routes/query.js";
import { route, type Route } from "../routes/route.js";
import type { DocumentRow, Storage } from "../storage/storage.js";

const space = "savedsearches";

const placeQuery = v.object({ x: wholeNumber, y: wholeNumber, z: wholeNumber });
type Place = v.InferOutput<typeof placeQuery>;

const noteSchema = v.looseObject({
  note: v.optional(v.nullable(v.string("text"))),
});

/** A saved search: the place whose likes were searched, and what was noted. */
const searchSchema = v.looseObject({
  /** In seconds since 1970. */
  timestamp: v.number(),
  dataset: v.string(),
  location: v.array(v.number()),
  locationkey: v.string(),
  email: v.string(),
  id: v.string(),
  note: v.optional(v.nullable(v.string())),
});

function keyOf({ x, y, z }: Place): string {
  return `${x}_${y}_${z}`;
}

function answerOf({ user, scope, key, value, modified }: DocumentRow) {
  return {
    ...(parse(value) as Record<string, unknown>),
    timestamp: modified / 1000,
    dataset: scope,
    location: key.split("_").map(Number),
    locationkey: key,
    email: user,
    id: `${scope}/${key}`,
  };
}

/** `/v2/savedsearches`: a person's own, one for each place of a dataset. */
export function savedSearchRoutes(storage: Storage): Route[] {
  const path = "/v2/savedsearches/{dataset}";

  const write = {
    path,
    access: "dataset:read",
    query: placeQuery,
    body: noteSchema,
    bigNumbers: true,
    answer: v.null(),
  } as const;

  async function put(
    user: string,
    scope: string,
    place: Place,
    body: v.InferOutput<typeof noteSchema>,
  ) {
    const row: DocumentRow = {
      user,
      space,
      scope,
      key: keyOf(place),
      value: stringify(body)!,
      modified: Date.now(),
    };
    await storage.write((writer) => writer.putDocument(row));
    return null;
  }

  return [
    route({
      method: "GET",
      path,
      summary: "One's saved searches, by place",
      access: "dataset:read",
      answer: v.record(v.string(), searchSchema),
      async handle({ identity, params: { dataset: scope } }) {
        const { user } = accountOf(identity);
        const rows = await storage.read.documents({ user, space, scope });
        return Object.fromEntries(rows.map((row) => [row.key, answerOf(row)]));
      },
    }),
    route({
      ...write,
      method: "POST",
      summary:
        "Saves a search, in the place of an earlier one at the same place",
      handle: ({ identity, params: { dataset }, query, body }) =>
        put(accountOf(identity).user, dataset, query, body),
    }),
    route({
      ...write,
      method: "PUT",
      summary: "The same as POST",
      handle: ({ identity, params: { dataset }, query, body }) =>
        put(accountOf(identity).user, dataset, query, body),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Deletes a saved search",
      access: "dataset:read",
      query: placeQuery,
      answer: v.null(),
      async handle({ identity, params: { dataset: scope }, query }) {
        const { user } = accountOf(identity);
        const at = { user, space, scope, key: keyOf(query) };
        await storage.write((writer) => writer.removeDocument(at));
        return null;
      },
    }),
  ];
}
