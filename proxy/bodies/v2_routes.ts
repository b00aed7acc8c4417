import * as v from "valibot";
import {
  bodyField,
  isStamp,
  sameValue,
  type BodyFields,
  type Show,
} from "../../src/clio/model/body.js";
import { onlyWhereEmpty, replacing } from "../../src/clio/model/body_edit.js";
import { bodyQuerySchema } from "../../src/clio/model/body_query.js";
import { userSchema } from "../accounts/routes.js";
import { accountOf, type Identity } from "../identity/identity.js";
import { isAdmin } from "../permissions/roles.js";
import { badRequest, forbidden, notFound } from "../problems/problem.js";
import { commaList, flag, plainText, wholeNumber } from "../routes/query.js";
import { bulkBody, route, type Call, type Route } from "../routes/route.js";
import type { Storage } from "../storage/storage.js";
import { bodyIdSchema, type Bodies, type BodyWish } from "./bodies.js";
import type { BodyVersion } from "./body_store.js";
import { problems } from "./problems.js";
import {
  idsText,
  itemForm,
  itemListSchema,
  itemSchema,
  listText,
  type WrittenBody,
} from "./v2_item.js";

const base = "/v2/json-annotations/{dataset}/neurons";

/** The most ids in one address. */
const MOST_IDS = 2000;

/** The most characters of ids that the audit list repeats. */
const LONGEST_DETAIL = 500;

const version = v.optional(plainText("a version"), "");
const show = v.pipe(
  v.optional(v.picklist(["", "user", "time", "all"], "user, time or all"), ""),
  v.transform((text): Show => (text === "" ? "none" : text)),
);

const writeQuery = v.object({
  replace: v.optional(flag, "false"),
  /** Names of fields, with commas between. */
  conditional: commaList,
  version,
  /** In whose name an administrator writes. */
  designated_user: v.optional(v.string(), ""),
});
type WriteQuery = v.InferOutput<typeof writeQuery>;

const list = v.array(itemForm);

function idsOf(text: string): bigint[] {
  const parts = text.split(",");
  if (parts.length > MOST_IDS) {
    throw badRequest(
      `id has ${parts.length} ids, expected at most ${MOST_IDS}.`,
      "bad-url",
    );
  }
  return parts.map((part) => {
    const id = v.safeParse(bodyIdSchema, part);
    if (id.success) return id.output;
    throw badRequest(
      `id is ${JSON.stringify(part.slice(0, 80))}, expected ${id.issues[0].message}.`,
      "bad-url",
    );
  });
}

