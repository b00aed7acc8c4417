import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import type { Column, Sorting } from "../ui/virtual_columns.js";
import { VirtualTable } from "../ui/virtual_table.js";
import type { MergeDesk } from "./merge_desk.js";
import { mergeColumns } from "./merges_columns.js";
import type { MergeBook, Whose } from "./merge_book.js";
import { type MergeRow, orderRows } from "./merge_rows.js";
import { type MergeOrder, OrderedRows, type Wholes } from "./ordered_rows.js";

/** Of more rows, the sizes are not asked for that the segmentation does not list: to sort by them takes those of all. */
const MOST_SIZED = 1000;

interface MergesTableOptions {
  readonly desk: MergeDesk;
  /** A person made a row the one that keys act on. */
  readonly activated: (row: MergeRow) => void;
  /** A person wants to see what was merged. */
  readonly entered: (row: MergeRow) => void;
  /** Others are chosen than before. */
  readonly chose: () => void;
}

/** What was merged, an act a row: those that match what is searched for, in the order that was chosen. */
export class MergesTable extends RefCounted {
  readonly table: VirtualTable<MergeRow>;
  private of: Whose = "own";
  private book: MergeBook | undefined;
  private following: RefCounted | undefined;
  /** Undefined where they are to be put in order anew. */
  private ordered: OrderedRows | undefined;
  /** What the sizes that rows are sorted by are known from. */
  private sizes: unknown;
  /** Whether a person may sort by sizes, as the header has it. */
  private sortsSizes: boolean;
  private text = "";
  private sorting: Sorting = { column: "created", descending: true };
  private activeAct: string | undefined;
  /** The acts that a person has chosen to send. They stay chosen when the search hides them. */
  private readonly chosenActs = new Set<string>();
  private readonly wholes: Wholes = {
    membersOf: (id) => this.book?.sets.membersOf(id) ?? [id],
    countOf: (id) => this.book?.sets.sizeOf(id) ?? 1,
    voxelsOf: (id) =>
      this.areSizesKnown ? this.options.desk.sizeOf(id) : undefined,
  };
  private readonly checkAll = element("input", {
    type: "checkbox",
    tabindex: "-1",
    "aria-label": "Choose all that are shown",
  });

