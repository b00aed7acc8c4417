import {
  fieldsOf,
  sameValue,
  withFields,
} from "../../src/clio/model/record_fields.js";
import type { StoredRecord } from "../../src/clio/model/record.js";
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

/** A change as the server applies it. One without a device is a script's: it knows what is here when it is made. */
export type RecordChange = Omit<DeliveredChange, "edits" | "device"> & {
  device?: string;
  edits: readonly RecordEdit[];
};

/** The revisions that are of the same device as an edit, that of its own change included. */
export type OwnRevisions = ReadonlySet<number>;

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
 * Where nobody else has changed anything since, the record is then as the person's device has it, the time of its last change included.
 * @param stored what is here
 * @param revision that of the change
 * @param own of the newer revisions of the record, those of the same device
 */
export function put(
  shelf: Shelf,
  stored: RecordRow | undefined,
  edit: Put,
  revision: number,
  own: OwnRevisions,
  clash: Clash,
): Edited {
  const { base } = edit;
  // Who it belongs to is known from whoever signed in, and from nothing that was sent.
  const wanted: StoredRecord = { ...edit.record, user: shelf.user };
  const extra = "extra" in edit ? edit.extra : stored?.extra;
  if (stored?.record === undefined) {
    const conflicts =
      stored !== undefined && isForeign(stored.revision, base, own)
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
    isForeign(fieldRevision(stored, name), base, own),
  );
  const taken = differing.filter((name) => !clashing.includes(name));
  const merged = withFields(record, wanted, taken);
  // Undo goes back in time: the later of both times would be another one than the person's device has.
  const isMerge = revisionsAfter(stored, base).some((each) => !own.has(each));
  const { modified } = isMerge ? merged : wanted;
  const fieldRevisions = {
    ...stored.fieldRevisions,
    ...Object.fromEntries(taken.map((name) => [name, revision])),
  };
  return {
    row: rowOf(shelf, { ...merged, modified }, revision, fieldRevisions, extra),
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
  own: OwnRevisions,
  clash: Clash,
): Edited {
  if (stored?.record === undefined) return { row: undefined, conflicts: [] };
  const revisions = Object.values(stored.fieldRevisions);
  if (revisions.some((changed) => isForeign(changed, base, own))) {
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

/** The revisions of a record that are newer than what the person saw, and may be another device's. */
export function revisionsAfter(
  { revision, fieldRevisions }: RecordRow,
  base: number,
): number[] {
  const all = new Set([revision, ...Object.values(fieldRevisions)]);
  return [...all].filter((each) => each > base);
}

/** Whether something changed after the person saw it, and not by the person's own device. */
function isForeign(changed: number, base: number, own: OwnRevisions): boolean {
  return changed > base && !own.has(changed);
}

/** A part that never had a value counts as changed when the record was made. */
function fieldRevision({ fieldRevisions }: RecordRow, name: string): number {
  return Object.hasOwn(fieldRevisions, name) ? fieldRevisions[name] : 0;
}

function rowOf(
  shelf: Shelf,
  record: StoredRecord,
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