/** `/v2/json-annotations`: what is known of bodies, as the original's scripts read and write it. */
export function bodyV2Routes(bodies: Bodies, storage: Storage): Route[] {
  async function write(
    identity: Identity,
    dataset: string,
    query: WriteQuery,
    body: WrittenBody | WrittenBody[],
  ): Promise<null> {
    const { replace } = query;
    const conditional = new Set(query.conditional);
    if (replace && conditional.size > 0) {
      throw badRequest(
        "conditional is given, expected replace=false with it: who replaces a whole record cannot leave fields as they are.",
        "bad-query",
      );
    }
    const account = accountOf(identity);
    const mayDesignate = isAdmin(account);
    const author = authorOf(account.user, mayDesignate, query.designated_user);
    const of = await bodies.of(dataset);
    await requireHead(of, query.version);
    const isList = Array.isArray(body);
    const wishes = (isList ? body : [body]).map((item, index): BodyWish => ({
      body: item.body,
      key: isList ? String(index) : "(the whole)",
      patch(before) {
        if (!mayDesignate) refuseStamps(item, before);
        const patch = replace ? replacing(before, item.patch) : item.patch;
        return onlyWhereEmpty(before, patch, conditional);
      },
    }));
    await of.write(author, wishes);
    if (author !== account.user) {
      const ids = wishes.map((wish) => String(wish.body)).join(", ");
      await audit(
        account.user,
        "bodies-written",
        dataset,
        `as ${author}: ${ids}`,
      );
    }
    return null;
  }

  async function audit(
    actor: string,
    action: string,
    subject: string,
    detail: string,
  ) {
    const short =
      detail.length > LONGEST_DETAIL
        ? `${detail.slice(0, LONGEST_DETAIL)}…`
        : detail;
    const row = { at: Date.now(), actor, action, subject, detail: short };
    await storage.write((writer) => writer.addAudit(row));
  }

  const writing = {
    path: base,
    access: "dataset:others",
    query: writeQuery,
    // Chosen by what was sent and not by trying each in turn, so that a mistake inside names its own key.
    body: v.lazy((input) =>
      Array.isArray(input) ? itemListSchema : itemSchema,
    ),
    bodyForms: v.union([itemForm, list]),
    bodyLimit: bulkBody,
    bigNumbers: true,
    answer: v.null(),
    handle: ({
      identity,
      params,
      query,
      body,
    }: Call<WriteQuery, WrittenBody | WrittenBody[]>) =>
      write(identity, params.dataset, query, body),
  } as const;

  const one = `${base}/id-number/{id}`;
  return [
    route({
      method: "GET",
      path: one,
      summary: "What is known of bodies",
      description: `\`id\` is one id or several with commas between, ${MOST_IDS} at most; those of which nothing is known are left out. \`show\` (user, time, all) adds who wrote each field, and when. \`version\` is a tag or a uuid.`,
      access: "dataset:read",
      query: v.object({ version, show }),
      answer: list,
      async handle({ params: { dataset, id }, query }) {
        const ids = idsOf(id);
        const of = await bodies.of(dataset);
        const at = await of.version(query.version);
        return listText(await of.store.some(at, ids), query.show);
      },
    }),
    route({
      method: "DELETE",
      path: one,
      summary: "Deletes all that is known of a body",
      description: "What is not there is deleted already.",
      access: "dataset:administer",
      answer: v.null(),
      async handle({ identity, params: { dataset, id } }) {
        const [body, ...more] = idsOf(id);
        if (more.length > 0)
          throw badRequest(
            `id is ${JSON.stringify(id.slice(0, 80))}, expected one id.`,
            "bad-url",
          );
        const { user } = accountOf(identity);
        const { store } = await bodies.of(dataset);
        if (await store.remove(user, body))
          await audit(user, "body-deleted", dataset, String(body));
        return null;
      },
    }),
    route({
      method: "POST",
      path: `${base}/query`,
      summary: "The bodies that are as a query says",
      description:
        "An object finds what all of its fields say; a list of objects, what any of them finds. A list as the value of a field is any of its items; `re/…` a regular expression (RE2) that is found anywhere in the text; `exists/1` and `exists/0` say whether there is such a field. `onlyid=true` gives the ids alone.",
      access: "dataset:read",
      query: v.object({ version, show, onlyid: v.optional(flag, "false") }),
      body: bodyQuerySchema,
      bodyForms: v.union([v.looseObject({}), v.array(v.looseObject({}))]),
      bodyLimit: bulkBody,
      bigNumbers: true,
      answer: v.union([list, v.array(v.number())]),
      async handle({ params: { dataset }, query, body }) {
        const of = await bodies.of(dataset);
        const at = await of.version(query.version);
        const { found } = await of.search(at, body);
        return query.onlyid ? idsText(found) : listText(found, query.show);
      },
    }),
    route({
      ...writing,
      method: "POST",
      summary: "Writes one body or a list of them",
      description:
        "Each has its `bodyid`. Fields that are named are written, and null takes one away; with `replace=true` those that are not named go too. `conditional` names fields that are only written where there is nothing. All of a list is written, or nothing of it. `designated_user` is for administrators.",
    }),
    route({ ...writing, method: "PUT", summary: "The same as POST" }),
    route({
      method: "GET",
      path: `${base}/all`,
      summary: "All bodies of which anything is known, by their ids",
      description: "`size` of them after the id `cursor`.",
      access: "dataset:read",
      query: v.object({
        show,
        cursor: v.optional(bodyIdSchema),
        size: v.optional(
          v.pipe(wholeNumber, v.minValue(1, "a whole number, 1 or more")),
          "1000000",
        ),
      }),
      answer: list,
      async handle({
        params: { dataset },
        query: { show, cursor = 0n, size },
      }) {
        const of = await bodies.of(dataset);
        const { found } = await of.search(await of.version(""), {});
        const page = found.filter(({ body }) => body > cursor).slice(0, size);
        return listText(page, show);
      },
    }),
    route({
      method: "GET",
      path: `${base}/fields`,
      summary: "The names of all fields that any body has",
      access: "dataset:read",
      answer: v.array(v.string()),
      handle: async ({ params: { dataset } }) =>
        (await bodies.of(dataset)).store.fieldNames(),
    }),
    route({
      method: "GET",
      path: `${base}/versions`,
      summary: "The versions of what is known of bodies: uuid by tag",
      access: "dataset:read",
      answer: v.record(v.string(), v.string()),
      handle: async ({ params: { dataset } }) => {
        const tagged = (await versionsOf(dataset)).filter(
          ({ tag }) => tag !== "",
        );
        return Object.fromEntries(tagged.map(({ tag, uuid }) => [tag, uuid]));
      },
    }),
    route({
      method: "GET",
      path: `${base}/head_tag`,
      summary: "The tag of the version that is written",
      access: "dataset:read",
      answer: v.string(),
      handle: ({ params: { dataset } }) => headOf(dataset, "tag"),
    }),
    route({
      method: "GET",
      path: `${base}/head_uuid`,
      summary: "The uuid of the version that is written",
      access: "dataset:read",
      answer: v.string(),
      handle: ({ params: { dataset } }) => headOf(dataset, "uuid"),
    }),
    route({
      method: "GET",
      path: `${base}/tag_to_uuid/{tag}`,
      summary: "The uuid of a version",
      access: "dataset:read",
      answer: v.string(),
      async handle({ params: { dataset, tag } }) {
        const found = (await versionsOf(dataset)).find(
          (each) => each.tag === tag && each.uuid !== "",
        );
        if (found) return found.uuid;
        throw notFound(`No version has the tag ${JSON.stringify(tag)}.`);
      },
    }),
    route({
      method: "GET",
      path: `${base}/uuid_to_tag/{uuid}`,
      summary: "The tag of a version",
      description: "The beginning of a uuid will do where one alone has it.",
      access: "dataset:read",
      answer: v.string(),
      async handle({ params: { dataset, uuid } }) {
        const found = (await versionsOf(dataset)).filter(
          (each) =>
            each.tag !== "" &&
            each.uuid !== "" &&
            (each.uuid.startsWith(uuid) || uuid.startsWith(each.uuid)),
        );
        if (found.length === 1) return found[0].tag;
        if (found.length === 0)
          throw notFound(`No version has the uuid ${JSON.stringify(uuid)}.`);
        throw badRequest(
          `uuid is ${JSON.stringify(uuid)}, expected more of it: several versions begin so.`,
          "bad-url",
        );
      },
    }),
  ];

  async function versionsOf(dataset: string): Promise<readonly BodyVersion[]> {
    return (await (await bodies.of(dataset)).store.versions()).all;
  }

  async function headOf(dataset: string, key: keyof BodyVersion) {
    const { head } = await (await bodies.of(dataset)).store.versions();
    if (head[key] !== "") return head[key];
    throw notFound(`The dataset names no ${key} of its version.`);
  }
}

