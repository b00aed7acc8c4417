/** Everything of a sandbox as one JSON file, whatever state the database is in. */
import type { AnnotationRecord } from "../model/annotation.js";
import { ANNOTATION_SCHEMA_VERSION } from "../model/annotation.js";
import type { Change } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";
import type { SandboxDescription, SandboxKey } from "../model/sandbox.js";
import { sameSandbox } from "../model/sandbox.js";
import type { ClioDatabase, QuarantineRow } from "./database.js";
import { readTransaction } from "./database.js";
import { quarantinedPages } from "./quarantine.js";
import { type StoredChange, unpackChange } from "./packed_edits.js";
import { salvageRows } from "./pages.js";
import { readSandbox } from "./reader.js";
import { findSandbox } from "./sandboxes.js";

/** The JSON document that an export is. */
export interface ExportedSandbox<
  Content extends StoredRecord = AnnotationRecord,
>
  extends SandboxKey, Partial<SandboxDescription> {
  format: "clio-sandbox";
  version: typeof ANNOTATION_SCHEMA_VERSION;
  /** What is on disk. */
  records: Content[];
  /** Changes that are not on disk, to be applied in their order. */
  unsaved: Change<Content>[];
  /** Damaged pages, each with those rows `[seq, record or deleted id]` that can still be made out, unproven. */
  quarantined: (Pick<QuarantineRow, "found" | "reason" | "descriptor"> & {
    rows: unknown[];
  })[];
}

/**
 * All of a sandbox as an `ExportedSandbox` in JSON.
 * @param db the open database, or undefined where there is none: then only what is unsaved is exported.
 */
export async function exportSandbox(
  db: ClioDatabase | undefined,
  key: SandboxKey,
  pending: readonly StoredChange[],
): Promise<Blob> {
  const records = new JsonList();
  const quarantined = new JsonList();
  let described: Partial<SandboxDescription> = {};
  if (db !== undefined) {
    const row = await findSandbox(db, key);
    if (row !== undefined) {
      const { title, image, space } = row;
      described = { title, image, space };
      await readSandbox<StoredRecord>(db, key, (batch) => records.add(batch));
      for (const page of await quarantinedPages(db, row.sid)) {
        const tx = readTransaction(db, ["pages"]);
        const stored = await tx.objectStore("pages").get(page.descriptor.page);
        const rows = stored === undefined ? [] : salvageRows(stored.bytes);
        const { found, reason, descriptor } = page;
        quarantined.add([{ found, reason, descriptor, rows }]);
      }
    }
  }
  const head: Omit<ExportedSandbox<StoredRecord>, "records" | "quarantined"> = {
    format: "clio-sandbox",
    version: ANNOTATION_SCHEMA_VERSION,
    ...key,
    ...described,
    unsaved: pending
      .filter((change) => sameSandbox(change, key))
      .map(unpackChange),
  };
  return new Blob(
    [
      JSON.stringify(head).slice(0, -1),
      ...[',\n"records":[', ...records.parts, "]"],
      ...[',\n"quarantined":[', ...quarantined.parts, "]}\n"],
    ],
    { type: "application/json" },
  );
}

/** The items of a JSON list as many short texts, because one text of a million records would be longer than a string may be. */
class JsonList {
  readonly parts: string[] = [];

  add(items: readonly unknown[]): void {
    if (items.length === 0) return;
    const separator = this.parts.length === 0 ? "\n" : ",\n";
    const lines = items.map((item) => JSON.stringify(item));
    this.parts.push(separator + lines.join(",\n"));
  }
}
