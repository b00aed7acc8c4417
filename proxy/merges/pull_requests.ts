import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { jsonObject } from "../../src/clio/model/json_object.js";
import {
  MOST_REQUESTED,
  type NewRequest,
} from "../../src/clio/model/merge_request.js";
import { accountOf } from "../identity/identity.js";
import type { Permissions } from "../permissions/permissions.js";
import { isAdmin } from "../permissions/roles.js";
import { badRequest, forbidden } from "../problems/problem.js";
import { plainText } from "../routes/query.js";
import { route, type Route } from "../routes/route.js";
import type { Account, Storage } from "../storage/storage.js";
import type { MergeDocuments } from "./merge_documents.js";
import {
  askedFor,
  isAskedFor,
  mergesOf,
  type MergeRequests,
} from "./merge_requests.js";
import type { MergeScopes } from "./merge_scopes.js";
import { documentsOf } from "./three_documents.js";

const pullPattern = /^kv\/([^/]+)\/mainToOthers$/;

const bodySchema = v.object({
  pull: v.pipe(
    plainText("kv/merges-<dataset>/mainToOthers"),
    v.regex(pullPattern, "kv/merges-<dataset>/mainToOthers"),
  ),
});

const readQuery = v.object({
  /** Whose: empty for oneself, `all` for everybody's. */
  user_email: plainText("an e-mail address, an empty text or all"),
});

/** `/v2/pull-request`: the same requests as in the viewer, as the original's scripts make and read them. */
export function pullRequestRoutes(
  storage: Storage,
  permissions: Permissions,
  scopes: MergeScopes,
  documents: MergeDocuments,
  requests: MergeRequests,
): Route[] {
  /** Asks for all merges of a scope that were not asked for yet: asked for twice, they are asked for once. */
  async function pull(account: Account, scope: string): Promise<null> {
    const { user } = account;
    const of = await scopes.find(account, scope);
    if (of === undefined) {
      throw badRequest(
        `pull: ${JSON.stringify(`kv/${scope}/mainToOthers`)}, expected the merges of a dataset that ${user} may read`,
        "bad-body",
      );
    }
    await permissions.requireInDataset(account, "own", of.dataset);
    const decisions = await documents.asked({ user, scope, of });
    await requests.makeOf(account, of, async (reader) => {
      // Sent twice at a time, one of the two finds what the other has asked for.
      const asked = await askedFor(reader, user, of);
      const known = new Set(asked.flatMap(mergesOf).map(({ id }) => id));
      const merges = decisions.filter(({ id }) => !known.has(id));
      const count = Math.ceil(merges.length / MOST_REQUESTED);
      return Array.from({ length: count }, (_, i): NewRequest => ({
        id: randomUUID(),
        version: of.version,
        title: `Pull request of ${scope}`,
        reason: "",
        merges: merges.slice(i * MOST_REQUESTED, (i + 1) * MOST_REQUESTED),
        state: "submitted",
      }));
    });
    return null;
  }

  /** What was asked for, by its author, scope and key. */
  async function asked(account: Account, author: string | undefined) {
    const heads = await storage.read.mergeRequests(
      author === undefined ? {} : { author },
    );
    const answer: Record<string, Record<string, object>> = {};
    for (const head of heads) {
      if (!isAskedFor(head)) continue;
      const scope = await scopes.of(account, head);
      const own = (answer[head.author] ??= {});
      if (own[scope] !== undefined) continue;
      const found = await askedFor(storage.read, head.author, head);
      const { mainToOthers } = documentsOf(found.flatMap(mergesOf));
      const modified = Math.max(...found.map((each) => each.modified));
      own[scope] = {
        mainToOthers: { ...mainToOthers, _timestamp: modified / 1000 },
      };
    }
    return answer;
  }

  return [
    route({
      method: "POST",
      path: "/v2/pull-request",
      summary: "Asks for one's merges of a dataset to hold for everybody",
      description:
        "`pull` is `kv/<scope>/mainToOthers`. What was asked for already is not asked for again.",
      access: "person",
      body: bodySchema,
      answer: v.null(),
      handle: ({ identity, body: { pull: address } }) =>
        pull(accountOf(identity), pullPattern.exec(address)![1]),
    }),
    route({
      method: "GET",
      path: "/v2/pull-request",
      summary: "The merges that were asked for, by author and scope",
      description:
        "`user_email` is empty for oneself; others', and with `all` everybody's, are for administrators.",
      access: "person",
      query: readQuery,
      answer: v.record(v.string(), v.record(v.string(), jsonObject)),
      handle({ identity, query: { user_email } }) {
        const account = accountOf(identity);
        const author =
          user_email === "" ? account.user : user_email.toLowerCase();
        if (author !== account.user && !isAdmin(account)) {
          throw forbidden(
            `The pull requests of ${author} are for ${author} and for administrators.`,
          );
        }
        return asked(account, author === "all" ? undefined : author);
      },
    }),
  ];
}
