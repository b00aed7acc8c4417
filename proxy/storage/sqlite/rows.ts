/** Between the columns of the tables and the rows of the interface. */
import type { AnnotationRecord } from "../../../src/clio/model/annotation.js";
import type { StoredRecord } from "../../../src/clio/model/record.js";
import type { DatasetRole, GlobalRole } from "../../permissions/roles.js";
import type {
  Account,
  LinkRow,
  PlaceRow,
  RecordRow,
  TokenRow,
  WholeLinkRow,
} from "../storage.js";

export interface AccountColumns {
  user: string;
  name: string | null;
  disabled: 0 | 1;
}

/** What stands in the column `dataset` of a role that holds in all of them. No dataset has an empty name. */
export const everywhere = "";

export function accountFrom(
  { user, name, disabled }: AccountColumns,
  roles: readonly { dataset: string; role: DatasetRole | GlobalRole }[],
  groups: readonly string[],
): Account {
  const globalRoles: GlobalRole[] = [];
  const datasets = new Map<string, DatasetRole[]>();
  for (const { dataset, role } of roles) {
    if (dataset === everywhere) globalRoles.push(role as GlobalRole);
    else
      datasets.set(dataset, [
        ...(datasets.get(dataset) ?? []),
        role as DatasetRole,
      ]);
  }
  return {
    user,
    ...(name === null ? {} : { name }),
    disabled: disabled === 1,
    globalRoles,
    datasets,
    groups,
  };
}

export interface RecordColumns {
  user: string;
  dataset: string;
  id: string;
  revision: number;
  record: string | null;
  field_revisions: string;
  extra: string | null;
  place: string | null;
}

export function recordFrom(row: RecordColumns): RecordRow {
  const { user, dataset, id, revision, record, extra, place } = row;
  return {
    user,
    dataset,
    id,
    revision,
    record: record === null ? undefined : (JSON.parse(record) as StoredRecord),
    fieldRevisions: JSON.parse(row.field_revisions) as Record<string, number>,
    ...(extra === null ? {} : { extra }),
    ...(place === null ? {} : { place }),
  };
}

export type PlaceColumns = Pick<RecordColumns, "id" | "revision" | "place">;

export function placeFrom({ place, ...row }: PlaceColumns): PlaceRow {
  return { ...row, ...(place === null ? {} : { place }) };
}

export interface LinkColumns {
  id: string;
  user: string;
  title: string;
  open: 0 | 1;
  created: number;
  expires: number | null;
  dataset: string | null;
  marks: number;
  revoked: number | null;
  revoked_by: string | null;
}

export function linkFrom(row: LinkColumns): LinkRow {
  const { id, user, title, open, created, expires, dataset, marks } = row;
  const { revoked: at, revoked_by: by } = row;
  return {
    id,
    user,
    title,
    open: open === 1,
    created,
    ...(expires === null ? {} : { expires }),
    ...(dataset === null ? {} : { dataset }),
    marks,
    ...(at === null || by === null ? {} : { revoked: { at, by } }),
  };
}

export function wholeLinkFrom(
  row: LinkColumns & { state: string; records: string },
): WholeLinkRow {
  const records = JSON.parse(row.records) as AnnotationRecord[];
  return { ...linkFrom(row), state: row.state, records };
}

export type TokenColumns = Omit<TokenRow, "used"> & { used: number | null };

export function tokenFrom({ used, ...row }: TokenColumns): TokenRow {
  return { ...row, ...(used === null ? {} : { used }) };
}
