import { parse, stringify } from "lossless-json";
import * as v from "valibot";
import { accountOf } from "../identity/identity.js";
import { notFound } from "../problems/problem.js";
import { jsonObject } from "../../src/clio/model/json_object.js";
import { flag } from "../routes/query.js";
import { bulkBody, route, type Route } from "../routes/route.js";
import type {
  MergeDocument,
  MergeDocuments,
  MergeShelf,
} from "../merges/merge_documents.js";
import type { MergeScopes } from "../merges/merge_scopes.js";
import { DOCUMENT_KEYS, isDocumentKey } from "../merges/three_documents.js";
import type { Permissions } from "../permissions/permissions.js";
import type { Account, Storage } from "../storage/storage.js";

const space = "kv";

const timestampQuery = v.object({
  /** Whether the answer says when each was written, as `_timestamp` in seconds since 1970. */
  timestamp: v.optional(flag, "false"),
});

/** What a value is answered as. The original put the time of writing into the value itself, so that is not part of what is kept. */
function answerOf(
  { value, modified }: MergeDocument,
  withTimestamp: boolean,
): unknown {
  const json = parse(value) as Record<string, unknown>;
  return withTimestamp ? { ...json, _timestamp: modified / 1000 } : json;
}

/**
 * `/v2/kv`: a person's own JSON by scope and key, of which the server knows nothing; but for their merges of a dataset, which are in
 * documents of the scope that is named after it.
 */
export function kvRoutes(
  storage: Storage,
  permissions: Permissions,
  scopes: MergeScopes,
  merges: MergeDocuments,
): Route[] {
  const path = "/v2/kv/{scope}/{key}";

  const write = {
    path,
    access: "person",
    body: jsonObject,
    bodyLimit: bulkBody,
    bigNumbers: true,
    answer: v.null(),
  } as const;

  /** Where a person's merges are; undefined where the scope is of something else. */
  async function shelfOf(
    account: Account,
    scope: string,
  ): Promise<MergeShelf | undefined> {
    const of = await scopes.find(account, scope);
    return of && { user: account.user, scope, of };
  }

  /** The same for who is to write there. @throws Problem 403 where the person may only read the dataset */
  async function writtenShelfOf(
    account: Account,
    scope: string,
  ): Promise<MergeShelf | undefined> {
    const shelf = await shelfOf(account, scope);
    if (shelf !== undefined) {
      await permissions.requireInDataset(account, "own", shelf.of.dataset);
    }
    return shelf;
  }

  async function put(
    account: Account,
    scope: string,
    key: string,
    body: Record<string, unknown>,
  ) {
    const { _timestamp, ...value } = body;
    void _timestamp;
    const { user } = account;
    const shelf = isDocumentKey(key)
      ? await writtenShelfOf(account, scope)
      : undefined;
    if (shelf !== undefined && isDocumentKey(key)) {
      await merges.put(shelf, key, value);
      return null;
    }
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
        const account = accountOf(identity);
        const { user } = account;
        const rows = await storage.read.documents({ user, space, scope });
        const found = new Map<string, MergeDocument>(
          rows.map((row) => [row.key, row]),
        );
        const shelf = await shelfOf(account, scope);
        if (shelf !== undefined) {
          for (const key of DOCUMENT_KEYS) found.delete(key);
          for (const [key, each] of await merges.all(shelf)) {
            found.set(key, each);
          }
        }
        return Object.fromEntries(
          [...found].map(([key, each]) => [
            key,
            answerOf(each, query.timestamp),
          ]),
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
        const account = accountOf(identity);
        const { user } = account;
        const at = { user, space, scope, key };
        const shelf = isDocumentKey(key)
          ? await shelfOf(account, scope)
          : undefined;
        const row =
          shelf !== undefined && isDocumentKey(key)
            ? (await merges.all(shelf)).get(key)
            : await storage.read.document(at);
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
        put(accountOf(identity), scope, key, body),
    }),
    route({
      ...write,
      method: "PUT",
      summary: "The same as POST",
      handle: ({ identity, params: { scope, key }, body }) =>
        put(accountOf(identity), scope, key, body),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Deletes one's value of a key",
      access: "person",
      answer: v.null(),
      async handle({ identity, params: { scope, key } }) {
        const account = accountOf(identity);
        const shelf = isDocumentKey(key)
          ? await writtenShelfOf(account, scope)
          : undefined;
        if (shelf !== undefined && isDocumentKey(key)) {
          await merges.remove(shelf, key);
          return null;
        }
        const { user } = account;
        const at = { user, space, scope, key };
        await storage.write((writer) => writer.removeDocument(at));
        return null;
      },
    }),
  ];
}
