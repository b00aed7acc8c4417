/** How what is written over a body changes its fields. */
import {
  bodyField,
  isStamp,
  sameValue,
  type BodyFields,
  type BodyPatch,
  type BodyValue,
} from "./body.js";

/** Who writes, and when, as it is noted beside each field. */
export interface Writing {
  user: string;
  /** ISO 8601. */
  time: string;
}

/** Whether nothing is said of a field: it is absent, or empty. */
export function isEmptyValue(value: BodyValue | undefined): boolean {
  return (
    value === undefined ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}

/**
 * The fields after `patch` was written over `before`. Each field that changes has the name of who wrote it and the time, one that is taken
 * away too; what stays the same keeps those it had. What the patch itself says of who and when is taken as it is.
 * @returns `before` itself where nothing changes
 */
export function patched(
  before: BodyFields,
  patch: BodyPatch,
  { user, time }: Writing,
): BodyFields {
  const after = new Map(Object.entries(before));
  let changes = false;
  const put = (name: string, value: BodyValue | null) => {
    if (sameValue(bodyField(before, name), value ?? undefined)) return false;
    changes = true;
    if (value === null) after.delete(name);
    else after.set(name, value);
    return true;
  };
  for (const [name, value] of Object.entries(patch)) {
    if (isStamp(name) || !put(name, value)) continue;
    after.set(`${name}_user`, user);
    after.set(`${name}_time`, time);
  }
  for (const [name, value] of Object.entries(patch)) {
    if (isStamp(name)) put(name, value);
  }
  return changes ? Object.fromEntries(after) : before;
}

/** The patch that leaves of `before` only what `whole` says. */
export function replacing(before: BodyFields, whole: BodyPatch): BodyPatch {
  const gone = Object.keys(before).filter(
    (name) => !isStamp(name) && !Object.hasOwn(whole, name),
  );
  return {
    ...Object.fromEntries(gone.map((name) => [name, null])),
    ...whole,
  };
}

/** The patch without the fields of `conditional` in which there is something. */
export function onlyWhereEmpty(
  before: BodyFields,
  patch: BodyPatch,
  conditional: ReadonlySet<string>,
): BodyPatch {
  const kept = (name: string) =>
    conditional.has(name) && !isEmptyValue(bodyField(before, name));
  return Object.fromEntries(
    Object.entries(patch).filter(
      ([name]) => !kept(name) && !kept(name.replace(/_(user|time)$/, "")),
    ),
  );
}

/** Whether anything is said of a body, beside who wrote something of it that is no more. */
export function isSaid(fields: BodyFields): boolean {
  return Object.keys(fields).some((name) => !isStamp(name));
}
