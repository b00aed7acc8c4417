import * as v from "valibot";
import type { Config } from "../config.js";
import { notFound } from "../problems/problem.js";
import { route, type Route } from "../routes/route.js";
import type { Storage } from "../storage/storage.js";
import { accountOf } from "./identity.js";
import type { Sessions } from "./sessions.js";
import type { SignIns } from "./sign_ins.js";
import {
  day,
  longestTokenDays,
  makeToken,
  revokeToken,
  usualTokenDays,
} from "./tokens.js";

const tokenAnswer = v.object({
  id: v.string(),
  name: v.string(),
  /** In milliseconds since 1970. */
  created: v.number(),
  expires: v.number(),
  /** When it was last used, to the hour; absent where it never was. */
  used: v.optional(v.number()),
});

const newTokenSchema = v.object({
  /** What it is for, so that its owner knows it in the list. */
  name: v.pipe(
    v.string("a name"),
    v.trim(),
    v.regex(/^[^\p{Cc}]{1,100}$/u, "a name of 1 to 100 characters"),
  ),
  days: v.optional(
    v.pipe(
      v.number("a number of days"),
      v.integer("a whole number of days"),
      v.minValue(1, "at least 1 day"),
      v.maxValue(longestTokenDays, `at most ${longestTokenDays} days`),
    ),
    usualTokenDays,
  ),
});

const publicPart = ({
  id,
  name,
  created,
  expires,
  used,
}: TokenPart): TokenPart => ({
  id,
  name,
  created,
  expires,
  ...(used === undefined ? {} : { used }),
});
type TokenPart = v.InferOutput<typeof tokenAnswer>;

/** Signing in and out, who is signed in, and tokens for scripts. */
export function identityRoutes(
  storage: Storage,
  sessions: Sessions,
  signIns: SignIns | undefined,
  { sync }: Pick<Config, "sync">,
): Route[] {
  /** @throws Problem 404 where there is nobody to sign in with */
  function configured(): SignIns {
    if (signIns !== undefined) return signIns;
    throw notFound(
      "Nobody signs in here: the server serves the user of this machine alone.",
    );
  }

  return [
    route({
      method: "GET",
      path: "/login",
      summary: "Sends a browser to the identity provider",
      description: "`redirect` is the path to come back to.",
      access: "anyone",
      query: v.object({ redirect: v.optional(v.string(), "/") }),
      answerType: "a redirect",
      async handle({ query, request, response }) {
        await configured().begin(request, response, query.redirect);
      },
    }),
    route({
      method: "GET",
      path: "/login/callback",
      summary: "Where the identity provider sends a browser back to",
      access: "anyone",
      answerType: "a redirect",
      async handle({ request, response }) {
        await configured().finish(request, response);
      },
    }),
    route({
      method: "POST",
      path: "/logout",
      summary: "Signs a browser out",
      access: "anyone",
      answer: v.null(),
      async handle({ request, response }) {
        await sessions.end(request, response);
        return null;
      },
    }),
    route({
      method: "GET",
      path: "/api/session",
      summary: "Who is signed in",
      access: "anyone",
      answer: v.object({
        user: v.optional(v.string()),
        name: v.optional(v.string()),
        by: v.picklist(["none", "local", "session", "token", "id-token"]),
        /** In milliseconds since 1970. */
        expires: v.optional(v.number()),
        /** Where to sign in; absent where nobody does. */
        signIn: v.optional(v.string()),
        /** Whether the server takes what people mark. */
        sync: v.boolean(),
      }),
      handle({ identity: { account, by, expires } }) {
        return Promise.resolve({
          ...(account === undefined ? {} : { user: account.user }),
          ...(account?.name === undefined ? {} : { name: account.name }),
          by,
          ...(expires === undefined ? {} : { expires }),
          ...(signIns === undefined ? {} : { signIn: "/login" }),
          sync,
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/tokens",
      summary: "One's tokens for scripts",
      access: "person",
      answer: v.array(tokenAnswer),
      async handle({ identity }) {
        const rows = await storage.read.tokensOf(accountOf(identity).user);
        return rows.map(publicPart);
      },
    }),
    route({
      method: "POST",
      path: "/api/tokens",
      summary: "Makes a token for scripts",
      description: "The token is in this answer and nowhere else afterwards.",
      access: "person",
      body: newTokenSchema,
      answer: v.object({ ...tokenAnswer.entries, token: v.string() }),
      async handle({ identity, body: { name, days } }) {
        const wish = { name, lifetime: days * day };
        const { token, row } = await makeToken(storage, identity, wish);
        return { ...publicPart(row), token };
      },
    }),
    route({
      method: "DELETE",
      path: "/api/tokens/{id}",
      summary: "Revokes a token of one's own",
      access: "person",
      answer: v.null(),
      async handle({ identity, params: { id } }) {
        const { user } = accountOf(identity);
        if (await revokeToken(storage, user, id)) return null;
        throw notFound(`${user} has no such token.`);
      },
    }),
    route({
      method: "POST",
      path: "/v2/server/token",
      summary:
        "Makes a token for scripts, as the original's clients ask for it",
      description: "The answer is the token alone, as a JSON text.",
      access: "person",
      answer: v.string(),
      async handle({ identity }) {
        const name = "made by /v2/server/token";
        const lifetime = usualTokenDays * day;
        const made = await makeToken(storage, identity, { name, lifetime });
        return made.token;
      },
    }),
  ];
}
