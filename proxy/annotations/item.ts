/** An annotation as the v2 interface has it, and how it becomes a record and comes out of one. */
import { parse, stringify } from "lossless-json";
import * as v from "valibot";
import {
  voxelSchema,
  type AnnotationRecord,
  type FieldValue,
  type VoxelPosition,
} from "../../src/clio/model/annotation.js";
import type { StoredRecord } from "../../src/clio/model/record.js";
import { anchorsOf, type MarkGeometry } from "../../src/clio/model/geometry.js";
import { sameValue } from "../../src/clio/model/record_fields.js";
import { jsonObject } from "../../src/clio/model/json_object.js";

const text = v.string("text");

const common = {
  /** Values of any JSON; numbers beyond 2^53 are `bigint`. */
  prop: v.optional(v.nullable(jsonObject)),
  tags: v.optional(v.nullable(v.array(text, "a list of texts"))),
  user: v.optional(v.nullable(text)),
  title: v.optional(v.nullable(text)),
  description: v.optional(v.nullable(text)),
};
const three = [voxelSchema, voxelSchema, voxelSchema] as const;
const sixVoxels = v.strictTuple(
  [...three, ...three],
  "6 whole numbers: x, y, z of both ends",
);

/** What is sent. Keys that are not here are not kept, as in the original. */
export const itemSchema = v.variant("kind", [
  v.object({
    ...common,
    kind: v.literal("point"),
    pos: v.strictTuple([...three], "3 whole numbers: x, y, z"),
  }),
  v.object({ ...common, kind: v.literal("lineseg"), pos: sixVoxels }),
  v.object({ ...common, kind: v.literal("sphere"), pos: sixVoxels }),
]);
export type Item = v.InferOutput<typeof itemSchema>;

/** What is answered. `pos` of a sphere is both ends of a diameter. */
export const itemOutSchema = v.object({
  user: v.string(),
  key: v.string(),
  kind: v.picklist(["point", "lineseg", "sphere"]),
  pos: v.array(voxelSchema),
  prop: jsonObject,
  tags: v.array(v.string()),
  title: v.optional(v.string()),
  description: v.string(),
});
export type ItemOut = v.InferOutput<typeof itemOutSchema>;

/** A record that v2 knows. */
type Known = Extract<AnnotationRecord, { kind: "point" | "line" | "sphere" }>;

/** Where an item lies, as a record has it. */
function geometryOf({ kind, pos }: Item) {
  if (kind === "point") return { kind, position: pos } as const;
  const ends: [VoxelPosition, VoxelPosition] = [
    [pos[0], pos[1], pos[2]],
    [pos[3], pos[4], pos[5]],
  ];
  return kind === "lineseg"
    ? ({ kind: "line", ends } as const)
    : ({ kind, ends } as const);
}

function isFieldValue(value: unknown): value is FieldValue {
  return (
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

/** Milliseconds since 1970 as scripts write them: as text, or as a number. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const time = Number(value);
  return Number.isSafeInteger(time) && time >= 0 && value !== ""
    ? time
    : undefined;
}

/** A record and what it has no place for. */
export interface Written {
  record: AnnotationRecord;
  extra: string | undefined;
}

/**
 * The record that an item makes.
 * @param before what it takes the place of; what v2 cannot say of that (its id, its set, …) stays
 * @param fresh id, author and time of a record that takes the place of none
 */
export function recordFrom(
  item: Item,
  before: AnnotationRecord | undefined,
  fresh: { id: string; user: string; now: number },
): Written {
  const { type, checked, timestamp, ...rest } = item.prop ?? {};
  const modified = timeOf(timestamp) ?? fresh.now;
  const fields = new Map<string, FieldValue>();
  const extra: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (isFieldValue(value)) fields.set(name, value);
    else extra[name] = value;
  }
  // What stands in their place but is not what they are, is kept all the same.
  if (type !== undefined && typeof type !== "string") extra.type = type;
  if (checked !== undefined && typeof checked !== "boolean")
    extra.checked = checked;
  const geometry = geometryOf(item);
  const record = {
    ...(before?.set === undefined ? {} : { set: before.set }),
    ...(isSamePlace(before, geometry) ? { segments: before.segments } : {}),
    ...geometry,
    id: before?.id ?? fresh.id,
    user: before?.user ?? fresh.user,
    created: before?.created ?? modified,
    modified,
    description: item.description ?? "",
    ...(item.title == null ? {} : { title: item.title }),
    ...(typeof type === "string" ? { type } : {}),
    tags: item.tags ?? [],
    checked: checked === true,
    ...(fields.size === 0 ? {} : { fields: Object.fromEntries(fields) }),
  };
  return {
    record,
    extra: Object.keys(extra).length === 0 ? undefined : stringify(extra),
  };
}

/** Whether what was looked up under a record still holds where it is to lie now. */
function isSamePlace(
  before: AnnotationRecord | undefined,
  geometry: MarkGeometry,
): before is AnnotationRecord {
  return (
    before?.segments !== undefined &&
    before.kind === geometry.kind &&
    sameValue(anchorsOf(before), anchorsOf(geometry))
  );
}

function bigNumber(digits: string): number | bigint {
  const value = Number(digits);
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(value)
    ? BigInt(digits)
    : value;
}

/** The `prop` of a record. */
function propOf(record: Known, extra: string | undefined) {
  const kept =
    extra === undefined
      ? {}
      : (parse(extra, undefined, bigNumber) as Record<string, unknown>);
  return {
    ...record.fields,
    ...(record.type === undefined ? {} : { type: record.type }),
    checked: record.checked,
    ...kept,
    timestamp: String(record.modified),
  };
}

/** The item that a record is; undefined for a kind that v2 does not know. */
export function itemFrom(
  record: StoredRecord,
  extra: string | undefined,
  key: string,
): ItemOut | undefined {
  if (!isKnown(record)) return undefined;
  return {
    user: record.user,
    key,
    kind: record.kind === "line" ? "lineseg" : record.kind,
    pos: record.kind === "point" ? record.position : record.ends.flat(),
    prop: propOf(record, extra),
    tags: record.tags,
    ...(record.title === undefined ? {} : { title: record.title }),
    description: record.description,
  };
}

function isKnown(record: StoredRecord): record is Known {
  return ["point", "line", "sphere"].includes(record.kind);
}

/**
 * `item` on top of what is there: what it does not name stays, and of `prop` each name by itself. A name with the value null goes.
 * @param conditional names of `item` or of its `prop` that are only written where there is nothing
 */
export function mergedItem(
  before: ItemOut,
  item: Item,
  conditional: ReadonlySet<string>,
): Item {
  const isFree = (name: string, value: unknown) =>
    !conditional.has(name) || isEmpty(value);
  const prop: Record<string, unknown> = { ...before.prop };
  for (const [name, value] of Object.entries(item.prop ?? {})) {
    if (!isFree(name, prop[name])) continue;
    if (value === null) Reflect.deleteProperty(prop, name);
    else prop[name] = value;
  }
  // The time of the last edit is that of this one.
  if (item.prop?.timestamp === undefined)
    Reflect.deleteProperty(prop, "timestamp");
  const merged = { ...item, prop };
  for (const name of ["tags", "title", "description"] as const) {
    const old = before[name];
    if (item[name] === undefined || !isFree(name, old)) {
      Object.assign(merged, { [name]: old });
    }
  }
  return merged;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}
