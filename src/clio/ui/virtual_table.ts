import { changeAttribute } from "./change_attribute.js";
import { element } from "./element.js";
import {
  type Column,
  gridTemplate,
  NARROWEST,
  type Sorting,
} from "./virtual_columns.js";
import { VirtualHeader } from "./virtual_header.js";
import { rowByKey } from "./virtual_keys.js";
import { VirtualLayout } from "./virtual_layout.js";
import type { VirtualRow } from "./virtual_row.js";
import { type RowSource, VirtualRows } from "./virtual_rows.js";
import { VirtualScroll } from "./virtual_scroll.js";
import { VirtualSize } from "./virtual_size.js";
import { VirtualViews } from "./virtual_views.js";
import "./ui.css";
import "./virtual_table.css";

/** Pixels of a row: the token `--row`, which style alone could not tell. */
export const ROW_HEIGHT = 26;

export interface TableOptions<Row> {
  /** What the table is of, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly source: RowSource<Row>;
  /** What makes a row the one that was shown before, where the source gives another object for it: by default, that it is the same object. */
  keyOf?(row: Row): unknown;
  /** Widths that a person gave to columns, in pixels. */
  readonly widths?: Readonly<Record<string, number>>;
  /** Whether a row is one of those chosen for an act on many. */
  isChosen(row: Row): boolean;
  /** A row was made the active one by key or pointer. */
  activated(row: Row, index: number): void;
  /** Enter or a double click on a row. */
  entered(row: Row): void;
  /** A person sorts by a column. */
  sort(column: string): void;
  /** A person has made a column wider or narrower. */
  resized(widths: Readonly<Record<string, number>>): void;
  /** Rows could not be had. */
  failed(reason: unknown): void;
}

/** How many tables there were, so that each has ids of its own. */
let tables = 0;

/**
 * A table of any number of rows, of which those in view exist. It has the focus itself and names its active row, so that no focus is lost
 * when rows come and go. Below the active row its details can stand.
 *
 * Own code, and no library: with rows of one height the windowing is a division, while the libraries made for it keep an object for each
 * of a million rows and end where a browser's tallest element does.
 */
export class VirtualTable<Row> {
  readonly element: HTMLElement;
  private readonly options: TableOptions<Row>;
  private readonly header: VirtualHeader<Row>;
  private readonly layer = element("div", {
    class: "clio-table-rows",
    role: "rowgroup",
  });
  private readonly spacer = element("div");
  private readonly details = element("div", {
    class: "clio-table-details",
    role: "row",
  });
  private readonly rows: VirtualRows<Row>;
  private readonly scroll: VirtualScroll;
  private readonly size: VirtualSize;
  private readonly shown: VirtualViews<Row>;
  private columns: readonly Column<Row>[];
  private widths: Readonly<Record<string, number>>;
  private layout = new VirtualLayout(0, ROW_HEIGHT);
  /** The sizes that the parts have, in pixels; none before they were given any. */
  private extent = { height: NaN, width: NaN, below: NaN };
  private activeIndex: number | undefined;
  /** Whether to say which row is active as soon as it has come. */
  private activating = false;

