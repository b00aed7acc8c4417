import * as v from "valibot";
import { ENTRY_STATES } from "../../src/clio/model/atlas.js";
import {
  atlasPageSchema,
  MOST_LISTED,
  reviewSchema,
  seenEntrySchema,
} from "../../src/clio/model/atlas_wire.js";
import { atlasDataset, pictureHashSchema } from "../../src/clio/model/atlas.js";
import { accountOf, type Identity } from "../identity/identity.js";
import { badRequest, notFound } from "../problems/problem.js";
import type { Records } from "../records/records.js";
import { readBytes } from "../routes/body.js";
import { wholeNumber } from "../routes/query.js";
import { route, type Route } from "../routes/route.js";
import { type Atlas, pictureBody } from "./atlas.js";
import { atlasChange } from "./submissions.js";

/** The longest text that entries are searched for by. */
const longestText = 300;

const text = v.optional(
  v.pipe(
    v.string("a text"),
    v.maxLength(longestText, `at most ${longestText} characters`),
  ),
  "",
);

const listQuery = v.object({
  dataset: text,
  state: v.optional(
    v.picklist(["", ...ENTRY_STATES], `one of ${ENTRY_STATES.join(", ")}`),
    "",
  ),
  author: text,
  tag: text,
  text,
  before: v.optional(wholeNumber, String(2 ** 40)),
  since: v.optional(wholeNumber, "0"),
  limit: v.optional(
    v.pipe(
      wholeNumber,
      v.minValue(1, "1 or more"),
      v.maxValue(MOST_LISTED, `at most ${MOST_LISTED}`),
    ),
    "100",
  ),
});

const entry = "/api/atlas/entries/{dataset}/{id}";

const reviews = {
  verify: ["verify", "Verifies an entry: this version of it is public"],
  "request-changes": [
    "request changes",
    "Asks the author of an entry for changes, which `comment` says",
  ],
  unverify: ["unverify", "Takes an entry back from the public"],
} as const;

/** `/api/atlas`: the entries of all datasets as whoever asks may see them, their pictures, and their review. */
export function atlasRoutes(atlas: Atlas, records: Records): Route[] {
  /** Submits one's own entry, or takes it back, as its author's browser does. */
  async function setSubmitted(
    identity: Identity,
    { dataset, id }: Readonly<Record<string, string>>,
    submitted: number | undefined,
  ): Promise<void> {
    const { user } = accountOf(identity);
    const sandbox = atlasDataset(dataset);
    await records.write(async (apply, writer) => {
      const row = await writer.record({ user, dataset: sandbox }, id);
      if (row?.record?.kind !== "atlas") {
        throw notFound(`${user} has no such entry.`);
      }
      const { submitted: before, ...rest } = row.record;
      if (before !== undefined && submitted !== undefined) return;
      const record = {
        ...rest,
        modified: Date.now(),
        ...(submitted === undefined ? {} : { submitted }),
      };
      await apply(user, {
        ...atlasChange(sandbox, submitted ? "Submit place" : "Withdraw place"),
        edits: [
          { op: "put", record, base: row.revision, changed: ["submitted"] },
        ],
      });
    });
  }

  return [
    route({
      method: "GET",
      path: "/api/atlas/entries",
      summary: "The entries of the atlas that one may see",
      description:
        "The newest change first, without their views. Of others' what is verified; in datasets that one reviews all that is submitted; one's own. `text` are words, each of which is in the title, the description, a tag or the author's name; regular expressions are for the viewer, which has read all of it. Ask for the next page by `before`, which is the `next` of the answer; a page may hold less than `limit`. What is new since an answer has a `seq` above `since`. `gone` is what was public and is no more.",
      access: "anyone",
      query: listQuery,
      answer: atlasPageSchema,
      async handle({ identity, query, response }) {
        const { before, since, limit, ...filter } = query;
        const range = { before, since };
        const page = await atlas.list(identity.account, filter, range, limit);
        // No number in it is beyond 2^53, and what could write those takes several times as long.
        response.type("application/json").send(JSON.stringify(page));
        return undefined;
      },
    }),
    route({
      method: "GET",
      path: entry,
      summary: "An entry with its view",
      access: "anyone",
      answer: seenEntrySchema,
      handle: ({ identity, params: { dataset, id } }) =>
        atlas.find(identity.account, dataset, id),
    }),
    route({
      method: "POST",
      path: `${entry}/submit`,
      summary: "Submits an entry of one's own for review",
      description: "What was submitted before stays so.",
      access: "dataset:own",
      answer: v.null(),
      async handle({ identity, params }) {
        await setSubmitted(identity, params, Date.now());
        return null;
      },
    }),
    route({
      method: "POST",
      path: `${entry}/withdraw`,
      summary: "Takes an entry of one's own back, from the public too",
      access: "dataset:own",
      answer: v.null(),
      async handle({ identity, params }) {
        await setSubmitted(identity, params, undefined);
        return null;
      },
    }),
    ...Object.entries(reviews).map(([name, [act, summary]]) =>
      route({
        method: "POST",
        path: `${entry}/${name}`,
        summary,
        description:
          "`version` is the one that was looked at: 409 where its author has changed it since. Nobody reviews an entry of their own, but where the server is one person's.",
        access: "dataset:others",
        body: reviewSchema,
        answer: seenEntrySchema,
        handle: ({ identity, params: { dataset, id }, body }) =>
          atlas.review(
            accountOf(identity),
            dataset,
            id,
            act,
            body.version,
            body.comment,
          ),
      }),
    ),
    route({
      method: "GET",
      path: "/api/atlas/pictures/{dataset}/{hash}",
      summary: "A picture of an entry that one may see",
      access: "anyone",
      answerType: "image/png, image/jpeg or image/webp",
      async handle({ identity, params: { dataset, hash }, request, response }) {
        const row = await atlas.picture(identity.account, dataset, hash);
        // Kept by the browser, and asked about each time: whoever may see it may be another by then.
        response.set("Cache-Control", "private, no-cache");
        response.set("ETag", `"${hash}"`);
        response.set("Content-Disposition", "inline");
        response.set("Content-Security-Policy", "default-src 'none'; sandbox");
        if (request.fresh) response.status(304).end();
        else response.type(row.type).send(Buffer.from(row.bytes));
        return undefined;
      },
    }),
    route({
      method: "PUT",
      path: "/api/atlas/pictures/{dataset}/{hash}",
      summary: "Keeps a picture for an entry of one's own",
      description: `The body are the bytes of a PNG, JPEG or WebP, ${pictureBody} at most, and \`hash\` is their SHA-256.`,
      access: "dataset:own",
      answer: v.null(),
      async handle({ identity, params: { dataset, hash }, request, response }) {
        if (!v.safeParse(pictureHashSchema, hash).success) {
          throw badRequest(
            `hash is ${JSON.stringify(hash.slice(0, 80))}, expected 64 hexadecimal digits.`,
            "bad-url",
          );
        }
        const bytes = await readBytes(request, response, pictureBody);
        await atlas.keepPicture(accountOf(identity), dataset, hash, bytes);
        return null;
      },
    }),
  ];
}
