/** A place of the atlas as the v2 interface has it, and how it becomes a record and comes out of one. */
import { parse, stringify } from "lossless-json";
import * as v from "valibot";
import type { VoxelPosition } from "../../src/clio/model/annotation.js";
import {
  type AtlasEntry,
  atlasEntrySchema,
} from "../../src/clio/model/atlas.js";
import type { SeenEntry } from "../../src/clio/model/atlas_wire.js";
import { plainText } from "../routes/query.js";

const { title, description, tags } = atlasEntrySchema.entries;

/** What is sent. Whatever else is in it is kept and answered to its author; what the server itself says is not. */
export const atlasItemSchema = v.looseObject({
  title: v.pipe(title, v.regex(/\S/u, "a title")),
  user: plainText("an e-mail address"),
  description: v.optional(v.nullable(description)),
  tags: v.optional(v.nullable(tags)),
  verified: v.optional(v.nullable(v.boolean("true or false"))),
  /** Which entry a reviewer has seen. Of one's own it says nothing. */
  id: v.optional(v.nullable(plainText("an id"))),
});
export type AtlasItem = v.InferOutput<typeof atlasItemSchema>;

/** What is answered. */
export const atlasItemOutSchema = v.looseObject({
  title: v.string(),
  user: v.string(),
  description: v.string(),
  tags: v.array(v.string()),
  verified: v.boolean(),
  /** In seconds since 1970. */
  timestamp: v.number(),
  dataset: v.string(),
  location: v.array(v.number()),
  locationkey: v.string(),
  kind: v.string(),
  pos: v.array(v.number()),
  id: v.string(),
});

/** What of an item is the server's to say, or is in the record. */
const ownNames = [
  ...["title", "user", "description", "tags", "verified", "timestamp"],
  ...["dataset", "location", "locationkey", "kind", "pos", "id"],
];

/** The key of a place. */
export function locationKey(position: VoxelPosition): string {
  return position.join("_");
}

/** What the record of an item has no place for, as JSON; undefined where there is nothing. */
export function extraOf(item: AtlasItem): string | undefined {
  const rest = Object.entries(item).filter(
    ([name]) => !ownNames.includes(name),
  );
  return rest.length === 0 ? undefined : stringify(Object.fromEntries(rest));
}

/** The words of an item; what it does not say stays as it was. */
export function wordsOf(
  item: AtlasItem,
  before: AtlasEntry | undefined,
): Pick<AtlasEntry, "title" | "description" | "tags"> {
  return {
    title: item.title,
    description: item.description ?? before?.description ?? "",
    tags: item.tags ?? before?.tags ?? [],
  };
}

/**
 * An entry as an item.
 * @param seen how it stands; undefined where it is a draft
 * @param extra of the record, for its author alone: no reviewer has looked at it
 */
export function atlasItemOf(
  dataset: string,
  entry: AtlasEntry,
  seen: Pick<SeenEntry, "state"> | undefined,
  extra: string | undefined,
) {
  const { id, user, position, modified } = entry;
  const more =
    extra === undefined ? {} : (parse(extra) as Record<string, unknown>);
  return {
    ...more,
    title: entry.title,
    user,
    description: entry.description,
    tags: entry.tags,
    verified: seen?.state === "verified",
    timestamp: modified / 1000,
    dataset,
    location: position,
    locationkey: locationKey(position),
    kind: "point",
    pos: position,
    id,
  };
}
