import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../ui/element.js";
import type { Column, Sorting } from "../ui/virtual_columns.js";
import { VirtualTable } from "../ui/virtual_table.js";
import type { MergeDesk } from "./merge_desk.js";
import {
  commentOf,
  matchingRows,
  type MergeOrder,
  type MergeRow,
  rowsOf,
  sortedRows,
} from "./merge_rows.js";

/** Members that a cell names; the details name all. */
const NAMED_MEMBERS = 12;

interface MergesTableOptions {
  readonly desk: MergeDesk;
  /** A person made a row the one that keys act on. */
  readonly activated: (row: MergeRow) => void;
  /** A person wants to see what was merged. */
  readonly entered: (row: MergeRow) => void;
}

/** What was merged, an act a row: those that match what is searched for, in the order that was chosen. */
export class MergesTable extends RefCounted {
  readonly table: VirtualTable<MergeRow>;
  private all: readonly MergeRow[] = [];
  private shown: readonly MergeRow[] = [];
  private text = "";
  private sorting: Sorting = { column: "created", descending: true };
  private activeAct: string | undefined;

  constructor(private readonly options: MergesTableOptions) {
    super();
    const rows = () => this.shown;
    this.table = new VirtualTable<MergeRow>({
      label: "Merges",
      columns: this.columns(),
      source: {
        get count() {
          return rows().length;
        },
        rows: (from, to) => Promise.resolve(rows().slice(from, to)),
      },
      isChosen: () => false,
      activated: (row) => {
        this.activeAct = row.act;
        options.activated(row);
      },
      entered: options.entered,
      sort: (column) => this.sortBy(column),
      resized: () => undefined,
      // They are in memory.
      failed: () => undefined,
    });
    this.table.showSorting(this.sorting);
    this.registerDisposer(() => this.table.dispose());
  }

  get total(): number {
    return this.all.length;
  }

  get matching(): number {
    return this.shown.length;
  }

  /** The row that keys act on, as it is now. */
  get active(): MergeRow | undefined {
    return this.shown.find(({ act }) => act === this.activeAct);
  }

  /** The merges are others than before. */
  update(): void {
    const { book } = this.options.desk;
    this.all = rowsOf(book?.decisions.values() ?? []);
    this.show();
  }

  /** Colours or mains are others than before. */
  refresh(): void {
    this.table.showColumns(this.columns());
    this.table.showSorting(this.sorting);
  }

  search(text: string): void {
    this.text = text;
    this.show();
  }

  /** Goes to the next row, or by -1 to the one before. */
  move(by: 1 | -1): void {
    const at = this.shown.findIndex(({ act }) => act === this.activeAct);
    const index = Math.max(0, Math.min(this.shown.length - 1, at + by));
    const row = this.shown.at(index);
    if (row === undefined) return;
    this.activeAct = row.act;
    this.table.activate(index);
    this.options.activated(row);
  }

  private show(): void {
    const { book } = this.options.desk;
    const { column, descending } = this.sorting;
    const rows = matchingRows(this.all, this.text);
    this.shown =
      book === undefined
        ? rows
        : sortedRows(rows, column as MergeOrder, descending, book.sets);
    const at = this.shown.findIndex(({ act }) => act === this.activeAct);
    if (at >= 0) this.table.activeMoved(at);
    else {
      this.activeAct = undefined;
      this.table.activate(undefined);
    }
    this.table.reload();
  }

  private sortBy(column: string): void {
    const { sorting } = this;
    const descending = sorting.column === column && !sorting.descending;
    this.sorting = { column, descending };
    this.table.showSorting(this.sorting);
    this.show();
  }

  private columns(): Column<MergeRow>[] {
    const { desk } = this.options;
    const quiet = (text: string) =>
      element("span", { class: "clio-merges-quiet" }, text);
    return [
      {
        id: "main",
        title: "Main",
        // An id that is cut must not look like a shorter one: as wide as the longest that are in use.
        width: 146,
        sortable: true,
        cell: ({ onto }) => mainOf(desk, onto),
      },
      {
        id: "members",
        title: "Members",
        width: 112,
        sortable: false,
        cell: ({ decisions }) => [membersOf(decisions)],
      },
      {
        id: "count",
        title: "Segments in all",
        header: () => "n",
        width: 28,
        numeric: true,
        sortable: true,
        cell: ({ onto }) => [String(desk.book?.sets.sizeOf(onto) ?? "")],
      },
      {
        id: "comment",
        title: "Comment",
        width: 60,
        // The only one: two that grow would both be as wide as the wider one, and the table wider than its panel.
        grows: true,
        sortable: true,
        cell: (row) => [element("span", {}, commentOf(row))],
      },
      {
        id: "created",
        title: "When",
        width: 118,
        numeric: true,
        sortable: true,
        cell: ({ decisions: [{ created }] }) => [quiet(TIMES.format(created))],
      },
      {
        id: "author",
        title: "Author",
        width: 40,
        sortable: true,
        cell: ({ decisions: [{ user }] }) => [quiet(user)],
      },
    ];
  }
}

function membersOf(decisions: MergeRow["decisions"]): HTMLElement {
  const named = decisions.slice(0, NAMED_MEMBERS);
  return element("span", {}, named.map(({ merged }) => merged).join(", "));
}

/** The main of a row, and what it is merged into by another. */
function mainOf(desk: MergeDesk, onto: bigint): (HTMLElement | string)[] {
  const main = desk.book?.sets.mainOf(onto) ?? onto;
  const swatch = element("span", { class: "clio-merges-swatch" });
  swatch.style.background = desk.colorOf(main);
  const id = element("span", {}, String(onto));
  if (main === onto) return [swatch, id];
  return [
    swatch,
    id,
    element("span", { class: "clio-merges-nested" }, `in ${main}`),
  ];
}

/** As the table of marks writes a moment. */
const TIMES = new Intl.DateTimeFormat(undefined, {
  dateStyle: "short",
  timeStyle: "short",
});
