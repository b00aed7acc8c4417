/** Our own export: every field of every mark, exactly. */
import * as v from "valibot";
import {
  ANNOTATION_SCHEMA_VERSION,
  annotationSchema,
  type AnnotationRecord,
} from "../../model/annotation.js";
import type { Draft, Reading } from "./draft.js";
import {
  isList,
  isObject,
  type Json,
  type JsonDocument,
} from "../../model/files/json.js";
import {
  FileRefused,
  type RefusedRow,
  shownValue,
} from "../../model/files/refusal.js";

/** What the `format` of an export says; see `ExportedSandbox` in store/export.ts. */
export const OWN_FORMAT = "clio-sandbox";

export function isOwnExport(value: Json): boolean {
  return isObject(value) && value.format === OWN_FORMAT;
}

/**
 * Reads an export: its records, and on top of them the changes that were not on disk when it was made. What was in damaged pages is not
 * proven, so it is refused row by row.
 * @throws {FileRefused} where it is of a later version
 */
export function readOwnExport(document: JsonDocument): Reading {
  const root = document.value;
  if (!isObject(root)) throw new FileRefused("It is no export of marks.");
  if (
    typeof root.version !== "number" ||
    root.version > ANNOTATION_SCHEMA_VERSION
  ) {
    throw new FileRefused(
      `It was written by a later version of Clio (version: ${shownValue(root.version)}, expected at most ${ANNOTATION_SCHEMA_VERSION}). Open it there.`,
    );
  }
  const drafts = new Map<string, Draft>();
  const refused: RefusedRow[] = [];
  const put = (entry: Json) => {
    const line = document.lineOf(entry);
    const read = readRecord(entry, line);
    if (!("refusals" in read)) drafts.set(read.fields.id, read);
    else refused.push(read);
  };
  listOf(root.records).forEach(put);
  for (const change of listOf(root.unsaved)) {
    for (const edit of isObject(change) ? listOf(change.edits) : []) {
      if (!isObject(edit)) continue;
      if (edit.op === "put") put(edit.record ?? null);
      else if (typeof edit.id === "string") drafts.delete(edit.id);
    }
  }
  for (const page of listOf(root.quarantined)) {
    for (const row of isObject(page) ? listOf(page.rows) : []) {
      refused.push(notProven(row, document.lineOf(row)));
    }
  }
  return { drafts: [...drafts.values()], refused };
}

function readRecord(
  entry: Json,
  line: number,
): (Draft & { fields: { id: string } }) | RefusedRow {
  const result = v.safeParse(annotationSchema, entry, { abortEarly: true });
  if (result.success) return draftOf(result.output, line);
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? "the whole entry";
  const expected = issue.message.replace(/^expected /, "");
  return {
    line,
    refusals: [{ line, field, value: shownValue(issue.input), expected }],
  };
}

/** A record as a draft that says all of it. */
export function draftOf(
  record: AnnotationRecord,
  line: number,
): Draft & { fields: { id: string } } {
  const { id, description, title, type, tags, checked, ...others } = record;
  const { fields, set, segments, user, created, modified, ...geometry } =
    others;
  const common = { id, description, tags, checked, user, created, modified };
  const optional = { title, type, fields, set, segments };
  const present = Object.entries(optional).filter(([, of]) => of !== undefined);
  return {
    line,
    geometry,
    fields: { ...common, ...Object.fromEntries(present) },
    whole: true,
  };
}

function notProven(row: Json, line: number): RefusedRow {
  return {
    line,
    refusals: [
      {
        line,
        field: "quarantined",
        value: shownValue(row),
        expected: "a mark that is not in a damaged page",
      },
    ],
  };
}

function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}
