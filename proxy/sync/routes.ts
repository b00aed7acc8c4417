import * as v from "valibot";
import {
  deliveredChangeSchema,
  MOST_CHANGES,
  newsSchema,
  outcomeSchema,
  type News,
} from "../../src/clio/model/sync.js";
import { datasetOfAtlas } from "../../src/clio/model/atlas.js";
import { mergedSegmentationOf } from "../../src/clio/model/merge.js";
import { imageSourceOf } from "../../src/clio/model/sandbox.js";
import { groupsOf } from "../accounts/groups.js";
import { accountOf } from "../identity/identity.js";
import type { Permissions } from "../permissions/permissions.js";
import { isAdmin } from "../permissions/roles.js";
import { forbidden, Problem } from "../problems/problem.js";
import type { Records } from "../records/records.js";
import { commaList, wholeNumber } from "../routes/query.js";
import { bulkBody, route, type Route } from "../routes/route.js";
import type { Account, Storage } from "../storage/storage.js";
import type { EventStreams } from "./event_streams.js";

/** About how many records one answer holds. */
const pageSize = 5_000;

const deliverySchema = v.object({
  /** Whose they are, so that a browser in which somebody else has signed in since does not give them to that person. */
  user: v.optional(v.string("a user")),
  changes: v.pipe(
    v.array(deliveredChangeSchema, "a list of changes"),
    v.maxLength(MOST_CHANGES, `at most ${MOST_CHANGES} changes`),
  ),
});

const newsQuery = v.object({
  since: v.optional(
    v.pipe(wholeNumber, v.minValue(0, "a revision, 0 or more")),
    "0",
  ),
  /** Whose; one's own where nobody is named. */
  user: v.optional(v.string(), ""),
  /** Of one dataset alone. Needed where they are somebody else's. */
  dataset: v.optional(v.string(), ""),
});

const eventsQuery = v.object({ groups: commaList });

/** `/api/sync`: a person's records on every machine that the person uses. */
export function syncRoutes(
  storage: Storage,
  records: Records,
  permissions: Permissions,
  streams: EventStreams,
): Route[] {
  /** @throws Problem 403 where somebody may not keep records of a dataset here */
  async function requireShelf(account: Account, dataset: string) {
    const shown =
      mergedSegmentationOf(dataset)?.dataset ??
      datasetOfAtlas(dataset) ??
      dataset;
    // What lies on an image that no dataset has is nobody's but its author's.
    if (imageSourceOf(shown) !== undefined) return;
    await permissions.requireInDataset(account, "own", shown);
  }

  /** @throws Problem 403 where the records of `user` are not for `account` */
  async function requireSight(account: Account, user: string, dataset: string) {
    if (user === account.user) return;
    const members = await storage.read.members(account.groups);
    if (!isAdmin(account) && !members.includes(user)) {
      throw forbidden(
        `The records of ${user} can be read by who is in a group with them.`,
      );
    }
    await permissions.requireInDataset(account, "read", dataset);
  }

  return [
    route({
      method: "POST",
      path: "/api/sync/changes",
      summary: "Delivers changes to one's own records",
      description:
        "All are applied in their order and in one transaction, each once by its id: the same change delivered again comes to the same. When the answer is there, they are on disk.",
      access: "person",
      body: deliverySchema,
      bodyLimit: bulkBody,
      answer: v.object({ outcomes: v.array(outcomeSchema) }),
      async handle({ identity, body: { user, changes } }) {
        const account = accountOf(identity);
        if (user !== undefined && user !== account.user) {
          throw new Problem(
            403,
            "other-user",
            `These are changes of ${user}, and ${account.user} is signed in.`,
          );
        }
        for (const dataset of new Set(changes.map((each) => each.dataset))) {
          await requireShelf(account, dataset);
        }
        return { outcomes: await records.apply(account.user, changes) };
      },
    }),
    route({
      method: "GET",
      path: "/api/sync/news",
      summary: "What is new since a revision",
      description:
        "The records that changed after the revision `since`, deleted ones included, and the conflicts that were found or settled. Ask again with the `revision` of the answer, at once where there is `more`.",
      access: "person",
      query: newsQuery,
      answer: newsSchema,
      async handle({ identity, query, response }) {
        const account = accountOf(identity);
        const user =
          query.user === "" ? account.user : query.user.toLowerCase();
        const { dataset, since } = query;
        await requireSight(account, user, dataset);
        const news = await newsOf(storage, user, since, dataset);
        // No number in it is beyond 2^53, and what could write those takes several times as long for so many records.
        response.type("application/json").send(JSON.stringify(news));
        return undefined;
      },
    }),
    route({
      method: "GET",
      path: "/api/sync/events",
      summary: "Says when there is something new",
      description:
        "Server-sent events: `{user, dataset, revision}` whenever records of one's own have changed, or those of members of `groups` in datasets that one may read; with the user `everybody` when merges have come to hold for all who may read a dataset.",
      access: "person",
      query: eventsQuery,
      answerType: "text/event-stream",
      async handle({ identity, query, request, response }) {
        const account = accountOf(identity);
        const groups = groupsOf(account, query.groups);
        const members = await storage.read.members(groups);
        streams.open(identity, new Set(members), request, response);
        return undefined;
      },
    }),
  ];
}

async function newsOf(
  storage: Storage,
  user: string,
  since: number,
  dataset: string,
): Promise<News> {
  // Read first: what is written while the rows are read is then new once more the next time, and not missed.
  const last = await storage.read.revision(user);
  const rows = await storage.read.recordsSince(user, since, pageSize);
  const end = rows.at(-1)?.revision ?? since;
  const more = rows.length >= pageSize && end < last;
  const revision = more ? end : Math.max(since, last);
  const wanted = <T extends { dataset: string }>(each: T) =>
    dataset === "" || each.dataset === dataset;
  const conflicts = await storage.read.conflicts(user, since, revision);
  return {
    revision,
    more,
    records: rows
      .filter((row) => wanted(row) && row.revision <= revision)
      .map(({ id, dataset, revision, record }) => ({
        id,
        dataset,
        revision,
        ...(record === undefined ? {} : { record }),
      })),
    conflicts: conflicts.filter(wanted),
  };
}
