import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import { isMark } from "../../src/clio/model/record.js";
import { groupsOf } from "../accounts/groups.js";
import { accountOf, type Identity } from "../identity/identity.js";
import type { Permissions } from "../permissions/permissions.js";
import { isAdmin } from "../permissions/roles.js";
import { badRequest, forbidden } from "../problems/problem.js";
import type { Apply, Records } from "../records/records.js";
import { bulkBody, route, type Route } from "../routes/route.js";
import { commaList, flag, plainText } from "../routes/query.js";
import type { RecordRow, Shelf, Storage, Writer } from "../storage/storage.js";
import {
  itemFrom,
  itemOutSchema,
  itemSchema,
  mergedItem,
  recordFrom,
  type Item,
} from "./item.js";
import { keyOf, parseKey, placeOf } from "./keys.js";
import { ShelfTexts } from "./shelf_texts.js";

const mostItems = 100_000;

const listSchema = v.pipe(
  v.array(itemSchema),
  v.maxLength(mostItems, `at most ${mostItems} annotations`),
);

// Chosen by what was sent and not by trying each in turn, so that a mistake inside names its own key.
const bodySchema = v.lazy((input) =>
  Array.isArray(input) ? listSchema : itemSchema,
);

const readQuery = v.object({
  /** Names of groups, with commas between. */
  groups: commaList,
  user: v.optional(v.string(), ""),
});

const writeQuery = v.object({
  move_key: v.optional(v.string(), ""),
  replace: v.optional(flag, "true"),
  /** Names of fields, with commas between. */
  conditional: commaList,
});

const deleteQuery = v.object({
  user_email: v.optional(plainText("an e-mail address"), ""),
});

const keyAnswer = v.union([
  v.object({ key: v.string() }),
  v.object({ keys: v.array(v.string()) }),
]);

/** How the items of one request are to be written. */
interface How {
  moveKey: string;
  replace: boolean;
  conditional: ReadonlySet<string>;
}

/** `/v2/annotations`: the original's interface to the records that the viewer has. */
export function annotationRoutes(
  storage: Storage,
  records: Records,
  permissions: Permissions,
): Route[] {
  const texts = new ShelfTexts(storage);

  /** Whose annotations a request is about. @throws Problem 403 where they are somebody else's and may not be */
  async function ownerOf(identity: Identity, dataset: string, named: string) {
    const account = accountOf(identity);
    const user = named === "" ? account.user : named.toLowerCase();
    if (user !== account.user) {
      await permissions.requireInDataset(account, "others", dataset);
    }
    return user;
  }

  const write = {
    path: "/v2/annotations/{dataset}",
    access: "dataset:own",
    query: writeQuery,
    body: bodySchema,
    bodyForms: v.union([itemSchema, listSchema]),
    bodyLimit: bulkBody,
    bigNumbers: true,
    answer: keyAnswer,
  } as const;

  async function writeItems(
    identity: Identity,
    dataset: string,
    query: v.InferOutput<typeof writeQuery>,
    body: Item | Item[],
  ) {
    const how: How = {
      moveKey: query.move_key,
      replace: query.replace,
      conditional: new Set(query.conditional),
    };
    if (how.replace && how.conditional.size > 0) {
      throw badRequest(
        "conditional is given, expected replace=false with it: who replaces a whole annotation cannot leave fields as they are.",
        "bad-query",
      );
    }
    const items = Array.isArray(body) ? body : [body];
    if (how.moveKey !== "") {
      if (Array.isArray(body)) {
        throw badRequest(
          "move_key is given, expected one annotation with it and not a list.",
          "bad-query",
        );
      }
      requireKey(how.moveKey);
    }
    const owned = [];
    for (const item of items) {
      const user = await ownerOf(identity, dataset, item.user ?? "");
      owned.push({ item, user });
    }
    const keys = await writeOwned(records, dataset, owned, how);
    return Array.isArray(body) ? { keys } : { key: keys[0] };
  }

  return [
    route({
      method: "GET",
      path: "/v2/annotations/{dataset}",
      summary: "A person's annotations, and those of groups",
      description:
        "Without parameters one's own. An answer has an `ETag`: who sends it back as `If-None-Match` is told by 304 that nothing has changed. `groups` adds those of the members of groups that one is in; `user` asks for another person's, which takes an administrator.",
      access: "dataset:read",
      query: readQuery,
      answer: v.array(itemOutSchema),
      async handle({
        identity,
        params: { dataset },
        query,
        request,
        response,
      }) {
        const account = accountOf(identity);
        const user =
          query.user === "" ? account.user : query.user.toLowerCase();
        if (user !== account.user && !isAdmin(account)) {
          throw forbidden(
            `The annotations of ${user} can be read by an administrator, or by who is in a group with them.`,
          );
        }
        const groups = groupsOf(account, query.groups);
        const members = await storage.read.members(groups);
        const shelves = [...new Set([user, ...members])].map((member) => ({
          user: member,
          dataset,
        }));
        response.set("ETag", await tagOf(storage, shelves));
        if (request.fresh) {
          response.status(304).end();
          return undefined;
        }
        const insides = await Promise.all(
          shelves.map((shelf) => texts.of(shelf)),
        );
        response.type("application/json").send(listOf(insides));
        return undefined;
      },
    }),
    route({
      ...write,
      method: "POST",
      summary: "Writes one annotation or a list of them",
      description:
        "An annotation takes the place of the one with the same key; with `replace=false` it is laid over that, and `conditional` names fields that are only written where there is nothing. `move_key` moves the annotation that has that key. All of a list is written, or nothing of it.",
      handle: ({ identity, params, query, body }) =>
        writeItems(identity, params.dataset, query, body),
    }),
    route({
      ...write,
      method: "PUT",
      summary: "The same as POST",
      handle: ({ identity, params, query, body }) =>
        writeItems(identity, params.dataset, query, body),
    }),
    route({
      method: "DELETE",
      path: "/v2/annotations/{dataset}/{key}",
      summary: "Deletes an annotation",
      description:
        "`user_email` names whose, where it is not one's own. What is not there is deleted already.",
      access: "dataset:own",
      query: deleteQuery,
      answer: v.null(),
      async handle({ identity, params: { dataset, key }, query }) {
        requireKey(key);
        const user = await ownerOf(identity, dataset, query.user_email);
        await records.write(async (apply, writer) => {
          const row = await rowAt(writer, { user, dataset }, key);
          if (row === undefined) return;
          const { id, revision } = row;
          await apply(user, {
            ...scriptChange(dataset, "Delete annotation"),
            edits: [{ op: "delete", id, base: revision }],
          });
        });
        return null;
      },
    }),
  ];
}

