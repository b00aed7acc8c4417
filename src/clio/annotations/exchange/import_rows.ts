import { element } from "../../ui/element.js";
import { icon, type IconName } from "../../ui/icons.js";
import type { Column } from "../../ui/virtual_columns.js";
import { VirtualTable } from "../../ui/virtual_table.js";
import type { PlanSummary, Would } from "./import_messages.js";
import type { PlannedRow } from "./plan.js";
import { refusalText } from "../../model/files/refusal.js";
import { placeText } from "./report.js";

/** The sign and the word of each fate. */
const fates: Readonly<Record<Would, { icon: IconName; word: string }>> = {
  add: { icon: "plus", word: "add" },
  change: { icon: "edit", word: "change" },
  keep: { icon: "minus", word: "skip" },
  refuse: { icon: "close", word: "refuse" },
};

const columns: readonly Column<PlannedRow>[] = [
  {
    id: "line",
    title: "Line",
    width: 56,
    numeric: true,
    sortable: false,
    cell: ({ line }) => [String(line)],
  },
  {
    id: "would",
    title: "Would",
    width: 76,
    sortable: false,
    cell: ({ would }) => [
      element(
        "span",
        { class: `clio-import-fate clio-import-${would}` },
        icon(fates[would].icon),
        fates[would].word,
      ),
    ],
  },
  {
    id: "description",
    title: "Description",
    width: 150,
    sortable: false,
    cell: (row) => [row.would === "refuse" ? "" : row.record.description],
  },
  {
    id: "position",
    title: "Position",
    width: 190,
    sortable: false,
    cell: (row) => [row.would === "refuse" ? "" : placeText(row.record)],
  },
  {
    id: "why",
    title: "Why",
    width: 200,
    grows: true,
    sortable: false,
    cell: (row) => [whyOf(row)],
  },
];

function whyOf(row: PlannedRow): string {
  switch (row.would) {
    case "add":
      return "";
    case "change":
      return row.differs.join("; ");
    case "keep":
      return "already here, unchanged";
    case "refuse":
      return row.refusals
        .map((refusal) =>
          refusal.column === undefined
            ? refusalText(refusal)
            : `column ${refusal.column}, ${refusalText(refusal)}`,
        )
        .join("; ");
  }
}

/** The rows of a dry run, of all fates or of one. */
export class ImportRows {
  readonly element: HTMLElement;
  private would: Would | undefined;
  private counts: PlanSummary["counts"] = {
    add: 0,
    change: 0,
    keep: 0,
    refuse: 0,
  };
  private readonly table: VirtualTable<PlannedRow>;

  /** @param rows asks for a window of the rows of one fate, or of all */
  constructor(
    rows: (
      would: Would | undefined,
      from: number,
      to: number,
    ) => Promise<readonly PlannedRow[]>,
    failed: (reason: unknown) => void,
  ) {
    const count = () => this.count;
    const ask = (from: number, to: number) => rows(this.would, from, to);
    this.table = new VirtualTable<PlannedRow>({
      label: "What would become of each row",
      columns,
      source: {
        get count() {
          return count();
        },
        rows: ask,
      },
      isChosen: () => false,
      activated: () => undefined,
      entered: () => undefined,
      sort: () => undefined,
      resized: () => undefined,
      failed,
    });
    this.element = this.table.element;
    this.element.classList.add("clio-import-rows");
  }

  /** Shows the rows of one fate, or of all, of a plan. */
  show(counts: PlanSummary["counts"], would: Would | undefined): void {
    this.counts = counts;
    this.would = would;
    this.table.toTop();
    this.table.reload();
  }

  dispose(): void {
    this.table.dispose();
  }

  private get count(): number {
    const { add, change, keep, refuse } = this.counts;
    return this.would === undefined
      ? add + change + keep + refuse
      : this.counts[this.would];
  }
}
