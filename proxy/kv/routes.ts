import { parse, stringify } from "lossless-json";
import * as v from "valibot";
import { accountOf } from "../identity/identity.js";
import { notFound } from "../problems/problem.js";
import { jsonObject } from "../../src/clio/model/json_object.js";
import { flag } from "../routes/query.js";
import { bulkBody, route, type Route } from "../routes/route.js";
import type { DocumentRow, Storage } from "../storage/storage.js";

const space = "kv";

const timestampQuery = v.object({
  /** Whether the answer says when each was written, as `_timestamp` in seconds since 1970. */
  timestamp: v.optional(flag, "false"),
});

/** What a value is answered as. The original put the time of writing into the value itself, so that is not part of what is kept. */
function answerOf(
  { value, modified }: DocumentRow,
  withTimestamp: boolean,
): unknown {
  const json = parse(value) as Record<string, unknown>;
  return withTimestamp ? { ...json, _timestamp: modified / 1000 } : json;
}

/** `/v2/kv`: a person's own JSON by scope and key, of which the server knows nothing. */
export function kvRoutes(storage: Storage): Route[] {
  const path = "/v2/kv/{scope}/{key}";

  const write = {
    path,
    access: "person",
    body: jsonObject,
    bodyLimit: bulkBody,
    bigNumbers: true,
    answer: v.null(),
  } as const;

  async function put(
    user: string,
    scope: string,
    key: string,
    body: Record<string, unknown>,
  ) {
    const { _timestamp, ...value } = body;
    void _timestamp;
    const modified = Date.now();
    const text = stringify(value)!;
    await storage.write((writer) =>
      writer.putDocument({ user, space, scope, key, value: text, modified }),
    );
    return null;
  }

  return [
    route({
      method: "GET",
      path: "/v2/kv/{scope}",
      summary: "All one's values of a scope, by key",
      access: "person",
      query: timestampQuery,
      answer: v.record(v.string(), jsonObject),
      async handle({ identity, params: { scope }, query }) {
        const { user } = accountOf(identity);
        const rows = await storage.read.documents({ user, space, scope });
        return Object.fromEntries(
          rows.map((row) => [row.key, answerOf(row, query.timestamp)]),
        );
      },
    }),
    route({
      method: "GET",
      path,
      summary: "One's value of a key",
      access: "person",
      query: timestampQuery,
      answer: jsonObject,
      async handle({ identity, params: { scope, key }, query }) {
        const { user } = accountOf(identity);
        const at = { user, space, scope, key };
        const row = await storage.read.document(at);
        if (row === undefined) {
          throw notFound(
            `There is no value of key ${JSON.stringify(key)} in scope ${JSON.stringify(scope)}.`,
          );
        }
        return answerOf(row, query.timestamp);
      },
    }),
    route({
      ...write,
      method: "POST",
      summary: "Writes one's value of a key",
      handle: ({ identity, params: { scope, key }, body }) =>
        put(accountOf(identity).user, scope, key, body),
    }),
    route({
      ...write,
      method: "PUT",
      summary: "The same as POST",
      handle: ({ identity, params: { scope, key }, body }) =>
        put(accountOf(identity).user, scope, key, body),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Deletes one's value of a key",
      access: "person",
      answer: v.null(),
      async handle({ identity, params: { scope, key } }) {
        const { user } = accountOf(identity);
        const at = { user, space, scope, key };
        await storage.write((writer) => writer.removeDocument(at));
        return null;
      },
    }),
  ];
}
