import type { AnnotationRecord } from "../../model/annotation.js";
import { sameSandbox, type SandboxKey } from "../../model/sandbox.js";
import {
  editsOfMarks,
  type StoredChange,
  unpackEdits,
} from "../../store/packed_edits.js";

/** The newest state of each record of a sandbox that changes are about; undefined where it is deleted. */
export function newestOf(
  changes: readonly StoredChange[],
  key: SandboxKey,
): Map<string, AnnotationRecord | undefined> {
  const newest = new Map<string, AnnotationRecord | undefined>();
  for (const change of changes) {
    if (!sameSandbox(change, key)) continue;
    for (const edit of unpackEdits(editsOfMarks(change.edits))) {
      if (edit.op === "put") newest.set(edit.record.id, edit.record);
      else newest.set(edit.id, undefined);
    }
  }
  return newest;
}
