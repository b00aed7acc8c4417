import type { AnnotationRecord } from "../../model/annotation.js";
import type { Edit } from "../../model/change.js";
import { packAll } from "../../store/packed_edits.js";
import type { PreparedMarks } from "../prepared_marks.js";
import type { PlannedRow } from "./plan.js";
import type { Tell } from "../../model/files/progress.js";

/**
 * What putting the rows of a file comes to, as far as it can be known without a look at the newest state of the marks. Its records are not
 * checked once more: whoever reads a file makes none that could not be stored (storable.spec.ts holds that).
 */
export function preparedMarks(
  rows: readonly PlannedRow[],
  tell?: Tell,
): PreparedMarks {
  const fresh: AnnotationRecord[] = [];
  const records: AnnotationRecord[] = [];
  for (const row of rows) {
    if (row.would === "change") records.push(row.record);
    else if (row.would === "add") {
      (row.isFresh ? fresh : records).push(row.record);
    }
  }
  const edits = fresh.map((record): Edit => ({ op: "put", record }));
  const undo = fresh.map(({ id }): Edit => ({ op: "delete", id }));
  const sets = new Set(fresh.flatMap(({ set }) => set ?? []));
  return {
    added: {
      edits: packAll(edits, (done) =>
        tell?.(done, edits.length, "marks ready"),
      ),
      undo: packAll(undo),
    },
    sets: [...sets],
    records,
  };
}
