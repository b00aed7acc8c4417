/** The atlas: places of a dataset that somebody finds worth showing, and how one becomes public. */
import * as v from "valibot";
import { epochSchema, uuidSchema, voxelPositionSchema } from "./annotation.js";
import { jsonObject } from "./json_object.js";
import type { SandboxKey } from "./sandbox.js";

/** The longest texts of an entry, in characters, and the most tags. */
export const LONGEST_ENTRY_TITLE = 300;
export const LONGEST_ENTRY_DESCRIPTION = 20_000;
export const LONGEST_ENTRY_TAG = 100;
export const MOST_ENTRY_TAGS = 50;
/** The longest view, in characters of JSON: layers with all their shaders fit, annotations in a link by the thousand do not. */
export const LONGEST_ENTRY_VIEW = 64 * 1024;

/** SHA-256 of a picture's bytes, in hexadecimal digits. */
export const pictureHashSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
);

const picturesSchema = v.object({
  /** For the cards of the album. */
  small: pictureHashSchema,
  large: pictureHashSchema,
});
export type EntryPictures = v.InferOutput<typeof picturesSchema>;

const viewSchema = v.pipe(
  jsonObject,
  v.check(
    (view) => JSON.stringify(view).length <= LONGEST_ENTRY_VIEW,
    `expected a view of at most ${LONGEST_ENTRY_VIEW} characters of JSON`,
  ),
);

function textOf(longest: number) {
  return v.pipe(
    v.string(),
    v.maxLength(longest, `expected at most ${longest} characters`),
  );
}

const wordsSchema = v.object({
  title: textOf(LONGEST_ENTRY_TITLE),
  description: textOf(LONGEST_ENTRY_DESCRIPTION),
  tags: v.pipe(
    v.array(textOf(LONGEST_ENTRY_TAG)),
    v.maxLength(MOST_ENTRY_TAGS, `expected at most ${MOST_ENTRY_TAGS} tags`),
  ),
});
/** What people write of a place. */
export type EntryWords = v.InferOutput<typeof wordsSchema>;

export const atlasEntrySchema = v.object({
  id: uuidSchema,
  kind: v.literal("atlas"),
  ...wordsSchema.entries,
  position: voxelPositionSchema,
  /** What its author saw, as the viewer's state; absent where a script has written it. */
  view: v.optional(viewSchema),
  /** What the author's picture of it is called; the picture itself is kept apart. */
  pictures: v.optional(picturesSchema),
  /** When its author asked for it to be reviewed; absent in a draft, and where the author has taken it back. */
  submitted: v.optional(epochSchema),
  /** What its author has written since it was submitted and not submitted again: for nobody else's eyes. */
  unsent: v.optional(wordsSchema),
  /** Its author. */
  user: v.string(),
  created: epochSchema,
  modified: epochSchema,
});
export type AtlasEntry = v.InferOutput<typeof atlasEntrySchema>;

/** What the dataset of a sandbox of atlas entries is called: this, and the dataset. */
const ATLAS_PREFIX = "atlas:";

/** The `dataset` of the sandbox that holds a person's atlas entries of a dataset. */
export function atlasDataset(dataset: string): string {
  return ATLAS_PREFIX + dataset;
}

/** The dataset whose atlas entries a sandbox holds; undefined where it holds something else. */
export function datasetOfAtlas(sandbox: string): string | undefined {
  return sandbox.startsWith(ATLAS_PREFIX)
    ? sandbox.slice(ATLAS_PREFIX.length)
    : undefined;
}

/** The sandbox of a person's atlas entries of a dataset. */
export function atlasSandbox(user: string, dataset: string): SandboxKey {
  return { user, dataset: atlasDataset(dataset) };
}

/** What a draft still needs before it can be submitted, in words for its author; empty where nothing. */
export function missingIn(
  entry: Pick<AtlasEntry, "title" | "description" | "view" | "pictures">,
): string[] {
  const missing: string[] = [];
  if (entry.title.trim() === "") missing.push("a title");
  // A script knows neither a view nor a picture, and the original Clio wanted no more than a title.
  if (entry.view === undefined) return missing;
  if (entry.description.trim() === "") missing.push("a description");
  if (entry.pictures === undefined) missing.push("a picture");
  return missing;
}

/** The states of an entry, in the order of its way. */
export const ENTRY_STATES = [
  /** Nobody but its author knows of it. */
  "draft",
  /** It waits for a reviewer. */
  "submitted",
  /** A reviewer wants something of its author. */
  "changes requested",
  "verified",
  /** Its author has taken it back. */
  "withdrawn",
] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** How far an entry has come. */
export interface EntryStanding {
  /** That of its newest version. */
  readonly state: EntryState;
  /** Whether a version of it is public: the newest one where it is verified, else one that was. */
  readonly isPublic: boolean;
}

/** What people do to an entry: the first two its author, the others a reviewer. */
export const ENTRY_ACTS = [
  "submit",
  "withdraw",
  "verify",
  "request changes",
  "unverify",
] as const;
export type EntryAct = (typeof ENTRY_ACTS)[number];

/** Who does it. */
export interface EntryActor {
  readonly isAuthor: boolean;
  /** Whether they may review entries of its dataset. */
  readonly isReviewer: boolean;
  /** Whether there is nobody else: the server is one person's own. */
  readonly isAlone: boolean;
}

/** What an entry begins as. */
export const NEW_ENTRY: EntryStanding = { state: "draft", isPublic: false };

/** From which states an act leads where, and what of it is public then. */
const moves: Readonly<
  Record<EntryAct, (standing: EntryStanding) => EntryStanding | string>
> = {
  // What is public stays so while its author's changes wait.
  submit: ({ isPublic }) => ({ state: "submitted", isPublic }),
  withdraw: ({ state }) =>
    state === "draft" || state === "withdrawn"
      ? `it is ${state === "draft" ? "a draft" : "withdrawn"}`
      : { state: "withdrawn", isPublic: false },
  verify: ({ state }) =>
    state === "submitted"
      ? { state: "verified", isPublic: true }
      : `it is ${wordOf(state)}, and not submitted`,
  "request changes": ({ state, isPublic }) =>
    state === "submitted"
      ? { state: "changes requested", isPublic }
      : `it is ${wordOf(state)}, and not submitted`,
  unverify: ({ state, isPublic }) =>
    !isPublic
      ? "no version of it is public"
      : { state: state === "verified" ? "submitted" : state, isPublic: false },
};

/** A state within a sentence. */
function wordOf(state: EntryState): string {
  return state === "draft" ? "a draft" : state;
}

/**
 * What an act makes of an entry.
 * @returns the reason, within a sentence, where it may not be
 */
export function afterAct(
  standing: EntryStanding,
  act: EntryAct,
  { isAuthor, isReviewer, isAlone }: EntryActor,
): EntryStanding | string {
  if (act === "submit" || act === "withdraw") {
    if (!isAuthor) return "it is somebody else's";
  } else if (!isReviewer) {
    return "that is for reviewers of its dataset";
  } else if (isAuthor && !isAlone) {
    return "nobody reviews an entry of their own";
  }
  return moves[act](standing);
}
