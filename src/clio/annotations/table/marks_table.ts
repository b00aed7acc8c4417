import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import { VirtualTable } from "../../ui/virtual_table.js";
import { DrawnColors } from "../coloring/drawn_colors.js";
import type { SandboxSource } from "../frontend.js";
import type { SandboxLayer } from "../layer.js";
import type { Bodies } from "../segments/bodies.js";
import type { CheckSet } from "./check_set.js";
import {
  chosenColumns,
  type ColumnChoice,
  keepColumns,
  keptColumns,
} from "./column_choice.js";
import { type MarksColumn, marksColumns } from "./marks_columns.js";

interface MarksTableOptions {
  readonly layer: SandboxLayer;
  readonly source: SandboxSource;
  readonly chosen: CheckSet;
  readonly bodies: Bodies;
  /** A person made a mark the one that keys act on. */
  readonly select: (record: AnnotationRecord) => void;
  /** A person wants to see a mark. */
  readonly show: (record: AnnotationRecord) => void;
}

/** The rows of a sandbox that match its search, with the columns that a person has chosen and the check boxes of an act on many. */
export class MarksTable extends RefCounted {
  readonly table: VirtualTable<AnnotationRecord>;
  /** Every column there is. */
  readonly columns: readonly MarksColumn[];
  private readonly dataset: string;
  private chosenColumns: ColumnChoice;
  private readonly checkAll = element("input", {
    type: "checkbox",
    class: "clio-marks-check-all",
    tabindex: "-1",
    "aria-label": "Choose all that are shown",
  });
  /** Rows that match, as they were last heard of: while a new question is on its way the rows of the old one stand. */
  private count: number | undefined;
  /** Where a person chose a mark last, for a range with Shift. */
  private anchor: number | undefined;

  constructor(private readonly options: MarksTableOptions) {
    super();
    const { layer, source, chosen, bodies } = options;
    const { query, vocabulary, voxelSize } = source;
    this.dataset = source.parameters.key.dataset;
    const { hiddenSets } = layer;
    const colors = this.registerDisposer(new DrawnColors(layer, source));
    this.columns = marksColumns(vocabulary, voxelSize, bodies, {
      colorOf: (record) => colors.of(record),
      isHidden: ({ set = "" }) => hiddenSets.value.has(set),
    });
    this.chosenColumns = keptColumns(this.dataset);
    this.count = query.matching;
    const countOf = () => this.count;
    this.table = new VirtualTable<AnnotationRecord>({
      label: "Marks",
      columns: this.shownColumns(),
      widths: this.chosenColumns.widths,
      source: {
        get count() {
          return countOf();
        },
        rows: async (from, to) => {
          const rows = await query.rows(from, to);
          await colors.lookUp(rows);
          return rows;
        },
      },
      keyOf: ({ id }) => id,
      isChosen: ({ id }) => chosen.has(id),
      activated: options.select,
      entered: options.show,
      sort: (column) => this.sortBy(column),
      resized: (widths) => this.keep({ ...this.chosenColumns, widths }),
      failed: (reason) => {
        new StatusMessage().setErrorMessage(
          `The rows of the table could not be read: ${String(reason)}. The marks are on this machine as they were. Reload the page.`,
        );
      },
    });
    this.registerDisposer(() => this.table.dispose());
    this.checkAll.addEventListener("change", () => void this.toggleAll());
    this.table.element.addEventListener("keydown", (event) =>
      this.onKey(event),
    );
    this.registerDisposer(chosen.changed.add(() => this.showChosen()));
    this.registerDisposer(
      query.query.changed.add(() => {
        this.anchor = undefined;
        // The rows that the new question has come with its answer.
        this.table.toTop();
        this.table.showSorting(query.query.value.sort);
      }),
    );
    // Merged with others a body has another id, and its colour may be another.
    this.registerDisposer(bodies.changed.add(() => this.table.refresh()));
    this.registerDisposer(hiddenSets.changed.add(() => this.table.refresh()));
    this.registerDisposer(
      colors.changed.add(() => {
        this.table.refresh();
        this.table.reload();
      }),
    );
    this.table.showSorting(query.query.value.sort);
    this.showChosen();
  }

  get choice(): ColumnChoice {
    return this.chosenColumns;
  }

  /** Shows other columns, and keeps them for the next time. */
  chooseColumns(choice: ColumnChoice): void {
    this.keep(choice);
    this.showColumns();
  }

  /** Rows or their number may be others now. */
  update(): void {
    this.count = this.options.source.query.matching ?? this.count;
    this.table.reload();
    this.showChosen();
  }

  private showColumns(): void {
    this.table.showColumns(this.shownColumns());
    this.table.showSorting(this.options.source.query.query.value.sort);
  }

  private shownColumns(): MarksColumn[] {
    return [
      this.checkColumn(),
      ...chosenColumns(this.columns, this.chosenColumns),
    ];
  }

  private keep(choice: ColumnChoice): void {
    this.chosenColumns = choice;
    keepColumns(this.dataset, choice);
  }

  private sortBy(column: string): void {
    const { query } = this.options.source.query;
    const { sort } = query.value;
    query.value = {
      ...query.value,
      sort: { column, descending: sort?.column === column && !sort.descending },
    };
  }

  private checkColumn(): MarksColumn {
    const { chosen } = this.options;
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
          { class: "clio-marks-check", "aria-hidden": "true" },
          icon("ok"),
        ),
      ],
      // Whether it is chosen is a matter of style.
      basis: () => "",
      press: ({ id }, index, { shiftKey }) => {
        if (shiftKey && this.anchor !== undefined) {
          void this.chooseRange(this.anchor, index);
        } else if (chosen.has(id)) chosen.delete([id]);
        else chosen.add([id]);
        this.anchor = index;
      },
    };
  }

  private async chooseRange(from: number, to: number): Promise<void> {
    const { source, chosen } = this.options;
    const rows = await source.query.rows(
      Math.min(from, to),
      Math.max(from, to) + 1,
    );
    chosen.add(rows.map(({ id }) => id));
  }

  private async toggleAll(): Promise<void> {
    const { source, chosen } = this.options;
    const ids = await source.query.ids();
    if (ids.every((id) => chosen.has(id))) chosen.delete(ids);
    else chosen.add(ids);
    this.showChosen();
  }

  /** As grids have it: Shift with Space chooses the row, Control with A all of them. */
  private onKey(event: KeyboardEvent): void {
    const { table, options } = this;
    if (event.target !== table.element) return;
    const { activeRow: row } = table;
    if (event.code === "Space" && event.shiftKey && row !== undefined) {
      if (options.chosen.has(row.id)) options.chosen.delete([row.id]);
      else options.chosen.add([row.id]);
      this.anchor = table.active;
    } else if (event.code === "KeyA" && (event.ctrlKey || event.metaKey)) {
      void this.toggleAll();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private showChosen(): void {
    const { chosen } = this.options;
    // Which of them match is not known here; that there are as many is as near as a box that is pressed for all has to be.
    this.checkAll.checked = chosen.size > 0 && chosen.size >= (this.count ?? 0);
    this.checkAll.indeterminate = chosen.size > 0 && !this.checkAll.checked;
    this.checkAll.disabled = (this.count ?? 0) === 0;
    this.table.choiceChanged();
  }
}