/** In whose name is written. @throws Problem 400 or 403 */
function authorOf(user: string, mayDesignate: boolean, named: string): string {
  if (named === "") return user;
  const designated = v.safeParse(userSchema, named);
  if (!designated.success) {
    throw badRequest(
      `designated_user is ${JSON.stringify(named.slice(0, 80))}, expected an e-mail address.`,
      "bad-query",
    );
  }
  if (mayDesignate || designated.output === user) return designated.output;
  throw forbidden(
    `designated_user is ${JSON.stringify(named)}: only an administrator writes in the name of others.`,
  );
}

/** @throws Problem 403 where somebody says who wrote something, or when: that is noted by the server */
function refuseStamps({ body, patch }: WrittenBody, before: BodyFields): void {
  for (const [name, value] of Object.entries(patch)) {
    // Scripts write back what they have read.
    if (!isStamp(name) || sameValue(bodyField(before, name) ?? null, value))
      continue;
    throw forbidden(
      `${name} of body ${body}: who wrote a field, and when, is noted by the server; only an administrator writes it.`,
    );
  }
}

async function requireHead(
  of: Awaited<ReturnType<Bodies["of"]>>,
  named: string,
): Promise<void> {
  const { head } = await of.store.versions();
  const wanted = await of.version(named);
  if (wanted === head || (wanted.tag === head.tag && wanted.uuid === head.uuid))
    return;
  throw problems.oldVersion(named, head.tag === "" ? head.uuid : head.tag);
}
