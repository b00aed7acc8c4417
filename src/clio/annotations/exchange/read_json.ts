/** Marks from a JSON file or from links, whoever wrote them. */
import { fromOlderForm } from "../../../../neuroglancer/safe_state_text.js";
import { isClioEntry, readClioEntry } from "./clio_json.js";
import { type ReadContext, type Reading, readRow, refuse } from "./draft.js";
import {
  isList,
  isObject,
  type Json,
  type JsonDocument,
  parseJson,
} from "../../model/files/json.js";
import { isOwnExport, readOwnExport } from "./own_json.js";
import { FileRefused, placeText } from "../../model/files/refusal.js";
import {
  DATASET_AXES,
  isViewerAnnotation,
  isViewerState,
  readViewerAnnotation,
  readViewerState,
} from "./viewer_state.js";

/** What a file turned out to be, as people call it, and what is in it. */
export interface NamedReading extends Reading {
  readonly format: string;
}

/**
 * Reads marks from JSON.
 * @throws {FileRefused} where it is no JSON, or holds no marks of a form that is known
 */
export function readJson(text: string, context: ReadContext): NamedReading {
  return readDocument(parseJson(text), context);
}

function readDocument(
  document: JsonDocument,
  context: ReadContext,
): NamedReading {
  const { value } = document;
  if (isOwnExport(value)) {
    return { format: "Clio's own export", ...readOwnExport(document) };
  }
  if (isViewerState(value)) {
    const reading = readViewerState(document, context);
    if (reading.drafts.length + reading.refused.length > 0) {
      return { format: "state of a viewer", ...reading };
    }
    throw new FileRefused(
      "It is the state of a viewer, and none of its layers has annotations of its own. Annotations that a server keeps are not in a state.",
    );
  }
  return readEntries(document, entriesOf(value), context);
}

function entriesOf(value: Json): [string, Json][] {
  if (isList(value)) return value.map((entry) => ["", entry]);
  if (!isObject(value)) return [];
  // A single mark, not in a list.
  if (isClioEntry(value) || isViewerAnnotation(value)) return [["", value]];
  return Object.entries<Json | undefined>(value).map(([key, entry]) => [
    key,
    entry ?? null,
  ]);
}

function readEntries(
  document: JsonDocument,
  entries: readonly [string, Json][],
  context: ReadContext,
): NamedReading {
  const known = entries.some(
    ([, entry]) => isClioEntry(entry) || isViewerAnnotation(entry),
  );
  if (!known) {
    throw new FileRefused(
      "It holds no marks: expected an export of Clio, entries with a pos (Clio) or Pos (DVID), annotations of a viewer, or a viewer's state with layers.",
    );
  }
  const reading: Reading = { drafts: [], refused: [] };
  for (const [key, entry] of entries) {
    const line = document.lineOf(entry);
    readRow(reading, line, () => {
      if (isClioEntry(entry)) {
        return readClioEntry(entry, key, { line }, context);
      }
      if (isViewerAnnotation(entry)) {
        return readViewerAnnotation(entry, DATASET_AXES, {}, { line }, context);
      }
      return refuse({ line }, key || "entry", entry, "a mark with a pos");
    });
  }
  return { format: "list of annotations", ...reading };
}

/** Whether a text is links to views: each line that is not empty has an address with a state behind `#!`. */
export function isLinks(text: string): boolean {
  return /^\s*https?:\/\/\S*#!/.test(text);
}

/**
 * Reads the annotations out of links, one a line.
 * @throws {FileRefused} naming the line whose state cannot be read
 */
export function readLinks(text: string, context: ReadContext): NamedReading {
  const all: NamedReading = {
    format: "links to views",
    drafts: [],
    refused: [],
  };
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === "") continue;
    const document = parseLink(line, index + 1);
    const { drafts, refused } = readViewerState(document, context);
    for (const draft of drafts) all.drafts.push(draft);
    for (const row of refused) all.refused.push(row);
  }
  if (all.drafts.length + all.refused.length > 0) return all;
  throw new FileRefused(
    "None of the views has annotations of its own. Annotations that a server keeps are not in a link.",
  );
}

function parseLink(line: string, number: number): JsonDocument {
  const begin = line.indexOf("#!");
  const fragment = line
    .slice(begin + 2)
    .replace(/^\+/, "")
    .trim();
  const at = placeText({ line: number });
  const state = begin < 0 ? "" : decoded(fragment);
  if (!state.startsWith("{")) {
    throw new FileRefused(
      `In ${at} there is no state behind #!: the view is kept elsewhere, or the link is cut. Open it, and copy the address that it then has.`,
    );
  }
  try {
    return parseJson(state, number);
  } catch (error) {
    const older = fromOlderForm(state);
    if (older === undefined) throw error;
    return parseJson(older, number);
  }
}

/** A link may have been decoded by what it was copied from; then a % in it stands for itself. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
