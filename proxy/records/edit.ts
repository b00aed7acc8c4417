import type { AnnotationRecord } from "../../src/clio/model/annotation.js";
import {
  fieldsOf,
  sameValue,
  withFields,
} from "../../src/clio/model/record_fields.js";
import type {
  Conflict,
  DeliveredChange,
  DeliveredEdit,
} from "../../src/clio/model/sync.js";
import { placeOf } from "../annotations/keys.js";
import type { RecordRow, Shelf } from "../storage/storage.js";

/** An edit as the server applies it: `extra` is what only the v2 interface brings (see `RecordRow`). */
export type RecordEdit =
  | DeliveredEdit
  | (Extract<DeliveredEdit, { op: "put" }> & { extra: string | undefined });

/** A change as the server applies it. */
export type RecordChange = Omit<DeliveredChange, "edits"> & {
  edits: readonly RecordEdit[];
};

type Put = Extract<RecordEdit, { op: "put" }>;
type Delete = Extract<RecordEdit, { op: "delete" }>;

/** The part that a conflict names where one device deleted what another edited. */
const wholeRecord = "record";

/** What an edit makes of a record. */
export interface Edited {
  row: RecordRow | undefined;
  conflicts: Conflict[];
}

/** Makes the conflicts of one change. */
type Clash = (record: string, field: string, values: Values) => Conflict;
interface Values {
  kept: unknown;
  refused: unknown;
}

/** How the conflicts that `change` runs into are told. */
export function clashesOf(change: RecordChange, revision: number): Clash {
  return (record, field, { kept, refused }) => ({
    id: `${change.id}/${record}/${field}`,
    dataset: change.dataset,
    record,
    field,
    kept: kept ?? null,
    refused: refused ?? null,
    change: change.id,
    at: change.at,
    revision,
    settled: false,
  });
}

/**
 * Puts a record. Parts that only this edit changed are taken over. Of a part that another change has changed since the person saw it,
 * the value that is here stays, and both are told in a conflict. A record that was deleted meanwhile comes back: an edit is worth more.
 * @param stored what is here
 * @param revision that of the change
 */
export function put(
  shelf: Shelf,
  stored: RecordRow | undefined,
  edit: Put,
  revision: number,
  clash: Clash,
): Edited {
  const { base } = edit;
  // Who it belongs to is known from whoever signed in, and from nothing that was sent.
  const wanted: AnnotationRecord = { ...edit.record, user: shelf.user };
  const extra = "extra" in edit ? edit.extra : stored?.extra;
  if (stored?.record === undefined) {
    const conflicts =
      stored !== undefined && isNewer(stored.revision, base, revision)
        ? [clash(wanted.id, wholeRecord, { kept: wanted, refused: null })]
        : [];
    const names = [...fieldsOf(wanted).keys()];
    const fieldRevisions = Object.fromEntries(
      names.map((name) => [name, revision]),
    );
    return {
      row: rowOf(shelf, wanted, revision, fieldRevisions, extra),
      conflicts,
    };
  }
  const { record } = stored;
  const here = fieldsOf(record);
  const there = fieldsOf(wanted);
  const names = edit.changed ?? [...new Set([...here.keys(), ...there.keys()])];
  const differing = [...new Set(names)].filter(
    (name) => !sameValue(here.get(name), there.get(name)),
  );
  const clashing = differing.filter((name) =>
    isNewer(fieldRevision(stored, name), base, revision),
  );
  const taken = differing.filter((name) => !clashing.includes(name));
  const fieldRevisions = {
    ...stored.fieldRevisions,
    ...Object.fromEntries(taken.map((name) => [name, revision])),
  };
  return {
    row: rowOf(
      shelf,
      withFields(record, wanted, taken),
      revision,
      fieldRevisions,
      extra,
    ),
    conflicts: clashing.map((name) =>
      clash(record.id, name, {
        kept: here.get(name),
        refused: there.get(name),
      }),
    ),
  };
}

/** Deletes a record, unless it was edited since the person saw it: then it stays, and a conflict says so. */
export function remove(
  stored: RecordRow | undefined,
  { id, base }: Delete,
  revision: number,
  clash: Clash,
): Edited {
  if (stored?.record === undefined) return { row: undefined, conflicts: [] };
  if (isNewer(stored.revision, base, revision)) {
    const values = { kept: stored.record, refused: null };
    return { row: undefined, conflicts: [clash(id, wholeRecord, values)] };
  }
  const { user, dataset } = stored;
  return {
    row: {
      user,
      dataset,
      id,
      revision,
      record: undefined,
      fieldRevisions: {},
    },
    conflicts: [],
  };
}

/** Whether something changed after the person saw it, and not by this very change. */
function isNewer(changed: number, base: number, revision: number): boolean {
  return changed > base && changed !== revision;
}

/** A part that never had a value counts as changed when the record was made. */
function fieldRevision({ fieldRevisions }: RecordRow, name: string): number {
  return Object.hasOwn(fieldRevisions, name) ? fieldRevisions[name] : 0;
}

function rowOf(
  shelf: Shelf,
  record: AnnotationRecord,
  revision: number,
  fieldRevisions: Readonly<Record<string, number>>,
  extra: string | undefined,
): RecordRow {
  const place = placeOf(record);
  return {
    ...shelf,
    id: record.id,
    revision,
    record,
    fieldRevisions,
    ...(extra === undefined ? {} : { extra }),
    ...(place === undefined ? {} : { place }),
  };
}