  constructor(options: TableOptions<Row>) {
    this.options = options;
    this.columns = options.columns;
    this.widths = options.widths ?? {};
    this.header = new VirtualHeader({
      sort: (column) => options.sort(column),
      resize: (column, width) => this.resize(column, width),
    });
    this.element = element(
      "div",
      {
        class: "clio-table",
        role: "grid",
        tabindex: "0",
        "aria-label": options.label,
        "aria-multiselectable": "true",
      },
      element(
        "div",
        { class: "clio-table-content", role: "presentation" },
        element(
          "div",
          { role: "rowgroup", class: "clio-table-top" },
          this.header.element,
        ),
        this.layer,
        this.spacer,
      ),
    );
    this.scroll = new VirtualScroll(this.element);
    this.shown = new VirtualViews(
      this.layer,
      `clio-table-${++tables}`,
      (row) => options.keyOf?.(row) ?? row,
    );
    this.rows = new VirtualRows(
      options.source,
      () => this.rowsArrived(),
      (reason) => options.failed(reason),
    );
    this.element.addEventListener("scroll", () => {
      if (this.scroll.follow()) this.update();
      else this.placeDetails();
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.layer.addEventListener("click", (event) => this.onClick(event));
    this.layer.addEventListener("dblclick", (event) =>
      this.onDoubleClick(event),
    );
    this.size = new VirtualSize(
      this.element,
      this.header.element,
      [this.details],
      () => this.update(),
    );
    this.showColumns(options.columns);
  }

  dispose(): void {
    this.size.dispose();
    this.scroll.dispose();
    this.element.remove();
  }

  /** Index of the row that keys act on. */
  get active(): number | undefined {
    return this.activeIndex;
  }

  /** The active row, where it is there. */
  get activeRow(): Row | undefined {
    return this.activeIndex === undefined
      ? undefined
      : this.rows.at(this.activeIndex);
  }

  showColumns(columns: readonly Column<Row>[]): void {
    this.columns = columns;
    this.element.setAttribute("aria-colcount", String(columns.length));
    this.header.show(columns);
    this.showWidths();
    this.update();
  }

  showSorting(sorting: Sorting | undefined): void {
    this.header.showSorting(sorting);
  }

  /** The source may have other rows, or another number of them. What is shown stands until the new rows have come. */
  reload(): void {
    this.update();
    this.rows.invalidate();
  }

  /** What cells show beside what is in their rows may be other than before. */
  refresh(): void {
    this.shown.refresh();
    this.choiceChanged();
  }

  /** Goes to the first row, and has none active: the source has other rows altogether, or will have. */
  toTop(): void {
    this.scroll.to(0);
    this.makeActive(undefined);
  }

  /** Other rows may be chosen than before. */
  choiceChanged(): void {
    for (const view of this.shown) this.showState(view);
  }

  /** Makes a row the active one without saying so, and brings it into view. */
  activate(index: number | undefined): void {
    this.activating = false;
    if (index !== this.activeIndex) this.makeActive(index);
    this.reveal();
  }

  /** The active row stands elsewhere now. Its details stay, and so does what is scrolled to. */
  activeMoved(index: number): void {
    this.activeIndex = index;
    this.update();
  }

  /** Scrolls the active row into view. */
  reveal(): void {
    const { activeIndex: index, layout, scroll } = this;
    if (index === undefined) return;
    const top = layout.top(index);
    const bottom = layout.bottom(index);
    const viewport = this.size.height;
    if (bottom - scroll.offset > viewport) scroll.to(bottom - viewport);
    // Last, so that of what is taller than the view the beginning shows.
    if (top < scroll.offset) scroll.to(top);
    this.update();
  }

  /** Shows something below the active row, or nothing. */
  showDetails(content: HTMLElement | undefined): void {
    if (content === undefined) this.details.remove();
    else {
      this.details.replaceChildren(
        element(
          "div",
          { role: "gridcell", class: "clio-table-detail" },
          content,
        ),
      );
      this.layer.append(this.details);
    }
    this.update();
  }

  private get lastIndex(): number {
    return (this.options.source.count ?? 0) - 1;
  }

  /** Brings what is on the page in line with what is scrolled to. */
  private update(): void {
    const { options, scroll } = this;
    const viewport = this.size.height;
    const known = options.source.count;
    // Until it is known how many rows there are, a page of them waits.
    const count = known ?? Math.ceil(viewport / ROW_HEIGHT);
    // Whoever shows details says himself where their row is now: a person may be writing in them.
    const { activeIndex: active = -1, details } = this;
    if (active >= count && !details.isConnected) this.makeActive(undefined);
    this.layout = this.newLayout(count);
    const { layout } = this;
    changeAttribute(
      this.element,
      "aria-rowcount",
      String(known === undefined ? -1 : known + 1),
    );
    changeAttribute(this.element, "aria-busy", String(known === undefined));
    scroll.measure(layout.height, viewport);
    this.showExtent();
    const first = Math.max(0, layout.at(scroll.offset));
    const end =
      viewport === 0 ? first : layout.at(scroll.offset + viewport) + 1;
    this.showRows(first, Math.min(count, end));
  }

  /** Gives the parts their sizes, where they are others: the page is laid out anew for it. */
  private showExtent(): void {
    const { height, width } = this.size;
    const below = this.scroll.range - height;
    const { extent } = this;
    if (height !== extent.height) this.layer.style.height = `${height}px`;
    if (width !== extent.width) {
      this.element.style.setProperty("--in-view", `${width}px`);
    }
    if (below !== extent.below) this.spacer.style.height = `${below}px`;
    this.extent = { height, width, below };
  }

  private newLayout(count: number): VirtualLayout {
    const { activeIndex: index, details } = this;
    return new VirtualLayout(
      count,
      ROW_HEIGHT,
      index === undefined || !details.isConnected
        ? undefined
        : { index, height: details.offsetHeight },
    );
  }

  private showRows(first: number, end: number): void {
    if (this.options.source.count !== undefined) this.rows.want(first, end);
    this.shown.show(first, end, (index) => this.rows.at(index), this.columns);
    for (const view of this.shown) {
      view.place(this.layout.top(view.index) - this.scroll.offset);
      this.showState(view);
    }
    this.placeDetails();
    this.nameActive();
  }

  private showState(view: VirtualRow<Row>): void {
    const row = this.rows.at(view.index);
    view.showState({
      active: view.index === this.activeIndex,
      chosen: row !== undefined && this.options.isChosen(row),
    });
  }

  /** The details stay on the page where their row is out of view: a person may be writing in them. */
  private placeDetails(): void {
    const { activeIndex: index, details } = this;
    if (index === undefined || !details.isConnected) return;
    const top = this.layout.top(index) + ROW_HEIGHT - this.scroll.offset;
    const near = Math.max(
      -details.offsetHeight,
      Math.min(this.size.height, top),
    );
    details.style.transform = `translate(${this.element.scrollLeft}px, ${near}px)`;
    details.setAttribute("aria-rowindex", String(index + 2));
  }

  private nameActive(): void {
    const view =
      this.activeIndex === undefined
        ? undefined
        : this.shown.at(this.activeIndex);
    if (view === undefined) {
      this.element.removeAttribute("aria-activedescendant");
    } else {
      changeAttribute(this.element, "aria-activedescendant", view.element.id);
    }
  }

  private makeActive(index: number | undefined): void {
    this.activeIndex = index;
    this.details.remove();
    this.update();
  }

  private rowsArrived(): void {
    this.update();
    this.announceActive();
  }

  private announceActive(): void {
    const { activeIndex: index, activeRow: row } = this;
    if (!this.activating || index === undefined || row === undefined) return;
    this.activating = false;
    this.options.activated(row, index);
  }

  private choose(index: number): void {
    if (index !== this.activeIndex) this.makeActive(index);
    this.reveal();
    this.activating = true;
    this.announceActive();
  }

  private resize(column: string, width: number): void {
    this.widths = { ...this.widths, [column]: Math.max(NARROWEST, width) };
    this.showWidths();
    this.options.resized(this.widths);
  }

  private showWidths(): void {
    this.element.style.setProperty(
      "--columns",
      gridTemplate(this.columns, this.widths),
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.element) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey)
      return;
    const { activeIndex, activeRow, lastIndex, size } = this;
    const page = Math.max(1, Math.floor(size.height / ROW_HEIGHT) - 1);
    const target = rowByKey(event.key, activeIndex, lastIndex, page);
    if (target !== undefined) this.choose(target);
    else if (event.key !== "Enter") return;
    else if (activeRow !== undefined) this.options.entered(activeRow);
    event.preventDefault();
    // The viewer has keys of its own for some of these.
    event.stopPropagation();
  }

  private onClick(event: MouseEvent): void {
    const view = this.shown.holding(event.target as Node);
    const row = view && this.rows.at(view.index);
    if (view === undefined || row === undefined) return;
    const column = view.columnOf(event.target as Node);
    if (column?.press !== undefined) column.press(row, view.index, event);
    else this.choose(view.index);
  }

  private onDoubleClick(event: MouseEvent): void {
    const view = this.shown.holding(event.target as Node);
    const row = view && this.rows.at(view.index);
    if (view === undefined || row === undefined) return;
    if (view.columnOf(event.target as Node)?.press !== undefined) return;
    this.options.entered(row);
  }
}
