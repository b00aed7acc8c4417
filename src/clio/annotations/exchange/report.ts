/** What an import would do, or has done, as a table that can be kept. */
import { anchorsOf } from "../../model/geometry.js";
import { csvRow, textCell } from "../../model/csv_cell.js";
import type { PlannedRow } from "./plan.js";

const COLUMNS = [
  ...["line", "column", "would", "id", "kind", "position", "description"],
  ...["field", "value", "expected", "differs"],
];

/** One row a row of the file, and one more for each further thing that is wrong with it. */
export function reportOf(rows: readonly PlannedRow[]): Blob {
  const lines = rows.flatMap((row) => {
    if (row.would === "refuse") {
      return row.refusals.map(({ line, column, field, value, expected }) => [
        ...[String(line), String(column ?? ""), row.would, "", "", "", ""],
        ...[field, value, expected, ""],
      ]);
    }
    const { record, line, would } = row;
    const differs = row.would === "change" ? row.differs.join("; ") : "";
    return [
      [
        ...[String(line), "", would, record.id, record.kind],
        ...[placeText(record), record.description, "", "", "", differs],
      ],
    ];
  });
  const text = [COLUMNS, ...lines.map((cells) => cells.map(textCell))]
    .map((cells) => `${csvRow(cells)}\r\n`)
    .join("");
  return new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" });
}

/** Where a mark lies, as rows show it: "193, 60, 112 to 201, 115, 112". */
export function placeText(record: Parameters<typeof anchorsOf>[0]): string {
  const anchors = anchorsOf(record);
  const first = anchors[0].join(", ");
  const last = anchors[anchors.length - 1].join(", ");
  return anchors.length === 1 ? first : `${first} to ${last}`;
}
