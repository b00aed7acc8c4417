import { changeAttribute } from "./change_attribute.js";
import { element } from "./element.js";
import { type Column, NARROWEST, type Sorting } from "./virtual_columns.js";

/** Pixels by which a key makes a column wider or narrower. */
const KEY_STEP = 16;

interface HeaderEvents {
  /** Called with the column that a person sorts by. */
  readonly sort: (column: string) => void;
  /** Called with the new width of a column, in pixels. */
  readonly resize: (column: string, width: number) => void;
}

/**
 * The header of a table: one stop of the Tab key, in which the arrows lead from column to column. Enter sorts, Shift with an arrow makes
 * a column narrower or wider, and so does dragging its edge.
 */
export class VirtualHeader<Row> {
  readonly element = element("div", {
    class: "clio-table-header",
    role: "row",
    "aria-rowindex": "1",
  });
  private cells: HTMLElement[] = [];
  private columns: readonly Column<Row>[] = [];

  constructor(private readonly events: HeaderEvents) {
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusin", ({ target }) =>
      this.stopAt(target as Element),
    );
  }

  /** Shows these columns; the focus stays on the column that has it, where it is still there. */
  show(columns: readonly Column<Row>[]): void {
    const focused = this.focusedColumn()?.id;
    this.columns = columns;
    this.cells = columns.map((column, index) => this.cell(column, index));
    this.element.replaceChildren(...this.cells);
    const stops = this.stops();
    const kept = columns.findIndex(({ id }) => id === focused);
    stops[0]?.setAttribute("tabindex", "0");
    if (kept >= 0) this.cells[kept].querySelector<HTMLElement>(STOP)?.focus();
  }

  /** Says by which column the rows are sorted. */
  showSorting(sorting: Sorting | undefined): void {
    this.columns.forEach(({ id, sortable }, i) => {
      if (!sortable) return;
      const direction =
        sorting?.column !== id
          ? "none"
          : sorting.descending
            ? "descending"
            : "ascending";
      changeAttribute(this.cells[i], "aria-sort", direction);
    });
  }

  private cell(column: Column<Row>, index: number): HTMLElement {
    const content = column.header?.() ?? column.title;
    const made = element("div", {
      class: `clio-table-head${column.numeric ? " clio-table-number" : ""}`,
      role: "columnheader",
      "aria-colindex": String(index + 1),
    });
    if (column.sortable) {
      const sort = element(
        "button",
        {
          type: "button",
          class: "clio-table-sort",
          tabindex: "-1",
          title: `Sort by ${column.title}`,
        },
        content,
      );
      if (column.header !== undefined) {
        sort.setAttribute("aria-label", column.title);
      }
      sort.addEventListener("click", () => this.events.sort(column.id));
      made.append(sort);
    } else {
      made.append(content);
      if (column.header === undefined) made.title = column.title;
    }
    if (!column.fixed) made.append(this.edge(column, made));
    return made;
  }

  /** The right edge of a column, which a person can drag. */
  private edge(column: Column<Row>, cell: HTMLElement): HTMLElement {
    const made = element("span", { class: "clio-table-edge" });
    made.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      made.setPointerCapture(event.pointerId);
      const start = cell.offsetWidth - event.clientX;
      const move = ({ clientX }: PointerEvent) =>
        this.events.resize(column.id, Math.max(NARROWEST, start + clientX));
      made.addEventListener("pointermove", move);
      made.addEventListener(
        "lostpointercapture",
        () => made.removeEventListener("pointermove", move),
        { once: true },
      );
    });
    return made;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const by = event.key === "ArrowLeft" ? -1 : 1;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) this.resizeFocused(by * KEY_STEP);
    else this.moveFocus(by);
  }

  private resizeFocused(by: number): void {
    const column = this.focusedColumn();
    if (column === undefined || column.fixed) return;
    const cell = this.cells[this.columns.indexOf(column)];
    this.events.resize(column.id, Math.max(NARROWEST, cell.offsetWidth + by));
  }

  private moveFocus(by: number): void {
    const stops = this.stops();
    const at = stops.indexOf(document.activeElement as HTMLElement);
    stops[at + by]?.focus();
  }

  /** Makes a part of the header the one that Tab leads to. */
  private stopAt(target: Element): void {
    for (const stop of this.stops()) {
      stop.setAttribute("tabindex", stop === target ? "0" : "-1");
    }
  }

  private stops(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(STOP)];
  }

  private focusedColumn(): Column<Row> | undefined {
    const at = this.cells.findIndex((cell) =>
      cell.contains(document.activeElement),
    );
    return this.columns[at];
  }
}

/** What can be operated in a header cell. */
const STOP = "button, input";
