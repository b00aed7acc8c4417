/** Rows to put into a storage, complete where a spec does not care. */
import type { AnnotationRecord } from "../../../src/clio/model/annotation.js";
import type { Account, RecordRow, WholeLinkRow } from "../storage.js";

/** Texts that would be something else than text where they were not passed as values. */
export const hostileTexts = [
  "'; DROP TABLE records; --",
  '" OR ""="',
  "%_\\",
  "__proto__",
  "constructor",
  "\ud83e\udde0 שלום",
  "",
];

/** Where the rows below are. */
export const shelf = { user: "ada@lab.org", dataset: "demo" };

/** An account without any role. */
export function account(user: string, more: Partial<Account> = {}): Account {
  return {
    user,
    disabled: false,
    globalRoles: [],
    datasets: new Map(),
    groups: [],
    ...more,
  };
}

/** The nth id of a record or of a change. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** A point. */
export function point(
  id: string,
  more: Partial<AnnotationRecord> = {},
): AnnotationRecord {
  const record: AnnotationRecord = {
    id,
    kind: "point",
    position: [1, 2, 3],
    description: "",
    tags: [],
    checked: false,
    user: "ada@lab.org",
    created: 1000,
    modified: 1000,
  };
  return { ...record, ...more } as AnnotationRecord;
}

/** A kept point of Ada's. */
export function row(id: string, more: Partial<RecordRow> = {}): RecordRow {
  return {
    user: "ada@lab.org",
    dataset: "demo",
    id,
    revision: 1,
    record: point(id),
    fieldRevisions: { geometry: 1 },
    ...more,
  };
}

/** A link of Ada's that brings no marks and does not end. */
export function linkRow(
  id: string,
  more: Partial<WholeLinkRow> = {},
): WholeLinkRow {
  return {
    id,
    user: "ada@lab.org",
    title: "A view",
    open: false,
    created: 1000,
    marks: 0,
    state: '{"layers":[]}',
    records: [],
    ...more,
  };
}
