import * as v from "valibot";
import {
  foundLinksSchema,
  linkFragment,
  linkIdSchema,
  linkSchema,
  newLinkSchema,
  openedLinkSchema,
  sharedMarksSchema,
} from "../../src/clio/model/link.js";
import { accountOf } from "../identity/identity.js";
import { notFound } from "../problems/problem.js";
import { route, type Route } from "../routes/route.js";
import type { Links } from "./links.js";

/** Bytes that a new link may have: the most marks of an ordinary size. */
const linkBody = 8 * 1024 * 1024;

/** The longest text that links are searched for by. */
const longestSearch = 200;

const searchQuery = v.object({
  search: v.optional(
    v.pipe(
      v.string("words"),
      v.maxLength(longestSearch, `at most ${longestSearch} characters`),
    ),
    "",
  ),
});

const listQuery = v.object({ user: v.optional(v.string("a user")) });

/** `/l/<id>` and `/api/links`: views under short addresses. */
export function linkRoutes(links: Links): Route[] {
  return [
    route({
      method: "GET",
      path: "/l/{id}",
      summary: "Opens a link in the viewer",
      access: "anyone",
      answerType: "a redirect",
      handle({ params: { id }, response }) {
        if (!v.is(linkIdSchema, id)) throw notFound("There is no such link.");
        // What stands behind "#" is the page's alone: it asks for the link itself, and can say what is wrong with it.
        response.redirect(303, `/${linkFragment(id)}`);
        return Promise.resolve(undefined);
      },
    }),
    route({
      method: "GET",
      path: "/api/links",
      summary: "One's links",
      description: "`user` asks for another person's, as an administrator.",
      access: "person",
      query: listQuery,
      answer: v.array(linkSchema),
      handle({ identity, query: { user } }) {
        const account = accountOf(identity);
        return links.of(account, user?.toLowerCase() ?? account.user);
      },
    }),
    route({
      method: "GET",
      path: "/api/everybodys-links",
      summary: "The links of everybody, the newest first, a hundred at most",
      description:
        "`search` are words, each of which is in the owner or in the title. What was revoked is among them for as long as it can be brought back.",
      access: "admin",
      query: searchQuery,
      answer: foundLinksSchema,
      handle: ({ query: { search } }) => links.search(search),
    }),
    route({
      method: "POST",
      path: "/api/links",
      summary: "Makes a link",
      description:
        "`state` is the viewer's state. `marks` go along and are read only for whoever opens the link: the `user` of each is whoever makes it.",
      access: "person",
      body: newLinkSchema,
      bodyLimit: linkBody,
      answer: linkSchema,
      handle: ({ identity, body }) => links.make(accountOf(identity), body),
    }),
    route({
      method: "GET",
      path: "/api/links/{id}",
      summary: "A link with its state",
      description:
        "Where it is not `open`, for whoever is signed in. 410 where it has ended.",
      access: "anyone",
      answer: openedLinkSchema,
      handle: ({ identity, params: { id } }) =>
        links.open(identity.account, id),
    }),
    route({
      method: "GET",
      path: "/api/links/{id}/marks",
      summary: "The marks that a link brings",
      description: "For whoever may read their dataset.",
      access: "anyone",
      answer: sharedMarksSchema,
      handle: ({ identity, params: { id } }) =>
        links.marks(identity.account, id),
    }),
    route({
      method: "DELETE",
      path: "/api/links/{id}",
      summary: "Revokes a link",
      description: "One's own, or as an administrator anybody's.",
      access: "person",
      answer: v.null(),
      async handle({ identity, params: { id } }) {
        await links.revoke(accountOf(identity), id);
        return null;
      },
    }),
    route({
      method: "POST",
      path: "/api/links/{id}/restore",
      summary: "Brings back a link that was revoked",
      description:
        "Within a day, for whoever has revoked it, and for administrators.",
      access: "person",
      answer: linkSchema,
      handle: ({ identity, params: { id } }) =>
        links.restore(accountOf(identity), id),
    }),
  ];
}
