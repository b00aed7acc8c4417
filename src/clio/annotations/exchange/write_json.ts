/** Marks as JSON files: our own, and the original Clio's. */
import {
  ANNOTATION_SCHEMA_VERSION,
  type AnnotationRecord,
} from "../../model/annotation.js";
import type { SandboxDescription, SandboxKey } from "../../model/sandbox.js";
import type { ExportedSandbox } from "../../store/export.js";
import { OWN_FORMAT } from "./own_json.js";

/** Takes records batch by batch and makes a file of them in the shape of the store's own export, which keeps every field. */
export class JsonWriter {
  private readonly parts: string[] = [];

  constructor(
    private readonly key: SandboxKey,
    private readonly description: SandboxDescription,
  ) {}

  add(records: readonly AnnotationRecord[]): void {
    addLines(this.parts, records);
  }

  finish(): Blob {
    const head: Omit<ExportedSandbox, "records"> = {
      format: OWN_FORMAT,
      version: ANNOTATION_SCHEMA_VERSION,
      ...this.key,
      ...this.description,
      // What is not on disk is among the records here: these are the marks as they are seen.
      unsaved: [],
      quarantined: [],
    };
    return jsonFile([
      JSON.stringify(head).slice(0, -1),
      ',\n"records":[',
      ...this.parts,
      "]}\n",
    ]);
  }
}

/** The same for scripts of the original Clio: a list of `{kind, pos, prop, tags, …}`. */
export class ClioJsonWriter {
  private readonly parts: string[] = [];
  /** How many of each kind were left out, because the original has no such kind. */
  readonly leftOut = new Map<AnnotationRecord["kind"], number>();

  add(records: readonly AnnotationRecord[]): void {
    const items = records.flatMap((record) => {
      const item = clioItem(record);
      if (item !== undefined) return [item];
      this.leftOut.set(record.kind, (this.leftOut.get(record.kind) ?? 0) + 1);
      return [];
    });
    addLines(this.parts, items);
  }

  finish(): Blob {
    return jsonFile(["[", ...this.parts, "]\n"]);
  }
}

/** A record as an item of `/v2/annotations`; undefined where the original has no such kind. */
function clioItem(record: AnnotationRecord): object | undefined {
  const place = clioPlace(record);
  if (place === undefined) return undefined;
  const { description, title, type, tags, checked, fields, user } = record;
  return {
    ...place,
    description,
    ...(title === undefined ? {} : { title }),
    tags,
    user,
    prop: {
      ...fields,
      ...(type === undefined ? {} : { type }),
      checked,
      timestamp: String(record.created),
      modified: String(record.modified),
    },
  };
}

function clioPlace(record: AnnotationRecord) {
  switch (record.kind) {
    case "point":
      return { kind: "point", pos: record.position };
    case "line":
      return { kind: "lineseg", pos: record.ends.flat() };
    case "sphere":
      return { kind: "sphere", pos: record.ends.flat() };
    default:
      return undefined;
  }
}

/** Adds items of a list, one a line. Many short texts, because one of a million items would be longer than a string may be. */
function addLines(parts: string[], items: readonly unknown[]): void {
  if (items.length === 0) return;
  const separator = parts.length === 0 ? "\n" : ",\n";
  parts.push(separator + items.map((item) => JSON.stringify(item)).join(",\n"));
}

function jsonFile(parts: string[]): Blob {
  return new Blob(parts, { type: "application/json" });
}
