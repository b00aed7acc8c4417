/** Marks as the original Clio and DVID write them: lists of them, or objects from a key to each. */
import type { FieldValue } from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import {
  type Draft,
  fieldValue,
  type MarkFields,
  type ReadContext,
  refuse,
} from "./draft.js";
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
} from "../../model/files/json.js";
import type { Place } from "../../model/files/refusal.js";
import {
  looseValue,
  optionalText,
  position,
  tagList,
  time,
  voxels,
} from "./values.js";

/** Whether an entry has a position under one of the names that the versions of Clio and DVID gave it. */
export function isClioEntry(entry: Json): entry is JsonObject {
  return isObject(entry) && placeOf(entry) !== undefined;
}

/**
 * One entry as a draft: `{kind, pos, prop, tags, title, description, user}` of Clio, or `{Kind, Pos, Prop, Tags}` of DVID, with the
 * positions in voxels. What has no place of its own in a mark becomes a field of the same name.
 * @param key the entry's key where the file is an object: `Pt…`, `Ln…`, `Sp…`
 * @throws {RowRefused}
 */
export function readClioEntry(
  entry: JsonObject,
  key: string,
  place: Place,
  context: ReadContext,
): Omit<Draft, "line"> {
  const kind = optionalText(place, "kind", entry.kind ?? entry.Kind) ?? "";
  const prop = entry.prop ?? entry.Prop ?? {};
  if (!isObject(prop)) return refuse(place, "prop", prop, "an object");
  const geometry = geometryOf(entry, kind, keyOf(entry, key), place);
  const own: Record<string, FieldValue> = {};
  for (const [name, value] of [
    ...Object.entries(entry).filter(([name]) => !known.has(name)),
    ...Object.entries(prop).filter(([name]) => !knownProps.has(name)),
  ]) {
    const read = looseValue(place, name, value);
    if (read !== undefined) own[name] = fieldValue(place, name, read, context);
  }
  const text = (name: string, ...values: (Json | undefined)[]) =>
    optionalText(
      place,
      name,
      values.find((value) => value !== undefined && value !== ""),
    );
  const created = time(place, "prop.timestamp", prop.timestamp);
  const modified = time(place, "prop.modified", prop.modified);
  const fields: Partial<MarkFields> = {
    description: text(
      "description",
      entry.description,
      prop.comment,
      entry.comment,
    ),
    title: text("title", entry.title),
    type: text("prop.type", prop.type, pointTypes.has(kind) ? kind : ""),
    tags: tagList(place, "tags", entry.tags ?? entry.Tags),
    checked: checkedOf(place, prop.checked),
    // On import the original moved another person's name there.
    user: text("user", prop.user, entry.user),
    created,
    modified: modified ?? created,
    fields: Object.keys(own).length > 0 ? own : undefined,
  };
  return { geometry, fields, whole: false };
}

const known = new Set([
  ...["kind", "pos", "prop", "tags", "title", "description", "user", "key"],
  ...["Kind", "Pos", "Prop", "Tags", "location", "locationkey", "comment"],
  // Of an entry of the atlas: when it was stored, and where.
  ...["timestamp", "dataset", "id"],
]);

/** `custom` only says that DVID knows no such kind of bookmark. */
const knownProps = new Set([
  ...["type", "checked", "timestamp", "modified", "user", "comment", "custom"],
]);

/** What DVID calls the kind of a point, where that says something. */
const pointTypes = new Set(["PreSyn", "PostSyn", "Gap"]);

const pointKinds = new Set([
  ...["point", "note", "unknown", "presyn", "postsyn", "gap"],
]);

function placeOf(entry: JsonObject): Json | undefined {
  return entry.pos ?? entry.Pos ?? entry.location;
}

function keyOf(entry: JsonObject, key: string): string {
  return typeof entry.key === "string" ? entry.key : key;
}

function geometryOf(
  entry: JsonObject,
  kind: string,
  key: string,
  place: Place,
): MarkGeometry {
  const pos = placeOf(entry);
  const name = kindOf(kind, key, isList(pos) ? pos.length : 0);
  switch (name) {
    case "point":
      return { kind: name, position: position(voxels(place, "pos", pos, 3)) };
    case "line":
    case "sphere": {
      const ends = voxels(place, "pos", pos, 6);
      return {
        kind: name,
        ends: [position(ends.slice(0, 3)), position(ends.slice(3))],
      };
    }
    default:
      return refuse(place, "kind", kind, "point, lineseg or sphere");
  }
}

function kindOf(
  kind: string,
  key: string,
  length: number,
): "point" | "line" | "sphere" | undefined {
  const word = kind.toLowerCase();
  if (pointKinds.has(word)) return "point";
  if (word === "lineseg" || word === "line") return "line";
  if (word === "sphere") return "sphere";
  if (word !== "") return undefined;
  if (key.startsWith("Sp")) return "sphere";
  return key.startsWith("Ln") || length === 6 ? "line" : "point";
}

function checkedOf(place: Place, value: Json | undefined): boolean | undefined {
  switch (value) {
    case undefined:
    case null:
    case "":
      return undefined;
    case true:
    case 1:
    case "1":
    case "true":
      return true;
    case false:
    case 0:
    case "0":
    case "false":
      return false;
    default:
      return refuse(place, "prop.checked", value, "true or false");
  }
}
