/** The parts of a record that change on their own: what two devices edit apart is merged by them, and what clashes is named by them. */
import type { AnnotationRecord } from "./annotation.js";
import { isMark, type StoredRecord } from "./record.js";

/** What each part holds, by its name: `geometry`, `description`, …, and `fields.<name>` for each of the dataset's own fields. */
export type RecordFields = ReadonlyMap<string, unknown>;

/** Parts with a name of their own. All else of a record is where it lies, or never changes. */
const plainFields = [
  "description",
  "title",
  "type",
  "tags",
  "checked",
  "set",
  "pictures",
  "submitted",
  "unsent",
] as const;

const GEOMETRY = "geometry";
const OWN_FIELD = "fields.";

/** What never changes by itself: `modified` follows any other change. */
const fixedKeys = ["id", "user", "created", "modified", "fields"] as const;

/** The parts of `record`. A part without a value is left out. */
export function fieldsOf(record: StoredRecord): RecordFields {
  const found = new Map<string, unknown>([[GEOMETRY, geometryOf(record)]]);
  const parts: Readonly<Record<string, unknown>> = record;
  for (const name of plainFields) {
    if (parts[name] !== undefined) found.set(name, parts[name]);
  }
  for (const [name, value] of Object.entries(ownFieldsOf(record) ?? {})) {
    found.set(OWN_FIELD + name, value);
  }
  return found;
}

/** Names of the parts in which `after` differs from `before`, those that only one of them has included. */
export function changedFields(
  before: StoredRecord,
  after: StoredRecord,
): string[] {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  return [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => !sameValue(old.get(name), now.get(name)),
  );
}

/** Whether two parts hold the same, in whichever order their keys were written. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

/**
 * `onto` with the parts that `names` names as `from` has them. It was modified when the later of both was.
 * @param names as `fieldsOf` has them; other names are of no part, and leave it as it is
 */
export function withFields<Content extends StoredRecord>(
  onto: Content,
  from: Content,
  names: readonly string[],
): Content {
  const place = names.includes(GEOMETRY) ? from : onto;
  const merged: Record<string, unknown> = {
    ...geometryOf(place),
    id: onto.id,
    user: onto.user,
    created: onto.created,
    modified: Math.max(onto.modified, from.modified),
  };
  for (const name of plainFields) {
    const parts: Readonly<Record<string, unknown>> = names.includes(name)
      ? from
      : onto;
    const { [name]: value } = parts;
    if (value !== undefined) merged[name] = value;
  }
  const own = ownFields(onto, from, names);
  if (own !== undefined) merged.fields = own;
  return merged as Content;
}

/** `record` with one part as another device had it; undefined takes the part away. */
export function withValue(
  record: StoredRecord,
  name: string,
  value: unknown,
): unknown {
  if (name === GEOMETRY) {
    const kept = Object.entries(record).filter(([key]) => isNoGeometry(key));
    return { ...Object.fromEntries(kept), ...(value as object) };
  }
  if (!name.startsWith(OWN_FIELD)) return { ...record, [name]: value };
  const own = Object.entries({
    ...ownFieldsOf(record),
    [name.slice(OWN_FIELD.length)]: value,
  });
  const kept = own.filter(([, each]) => each !== undefined);
  return { ...record, fields: Object.fromEntries(kept) };
}

function ownFieldsOf(record: StoredRecord): AnnotationRecord["fields"] {
  return isMark(record) ? record.fields : undefined;
}

function ownFields(
  onto: StoredRecord,
  from: StoredRecord,
  names: readonly string[],
): AnnotationRecord["fields"] {
  const own = new Map(Object.entries(ownFieldsOf(onto) ?? {}));
  const theirs = new Map(Object.entries(ownFieldsOf(from) ?? {}));
  for (const name of names) {
    if (!name.startsWith(OWN_FIELD)) continue;
    const key = name.slice(OWN_FIELD.length);
    const value = theirs.get(key);
    if (value === undefined) own.delete(key);
    else own.set(key, value);
  }
  return own.size === 0 ? undefined : Object.fromEntries(own);
}

function geometryOf(record: StoredRecord): Record<string, unknown> {
  const geometry: Record<string, unknown> = { ...record };
  for (const key of [...fixedKeys, ...plainFields]) {
    Reflect.deleteProperty(geometry, key);
  }
  return geometry;
}

function isNoGeometry(key: string): boolean {
  return [...fixedKeys, ...plainFields].some((name) => name === key);
}

/** JSON with its keys in one order. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}
