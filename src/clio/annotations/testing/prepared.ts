import type { AnnotationRecord } from "../../model/annotation.js";
import { packAll } from "../../store/packed_edits.js";
import type { PreparedMarks } from "../prepared_marks.js";

/** Records that may be there already, as they are given to be put. */
export function prepared(records: readonly AnnotationRecord[]): PreparedMarks {
  const none = packAll([]);
  return { added: { edits: none, undo: none }, sets: [], records };
}
