/** Between the columns of the tables and the rows of the interface. */
import type { AnnotationRecord } from "../../../src/clio/model/annotation.js";
import type { AtlasEntry, EntryState } from "../../../src/clio/model/atlas.js";
import type { StoredRecord } from "../../../src/clio/model/record.js";
import type { DatasetRole, GlobalRole } from "../../permissions/roles.js";
import type {
  Account,
  AtlasRow,
  BodyRow,
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

export type TokenColumns = Omit<TokenRow, "used" | "scope"> & {
  used: number | null;
  scope: string | null;
};

export function tokenFrom({ used, scope, ...row }: TokenColumns): TokenRow {
  return {
    ...row,
    ...(used === null ? {} : { used }),
    ...(scope === null ? {} : { scope }),
  };
}

export interface AtlasColumns {
  dataset: string;
  id: string;
  user: string;
  state: EntryState;
  version: number;
  seq: number;
  submitted: number;
  is_complete: 0 | 1;
  was_published: 0 | 1;
  entry: string;
  published: string | null;
  review: string;
}

/** Where the views are in columns of their own, they are read with one entry and not with a list. */
export interface AtlasViews {
  view: string | null;
  published_view: string | null;
}

/** What of an entry is neither listed by nor searched for. */
type Review = Pick<AtlasRow, "comment" | "reviewed">;

export function atlasFrom(row: AtlasColumns & Partial<AtlasViews>): AtlasRow {
  const { dataset, id, user, state, version, seq, submitted } = row;
  const { view = null, published_view: publishedView = null } = row;
  return {
    dataset,
    id,
    user,
    state,
    version,
    seq,
    submitted,
    isComplete: row.is_complete === 1,
    wasPublished: row.was_published === 1,
    entry: entryFrom(row.entry, view),
    ...(row.published === null
      ? {}
      : { published: entryFrom(row.published, publishedView) }),
    ...(JSON.parse(row.review) as Review),
  };
}

function entryFrom(text: string, view: string | null): AtlasEntry {
  const entry = JSON.parse(text) as AtlasEntry;
  if (view === null) return entry;
  return { ...entry, view: JSON.parse(view) as Record<string, unknown> };
}

/** An entry as its two columns. */
export function entryColumns(
  entry: AtlasEntry | undefined,
): [entry: string | null, view: string | null] {
  if (entry === undefined) return [null, null];
  const { view, ...rest } = entry;
  return [
    JSON.stringify(rest),
    view === undefined ? null : JSON.stringify(view),
  ];
}

export interface BodyColumns {
  dataset: string;
  body: string;
  revision: number;
  fields: string | null;
}

/** An id of a body as its column. */
export function bodyKey(body: bigint): string {
  return String(body).padStart(20, "0");
}

export function bodyFrom({ body, fields, ...row }: BodyColumns): BodyRow {
  return { ...row, body: BigInt(body), fields: fields ?? undefined };
}
