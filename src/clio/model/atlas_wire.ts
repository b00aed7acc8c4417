/** What a page and its server say to each other about the atlas. */
import * as v from "valibot";
import { epochSchema } from "./annotation.js";
import { atlasEntrySchema, ENTRY_STATES } from "./atlas.js";

/** The most bytes of one picture, and the longest comment of a reviewer in characters. */
export const MOST_PICTURE_BYTES = 1024 * 1024;
export const LONGEST_COMMENT = 5_000;

/** The most entries of one page of a list. */
export const MOST_LISTED = 500;

/** Where the server has the pictures of a dataset. */
export function picturePath(dataset: string, hash: string): string {
  return `/api/atlas/pictures/${encodeURIComponent(dataset)}/${hash}`;
}

/** Where the server has an entry. */
export function entryPath(dataset: string, id: string): string {
  return `/api/atlas/entries/${encodeURIComponent(dataset)}/${encodeURIComponent(id)}`;
}

/** An entry as somebody may see it: of what is not public nobody but its author and reviewers. */
export const seenEntrySchema = v.object({
  dataset: v.string(),
  /** In a list without its view. */
  entry: atlasEntrySchema,
  state: v.picklist(ENTRY_STATES),
  isPublic: v.boolean(),
  /** Which version of it this is: what is reviewed is this one and no later one. */
  version: v.number(),
  /** When this version was submitted. */
  submitted: epochSchema,
  /** What the reviewer last said; for its author and reviewers. */
  comment: v.optional(v.string()),
  /** Who reviewed it last, and when; for its author and reviewers. */
  reviewer: v.optional(v.string()),
  reviewed: v.optional(epochSchema),
  /** Whether it waits for its picture, which its author's browser has still to deliver. */
  isWaiting: v.boolean(),
  /** Counts up with all that changes in the atlas. */
  seq: v.number(),
});
export type SeenEntry = v.InferOutput<typeof seenEntrySchema>;

/** A page of a list, the newest change first. */
export const atlasPageSchema = v.object({
  entries: v.array(seenEntrySchema),
  /** What was public and is no more, among all that the page has gone over. */
  gone: v.array(v.object({ dataset: v.string(), id: v.string() })),
  /** Ask for the next page by `before`; absent on the last. */
  next: v.optional(v.number()),
  /** The datasets whose entries whoever asks may review. */
  reviews: v.array(v.string()),
  /** Whether the server is one person's own, who then reviews what is their own. */
  isAlone: v.boolean(),
});
export type AtlasPage = v.InferOutput<typeof atlasPageSchema>;

/** A reviewer's act: on which version. */
export const reviewSchema = v.object({
  version: v.pipe(v.number("a version"), v.safeInteger("a version")),
  comment: v.optional(
    v.pipe(
      v.string("a comment"),
      v.maxLength(LONGEST_COMMENT, `at most ${LONGEST_COMMENT} characters`),
    ),
    "",
  ),
});
export type EntryReview = v.InferInput<typeof reviewSchema>;
