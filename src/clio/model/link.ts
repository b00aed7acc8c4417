/** A short link: a view that somebody shares under an address of a few characters, with some marks where they like. */
import * as v from "valibot";
import { annotationSchema, epochSchema } from "./annotation.js";
import { jsonObject } from "./json_object.js";
import { sandboxKeySchema } from "./sandbox.js";

/** The most marks that go along with one link. */
export const MOST_LINK_MARKS = 10_000;

/** The longest title of a link, in characters. */
const LONGEST_TITLE = 200;

/** 128 bits in URL-safe characters: nobody comes upon a link by trying. */
export const linkIdSchema = v.pipe(
  v.string("the id of a link"),
  v.regex(/^[A-Za-z0-9_-]{22}$/, "the id of a link"),
);

const titleSchema = v.pipe(
  v.string("a title"),
  v.trim(),
  v.regex(
    new RegExp(`^[^\\p{Cc}]{1,${LONGEST_TITLE}}$`, "u"),
    `a title of 1 to ${LONGEST_TITLE} characters in one line`,
  ),
);

/** Marks on their way with a link, all of one dataset. */
export const linkMarksSchema = v.object({
  dataset: sandboxKeySchema.entries.dataset,
  records: v.pipe(
    v.array(annotationSchema, "a list of marks"),
    v.nonEmpty("at least one mark"),
    v.maxLength(MOST_LINK_MARKS, `at most ${MOST_LINK_MARKS} marks`),
  ),
});
export type LinkMarks = v.InferOutput<typeof linkMarksSchema>;

/** What makes a link. */
export const newLinkSchema = v.object({
  title: titleSchema,
  /** Whether it opens for people who are not signed in too. */
  open: v.boolean("true or false"),
  /** When it ends, in milliseconds since 1970; never where absent. */
  expires: v.optional(epochSchema),
  /** The viewer's state, of which the server knows nothing. */
  state: jsonObject,
  marks: v.optional(linkMarksSchema),
});
export type NewLink = v.InferOutput<typeof newLinkSchema>;

/** What is told of a link in a list. */
export const linkSchema = v.object({
  id: linkIdSchema,
  /** Its address at the server, `/l/<id>`. */
  path: v.string(),
  title: v.string(),
  /** Who made it. */
  owner: v.string(),
  open: v.boolean(),
  created: epochSchema,
  expires: v.optional(epochSchema),
  /** How many marks it brings. */
  marks: v.number(),
});
export type Link = v.InferOutput<typeof linkSchema>;

/** What an administrator is told of a link in the list of everybody's. */
export const managedLinkSchema = v.object({
  ...linkSchema.entries,
  /** When it was revoked, and by whom; absent where it is good. */
  revoked: v.optional(v.object({ at: epochSchema, by: v.string() })),
});
export type ManagedLink = v.InferOutput<typeof managedLinkSchema>;

/** The newest of everybody's links that were searched for. */
export const foundLinksSchema = v.object({
  links: v.array(managedLinkSchema),
  /** Whether there are older ones beside these. */
  more: v.boolean(),
});
export type FoundLinks = v.InferOutput<typeof foundLinksSchema>;

/** A link that is opened. */
export const openedLinkSchema = v.object({
  ...linkSchema.entries,
  state: jsonObject,
});
export type OpenedLink = v.InferOutput<typeof openedLinkSchema>;

/** The marks of a link, for whoever may read their dataset. */
export const sharedMarksSchema = v.object({
  owner: v.string(),
  title: v.string(),
  ...linkMarksSchema.entries,
});
export type SharedMarks = v.InferOutput<typeof sharedMarksSchema>;

/** Where a link leads. */
export function linkPath(id: string): string {
  return `/l/${id}`;
}

/** The fragment of the page's address that opens a link. */
export function linkFragment(id: string): string {
  return `#!link://${id}`;
}

const MARKS_URL = "clio://link/";

/** The source of the layer that shows the marks of a link. */
export function linkMarksUrl(id: string): string {
  return MARKS_URL + id;
}

/** The link whose marks a source shows; undefined where it is another source. */
export function linkOfMarksUrl(url: string): string | undefined {
  if (!url.startsWith(MARKS_URL)) return undefined;
  const id = url.slice(MARKS_URL.length);
  return v.is(linkIdSchema, id) ? id : undefined;
}