  constructor(private readonly options: MergesTableOptions) {
    super();
    const rows = () => this.shown;
    this.sortsSizes = this.areSizesKnown;
    this.registerDisposer(() => this.following?.dispose());
    this.table = new VirtualTable<MergeRow>({
      label: "Merges",
      columns: this.columns(),
      source: {
        get count() {
          return rows()?.length ?? 0;
        },
        rows: (from, to) => Promise.resolve(rows()?.slice(from, to) ?? []),
      },
      keyOf: ({ act }) => act,
      isChosen: ({ act }) => this.of === "own" && this.chosenActs.has(act),
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
    this.checkAll.addEventListener("change", () => {
      for (const { act } of this.shown?.slice(0, Infinity) ?? []) {
        if (this.checkAll.checked) this.chosenActs.add(act);
        else this.chosenActs.delete(act);
      }
      this.showChoice();
    });
    this.table.showSorting(this.sorting);
    this.registerDisposer(() => this.table.dispose());
  }

  /** Whose merges are listed. */
  get whose(): Whose {
    return this.of;
  }

  set whose(whose: Whose) {
    if (whose === this.of) return;
    this.of = whose;
    this.ordered = undefined;
    this.activeAct = undefined;
    this.table.toTop();
    // Nobody sends what holds for everybody.
    this.showColumns();
    this.show();
    this.showChoice();
  }

  get total(): number {
    return this.book?.rowsOf(this.of).oldestFirst.length ?? 0;
  }

  get matching(): number {
    return this.shown?.length ?? 0;
  }

  /** The row that keys act on, as it is now. */
  get active(): MergeRow | undefined {
    const { book, activeAct, shown } = this;
    const row = activeAct && book?.rowsOf(this.of).rowOf(activeAct);
    return row && shown !== undefined && shown.indexOf(row) >= 0
      ? row
      : undefined;
  }

  /** The rows of their own that a person has chosen, newest first. */
  get chosen(): MergeRow[] {
    const rows = this.book?.rowsOf("own");
    return [...this.chosenActs]
      .flatMap((act) => rows?.rowOf(act) ?? [])
      .sort(orderRows);
  }

  /** Chooses a row, or one that is chosen no more. */
  toggleChoice({ act }: MergeRow): void {
    if (!this.chosenActs.delete(act)) this.chosenActs.add(act);
    this.showChoice();
  }

  chooseNone(): void {
    this.chosenActs.clear();
    this.showChoice();
  }

  /** The merges are others than before. */
  update(): void {
    this.follow(this.options.desk.book);
    this.show();
    this.refresh();
    this.showChoice();
  }

  /** Colours or mains are others than before. */
  refresh(): void {
    const { sizesFrom } = this.options.desk;
    if (this.sorting.column === "voxels" && sizesFrom !== this.sizes) {
      this.ordered = undefined;
      this.show();
    }
    this.sizes = sizesFrom;
    if (this.sortsSizes !== this.areSizesKnown) this.showColumns();
    else this.table.refresh();
  }

  search(text: string): void {
    this.text = text;
    this.ordered = undefined;
    this.show();
  }

  /** Goes to the next row, or by -1 to the one before. */
  move(by: 1 | -1): void {
    const { shown, active } = this;
    if (shown === undefined) return;
    const at = active === undefined ? -1 : shown.indexOf(active);
    const index = Math.max(0, Math.min(shown.length - 1, at + by));
    const row = shown.at(index);
    if (row === undefined) return;
    this.activeAct = row.act;
    this.table.activate(index);
    this.options.activated(row);
  }

  private show(): void {
    const { active, shown } = this;
    if (active !== undefined) this.table.activeMoved(shown!.indexOf(active));
    else {
      this.activeAct = undefined;
      this.table.activate(undefined);
    }
    this.table.reload();
  }

  private showChoice(): void {
    const { chosenActs, shown } = this;
    const rows = this.book?.rowsOf("own");
    let count = 0;
    for (const act of chosenActs) {
      const row = rows?.rowOf(act);
      if (row === undefined) chosenActs.delete(act);
      else if ((shown?.indexOf(row) ?? -1) >= 0) count += 1;
    }
    this.checkAll.checked = count > 0 && count === shown?.length;
    this.checkAll.indeterminate = count > 0 && !this.checkAll.checked;
    this.table.choiceChanged();
    this.options.chose();
  }

  private sortBy(column: string): void {
    const { sorting } = this;
    const descending = sorting.column === column && !sorting.descending;
    this.sorting = { column, descending };
    this.ordered = undefined;
    this.table.showSorting(this.sorting);
    this.show();
  }

  /** What is listed, in its order; undefined where there are no merges in view. */
  private get shown(): OrderedRows | undefined {
    const { book, text, of, sorting } = this;
    if (book === undefined) return undefined;
    const { column, descending } = sorting;
    const order = column as MergeOrder;
    this.ordered ??= new OrderedRows(
      book.rowsOf(of),
      { text, order, descending },
      this.wholes,
    );
    return this.ordered;
  }

  /** Whether the sizes of all that is listed can be had, to sort by them. */
  private get areSizesKnown(): boolean {
    return this.options.desk.listsSizes || this.total <= MOST_SIZED;
  }

  /** Keeps what is listed as the merges of a book are. */
  private follow(book: MergeBook | undefined): void {
    if (book === this.book) return;
    this.following?.dispose();
    this.book = book;
    this.ordered = undefined;
    if (book === undefined) {
      this.following = undefined;
      return;
    }
    const following = (this.following = new RefCounted());
    following.registerDisposer(
      book.rowsChanged.add((whose, change) => {
        if (whose !== this.of) return;
        if (this.ordered?.follow(change) !== true) this.ordered = undefined;
      }),
    );
    following.registerDisposer(
      book.changed.add((touched) => {
        if (this.ordered?.followWholes(touched) !== true)
          this.ordered = undefined;
      }),
    );
  }

  private showColumns(): void {
    this.sortsSizes = this.areSizesKnown;
    this.table.showColumns(this.columns());
    this.table.showSorting(this.sorting);
  }

  private columns(): Column<MergeRow>[] {
    return this.of === "own"
      ? [
          this.choiceColumn(),
          ...mergeColumns(this.options.desk, this.areSizesKnown),
        ]
      : mergeColumns(this.options.desk, this.areSizesKnown);
  }

  private choiceColumn(): Column<MergeRow> {
    return {
      id: "choose",
      title: "Chosen",
      header: () => this.checkAll,
      width: 14,
      fixed: true,
      sortable: false,
      cell: () => [
        element(
          "span",
          { class: "clio-merges-check", "aria-hidden": "true" },
          icon("ok"),
        ),
      ],
      // Whether it is chosen is a matter of style.
      basis: () => "",
      press: (row) => this.toggleChoice(row),
    };
  }
}
