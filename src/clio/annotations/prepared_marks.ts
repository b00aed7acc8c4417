import type { AnnotationRecord } from "../model/annotation.js";
import type { PackedEdits } from "../store/packed_edits.js";

/** Marks that a worker has made ready to be put: a page that took over a hundred thousand of them as objects would stand still. */
export interface PreparedMarks {
  /** Those that nobody can have put yet, because their ids were made for them: what puts them, and what takes them away again. */
  readonly added: { readonly edits: PackedEdits; readonly undo: PackedEdits };
  /** The sets that those come into. */
  readonly sets: readonly string[];
  /** Those that may be there already, in their whole state. */
  readonly records: readonly AnnotationRecord[];
}
