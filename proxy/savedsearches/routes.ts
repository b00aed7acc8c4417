import { parse, stringify } from "lossless-json";
import * as v from "valibot";
import { accountOf } from "../identity/identity.js";
import { Problem } from "../problems/problem.js";
import { wholeNumber } from "../routes/query.js";
import { bulkBody, route, type Route } from "../routes/route.js";
import type {
  DocumentKey,
  DocumentRow,
  Storage,
  Writer,
} from "../storage/storage.js";

const space = "savedsearches";

const placeQuery = v.object({
  x: wholeNumber,
  y: wholeNumber,
  z: wholeNumber,
  /** Tells apart several searches at one place. */
  id: v.optional(v.pipe(v.string("a UUID"), v.uuid("a UUID"))),
  /** The timestamp in milliseconds of the version that this one follows, 0 for none: refused where another is there. */
  base: v.optional(wholeNumber),
  /** Whose it is: refused where somebody else is signed in by now. */
  email: v.optional(v.string("an e-mail address")),
});
type PlaceQuery = v.InferOutput<typeof placeQuery>;

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

/** What a write answers: the time of what was written, in seconds, where it has an id of its own; else nothing, as the original does. */
const writtenSchema = v.nullable(v.object({ timestamp: v.number() }));

function keyOf({ x, y, z, id }: PlaceQuery): string {
  const place = `${x}_${y}_${z}`;
  return id === undefined ? place : `${place}_${id.toLowerCase()}`;
}

function answerOf({ user, scope, key, value, modified }: DocumentRow) {
  return {
    ...(parse(value) as Record<string, unknown>),
    timestamp: modified / 1000,
    dataset: scope,
    location: placeOf(key).map(Number),
    locationkey: placeOf(key).join("_"),
    email: user,
    id: `${scope}/${key}`,
  };
}

function placeOf(key: string): string[] {
  return key.split("_").slice(0, 3);
}

/**
 * What is there before it is written over, or deleted.
 * @throws Problem 409 where that is not what whoever asks knows of, or is not theirs
 */
async function expected(
  writer: Writer,
  at: DocumentKey,
  { base, email }: PlaceQuery,
): Promise<DocumentRow | undefined> {
  if (email !== undefined && email !== at.user) {
    throw new Problem(
      409,
      "other-person",
      `The search is of ${email}, and ${at.user} is signed in.`,
    );
  }
  const before = await writer.document(at);
  const modified = before?.modified ?? 0;
  if (base !== undefined && base !== modified) {
    throw new Problem(
      409,
      "changed-meanwhile",
      `base is ${base}, and the search was changed at ${modified}.`,
    );
  }
  return before;
}

/** `/v2/savedsearches`: a person's own, one for each place of a dataset, and those beside it that have an id. */
export function savedSearchRoutes(storage: Storage): Route[] {
  const path = "/v2/savedsearches/{dataset}";

  const write = {
    path,
    access: "dataset:read",
    query: placeQuery,
    body: noteSchema,
    // What was said of many places is long.
    bodyLimit: bulkBody,
    bigNumbers: true,
    answer: writtenSchema,
  } as const;

  async function put(
    user: string,
    scope: string,
    query: PlaceQuery,
    body: v.InferOutput<typeof noteSchema>,
  ) {
    const at = { user, space, scope, key: keyOf(query) };
    const value = stringify(body)!;
    const modified = await storage.write(async (writer) => {
      const before = await expected(writer, at, query);
      // Two versions within a millisecond are still two.
      const time = Math.max(Date.now(), (before?.modified ?? 0) + 1);
      await writer.putDocument({ ...at, value, modified: time });
      return time;
    });
    return query.id === undefined ? null : { timestamp: modified / 1000 };
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
        await storage.write(async (writer) => {
          await expected(writer, at, query);
          await writer.removeDocument(at);
        });
        return null;
      },
    }),
  ];
}
