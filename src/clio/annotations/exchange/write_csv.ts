/** Marks as CSV by RFC 4180, which `readOwnTable` reads back exactly. */
import type { AnnotationRecord } from "../../model/annotation.js";
import type { VoxelSize } from "../../model/measurement.js";
import { csvRow, valueCell } from "../../model/csv_cell.js";
import { FIELD_PREFIX, OWN_COLUMNS, ownCells } from "./own_columns.js";

const END = "\r\n";

/** So many rows are one piece of the file: a text of a million of them would be longer than a string may be. */
const PIECE = 5000;

/** Takes records batch by batch and makes a file of them. */
export class CsvWriter {
  private readonly rows: { text: string; width: number }[] = [];
  /** The columns of fields so far, by their names. */
  private readonly fields = new Map<string, number>();

  /**
   * @param voxel edges of a voxel in nm, for what is measured
   * @param fieldNames those of the dataset, which get the first columns; others follow as they are met
   */
  constructor(
    private readonly voxel: VoxelSize,
    fieldNames: readonly string[],
  ) {
    for (const name of fieldNames) this.columnOf(name);
  }

  add(records: readonly AnnotationRecord[]): void {
    for (const record of records) {
      const cells = ownCells(record, this.voxel);
      for (const [name, value] of Object.entries(record.fields ?? {})) {
        const column = this.columnOf(name);
        while (cells.length < column) cells.push("");
        cells[column] = valueCell(value);
      }
      const text = csvRow(cells);
      this.rows.push({ text, width: cells.length });
    }
  }

  finish(): Blob {
    const names = [...this.fields.keys()].map((name) => FIELD_PREFIX + name);
    const header = [...OWN_COLUMNS, ...names];
    // The mark at the beginning tells spreadsheets that this is UTF-8.
    const parts = [`\uFEFF${csvRow(header)}${END}`];
    for (let from = 0; from < this.rows.length; from += PIECE) {
      const rows = this.rows.slice(from, from + PIECE);
      parts.push(
        rows
          .map(({ text, width }) => {
            // Fields that were met only later have no cell in it yet.
            return text + ",".repeat(header.length - width) + END;
          })
          .join(""),
      );
    }
    return new Blob(parts, { type: "text/csv;charset=utf-8" });
  }

  private columnOf(name: string): number {
    let column = this.fields.get(name);
    if (column === undefined) {
      column = OWN_COLUMNS.length + this.fields.size;
      this.fields.set(name, column);
    }
    return column;
  }
}
