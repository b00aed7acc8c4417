import { element } from "./element.js";
import type { Column } from "./virtual_columns.js";

/** What a row is to the person. */
export interface RowState {
  /** The one that the keys act on. */
  readonly active: boolean;
  /** One of those that are chosen for an act on many. */
  readonly chosen: boolean;
}

/** The element of a row, which shows one row after the other as the table is scrolled. */
export class VirtualRow<Row> {
  readonly element: HTMLElement;
  /** Index of the row that it shows. */
  index = -1;
  private shown: Row | undefined;
  private columns: readonly Column<Row>[] = [];
  private cells: HTMLElement[] = [];
  /** By column: see {@link Column.basis}; undefined where the cell is to be made anew whatever it shows. */
  private bases: (string | undefined)[] = [];
  private state: RowState | undefined;
  private top: number | undefined;

  /** @param id by which the table says that the row is the active one */
  constructor(id: string) {
    this.element = element("div", { class: "clio-table-row", role: "row", id });
  }

  /** Shows a row, or that it is not there yet. What is shown already is left alone. */
  show(
    index: number,
    row: Row | undefined,
    columns: readonly Column<Row>[],
  ): void {
    // The header is the first.
    if (index !== this.index)
      this.element.setAttribute("aria-rowindex", String(index + 2));
    this.index = index;
    const isOther = row !== this.shown || columns !== this.columns;
    this.shown = row;
    if (columns !== this.columns) this.makeCells(columns);
    if (isOther) this.refresh();
  }

  /** The row that it shows; undefined where that has not come yet. */
  get row(): Row | undefined {
    return this.shown;
  }

  /** Shows the row as it is now. */
  refresh(): void {
    const { shown: row, columns } = this;
    this.element.classList.toggle("clio-table-waiting", row === undefined);
    columns.forEach((column, i) => {
      const basis = row === undefined ? undefined : column.basis?.(row);
      if (basis !== undefined && basis === this.bases[i]) return;
      this.bases[i] = basis;
      this.cells[i].replaceChildren(
        ...(row === undefined ? [] : column.cell(row)),
      );
    });
  }

  showState(state: RowState): void {
    const { active, chosen } = state;
    if (active === this.state?.active && chosen === this.state.chosen) return;
    this.state = state;
    this.element.classList.toggle("clio-table-active", active);
    this.element.setAttribute("aria-selected", String(chosen));
    if (active) this.element.setAttribute("aria-current", "true");
    else this.element.removeAttribute("aria-current");
  }

  /** Stands so many pixels below the table's header. */
  place(top: number): void {
    if (top === this.top) return;
    this.top = top;
    this.element.style.transform = `translateY(${top}px)`;
  }

  /** The column of a cell that holds `node`. */
  columnOf(node: Node): Column<Row> | undefined {
    return this.columns[this.cells.findIndex((cell) => cell.contains(node))];
  }

  private makeCells(columns: readonly Column<Row>[]): void {
    this.columns = columns;
    this.bases = [];
    this.cells = columns.map(({ numeric }, index) =>
      element("div", {
        class: `clio-table-cell${numeric ? " clio-table-number" : ""}`,
        role: "gridcell",
        "aria-colindex": String(index + 1),
      }),
    );
    this.element.replaceChildren(...this.cells);
  }
}
