import { type Child, element } from "./element.js";

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  /** What the column holds, as its header and screen readers say. */
  readonly title: string;
  /** Stands in the header instead of the title. */
  readonly header?: () => Child;
  /** Pixels, until a person makes it wider or narrower. */
  readonly width: number;
  /** Takes the room that is left. */
  readonly grows?: boolean;
  /** Right-aligned, so that figures stand one under the other. */
  readonly numeric?: boolean;
  /** Whether a person may sort by it. */
  readonly sortable: boolean;
  /** Whether a person may make it wider and narrower. */
  readonly fixed?: boolean;
  /** What stands in the cell of a row. */
  cell(row: Row): readonly Child[];
  /** All that the cell of a row goes by, as a text: where it is what it was for the row before, the cell is left as it is. */
  basis?(row: Row): string;
  /** Does what a press on the cell means; the press does not choose the row then. */
  press?(row: Row, index: number, event: MouseEvent): void;
}

/** The cells of a text on one line, all of it on hover. @param tone a class that they have in the style */
export function textCells<Row>(
  of: (row: Row) => string,
  tone = "",
): Pick<Column<Row>, "cell" | "basis"> {
  return {
    cell: (row) => {
      const text = of(row);
      return text === ""
        ? []
        : [element("span", { class: tone, title: text }, text)];
    },
    basis: of,
  };
}

/** By which column the rows are sorted. */
export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

/** The narrowest that a person can make a column, in pixels. */
export const NARROWEST = 32;

/** The columns as a template of CSS grid. */
export function gridTemplate<Row>(
  columns: readonly Column<Row>[],
  widths: Readonly<Record<string, number>>,
): string {
  return columns
    .map(({ id, width, grows }) => {
      const pixels = `${widths[id] ?? width}px`;
      return grows ? `minmax(${pixels}, 1fr)` : pixels;
    })
    .join(" ");
}
