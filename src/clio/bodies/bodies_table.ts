import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { BODY_ID } from "../model/body.js";
import { type Child, element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import type { ViewerCells } from "../ui/viewer_cells.js";
import type { Column } from "../ui/virtual_columns.js";
import { VirtualTable } from "../ui/virtual_table.js";
import { BodiesProblem } from "./bodies_problem.js";
import type { BodiesSession, Body } from "./bodies_session.js";
import {
  type ColumnChoice,
  fieldColumn,
  idColumn,
  keepColumns,
  keptColumns,
} from "./body_columns.js";
import { tell } from "../ui/tell.js";

interface BodiesTableOptions {
  readonly session: BodiesSession;
  readonly cells: ViewerCells;
  /** A person made a row the one that keys act on. */
  readonly activated: (body: Body | undefined) => void;
  readonly entered: (body: Body) => void;
  readonly toggle: (body: Body) => void;
}

/** The bodies that are found, one a row, with the columns that a person has chosen for the dataset. */
export class BodiesTable extends RefCounted {
  readonly table: VirtualTable<Body>;
  private choice: ColumnChoice = { shown: [], widths: {} };
  private choiceOf: string | undefined;

  constructor(private readonly options: BodiesTableOptions) {
    super();
    const { session, cells } = options;
    this.table = new VirtualTable<Body>({
      label: "Bodies",
      columns: this.columns(),
      source: {
        get count() {
          return session.total;
        },
        rows: (from, to) => session.rows(from, to),
      },
      keyOf: ({ id }) => id,
      isChosen: ({ id }) => cells.isSelected(id),
      activated: options.activated,
      entered: options.entered,
      sort: (field) => this.sortBy(field),
      resized: (widths) => this.keep({ ...this.choice, widths }),
      failed: (reason) => {
        // Else something else was asked for meanwhile.
        if (reason instanceof BodiesProblem) {
          tell(`Further rows did not come: ${reason.message}`);
        }
      },
    });
    this.registerDisposer(() => this.table.dispose());
  }

  /** Names of the fields that have columns. */
  get shown(): readonly string[] {
    return this.choice.shown;
  }

  /** Shows other columns, and keeps them for the next time. */
  show(shown: readonly string[]): void {
    this.keep({ ...this.choice, shown: [...shown] });
    this.showColumns();
  }

  /** What is found may be something else altogether. */
  update(): void {
    const { dataset, schema } = this.options.session;
    if (schema !== undefined && dataset !== undefined) {
      if (this.choiceOf !== dataset) {
        this.choice = keptColumns(dataset, schema);
        this.choiceOf = dataset;
      }
    }
    this.showColumns();
    this.table.reload();
  }

  /** Colours or the selection are others than before. */
  refresh(): void {
    this.table.refresh();
  }

  private showColumns(): void {
    const { order } = this.options.session.inquiry;
    this.table.showColumns(this.columns());
    this.table.showSorting(
      order === undefined
        ? { column: BODY_ID, descending: false }
        : { column: order.field, descending: order.descending },
    );
  }

  /** The row that keys act on. */
  get active(): Body | undefined {
    const { active } = this.table;
    return active === undefined
      ? undefined
      : (this.options.session.at(active) ?? this.table.activeRow);
  }

  /** Goes to the next row, or by -1 to the one before. */
  async move(by: 1 | -1): Promise<void> {
    const { session } = this.options;
    const last = (session.total ?? 0) - 1;
    if (last < 0) return;
    const from = this.table.active ?? (by > 0 ? -1 : last + 1);
    const index = Math.max(0, Math.min(last, from + by));
    this.table.activate(index);
    const [body] = await session.rows(index, index + 1);
    if (this.table.active === index) this.options.activated(body);
  }

  private sortBy(field: string): void {
    const { session } = this.options;
    const { order } = session.inquiry;
    const isSame = (order?.field ?? BODY_ID) === field;
    session.sort({
      field,
      descending: isSame && order?.descending !== true,
    });
  }

  private keep(choice: ColumnChoice): void {
    this.choice = choice;
    if (this.choiceOf !== undefined) keepColumns(this.choiceOf, choice);
  }

  private columns(): Column<Body>[] {
    const { session, cells, toggle } = this.options;
    const fields = session.schema?.fields ?? [];
    const chosen = this.choice.shown.flatMap(
      (name) => fields.find((field) => field.name === name) ?? [],
    );
    return [
      {
        id: "shown",
        title: "In the selection",
        header: () =>
          element(
            "span",
            {},
            element("span", { class: "clio-unseen" }, "In the selection"),
            icon("shown"),
          ),
        width: 46,
        sortable: false,
        fixed: true,
        cell: ({ id }) => this.shownCell(id),
        basis: ({ id }) => `${cells.isSelected(id)} ${cells.colorOf(id)}`,
        press: toggle,
      },
      idColumn,
      ...chosen.map(fieldColumn),
    ];
  }

  private shownCell(id: bigint): Child[] {
    const { cells } = this.options;
    const isSelected = cells.isSelected(id);
    const swatch = element("span", {
      class: `clio-bodies-swatch${isSelected ? "" : " clio-bodies-out"}`,
    });
    swatch.style.setProperty("--cell", cells.colorOf(id));
    return [
      swatch,
      element(
        "span",
        { class: "clio-unseen" },
        isSelected ? "selected" : "not selected",
      ),
      icon(isSelected ? "shown" : "hidden"),
    ];
  }
}