/** A change that a script makes. */
function scriptChange(dataset: string, label: string) {
  return { id: randomUUID(), dataset, at: Date.now(), label };
}

function requireKey(key: string): void {
  if (parseKey(key) === undefined) {
    throw badRequest(
      `The key is ${JSON.stringify(key)}, expected one such as Pt1_2_3, Ln1_2_3_4_5_6 or Sp1_2_3_4_5_6.`,
      "bad-key",
    );
  }
}

/** Tells answers of this process from those of one before, whose storage may have been put back to an earlier state. */
const life = randomUUID();

/** What is the same for as long as nothing of the shelves has changed. */
async function tagOf(
  { read }: Storage,
  shelves: readonly Shelf[],
): Promise<string> {
  const parts: unknown[] = [life];
  for (const shelf of shelves) {
    parts.push(shelf.user, shelf.dataset, await read.shelfRevision(shelf));
  }
  const hash = createHash("sha256").update(JSON.stringify(parts));
  return `W/"${hash.digest("base64url")}"`;
}

/** The JSON of one list out of the insides of several. */
function listOf(insides: readonly Buffer[]): Buffer {
  const comma = Buffer.from(",");
  const parts = insides
    .filter(({ length }) => length > 0)
    .flatMap((inside, i) => (i === 0 ? [inside] : [comma, inside]));
  return Buffer.concat([Buffer.from("["), ...parts, Buffer.from("]")]);
}

/** The record that has a key. */
async function rowAt(
  writer: Writer,
  shelf: Shelf,
  key: string,
): Promise<RecordRow | undefined> {
  const { place, id } = parseKey(key)!;
  const rows = await writer.recordsAt(shelf, place);
  return id === undefined ? rows[0] : rows.find((row) => row.id === id);
}

/** Writes items in one transaction, and gives their keys in the order of the items. */
function writeOwned(
  records: Records,
  dataset: string,
  owned: readonly { item: Item; user: string }[],
  how: How,
): Promise<string[]> {
  return records.write(async (apply, writer) => {
    const keys: string[] = [];
    for (const { item, user } of owned) {
      keys.push(await writeItem(writer, apply, { user, dataset }, item, how));
    }
    return keys;
  });
}

async function writeItem(
  writer: Writer,
  apply: Apply,
  shelf: Shelf,
  item: Item,
  { moveKey, replace, conditional }: How,
): Promise<string> {
  const now = Date.now();
  const fresh = { id: randomUUID(), user: shelf.user, now };
  const place = placeOf(recordFrom(item, undefined, fresh).record)!;
  const moved =
    moveKey === "" ? undefined : await rowAt(writer, shelf, moveKey);
  const before = moved ?? (await rowAt(writer, shelf, place));
  const old =
    before && itemFrom(before.record!, before.extra, before.place ?? "");
  const wanted =
    replace || old === undefined ? item : mergedItem(old, item, conditional);
  const known = before?.record;
  const mark = known !== undefined && isMark(known) ? known : undefined;
  const { record, extra } = recordFrom(wanted, mark, fresh);
  const base = before?.revision ?? 0;
  await apply(shelf.user, {
    ...scriptChange(shelf.dataset, "Write annotation"),
    edits: [{ op: "put", record, base, extra }],
  });
  const [oldest] = await writer.recordsAt(shelf, place);
  return keyOf(place, record.id, oldest.id);
}
