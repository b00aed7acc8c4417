import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { progressBar } from "../../ui/progress_bar.js";
import type { ColumnMapping } from "./columns.js";
import { importMapping } from "./import_mapping.js";
import type { PlanSummary, TableSummary, Would } from "./import_messages.js";
import { ImportRows } from "./import_rows.js";
import type { PlannedRow } from "./plan.js";
import type { Tell } from "../../model/files/progress.js";
import { FileRefused } from "../../model/files/refusal.js";

/** What a person can choose of an import before it is done. */
export interface ImportChoices {
  readonly mapping: ColumnMapping | undefined;
  /** The set that all marks go to; undefined leaves that to the file. */
  readonly set: string | undefined;
  /** Whether marks outside of the image are taken too. */
  readonly outside: boolean;
}

export interface DryRunOptions {
  /** What is imported, as people call it. */
  readonly name: string;
  readonly table: TableSummary | undefined;
  readonly plan: (choices: ImportChoices, tell: Tell) => Promise<PlanSummary>;
  readonly rows: (
    would: Would | undefined,
    from: number,
    to: number,
  ) => Promise<readonly PlannedRow[]>;
  readonly saveReport: () => void;
  readonly cancel: () => void;
  readonly commit: (count: number) => void;
  readonly failed: (reason: unknown) => void;
}

const counted: readonly (readonly [Would, string])[] = [
  ["add", "will be added"],
  ["change", "will be changed"],
  ["keep", "are here already"],
  ["refuse", "are refused"],
];

const filters: readonly (readonly [Would | undefined, string])[] = [
  [undefined, "All"],
  ["add", "Add"],
  ["change", "Change"],
  ["keep", "Skip"],
  ["refuse", "Refused"],
];

/** What an import would do, row by row; nothing is written yet. */
export class ImportDryRun {
  readonly element: HTMLElement;
  readonly first: HTMLButtonElement;
  private readonly facts = element("div", { class: "clio-import-facts" });
  private readonly problem = element("div");
  private readonly counts = element("dl", { class: "clio-import-counts" });
  private readonly buttons: readonly HTMLButtonElement[];
  private readonly rows: ImportRows;
  private readonly set = element("input", {
    type: "text",
    class: "clio-import-set",
    autocomplete: "off",
  });
  private readonly outside = element("input", { type: "checkbox" });
  private mapping: ColumnMapping | undefined;
  private summary: PlanSummary | undefined;
  private shown: Would | undefined;
  private plans = 0;

  constructor(private readonly options: DryRunOptions) {
    const { table, failed } = options;
    this.mapping = table?.guess;
    this.rows = new ImportRows(options.rows, failed);
    this.buttons = filters.map(([would, label]) =>
      button({ label, run: () => this.show(would) }),
    );
    this.first = button({
      label: "Import",
      kind: "primary",
      run: () => options.commit(this.puts),
    });
    this.set.addEventListener("change", () => void this.plan());
    this.outside.addEventListener("change", () => void this.plan());
    this.element = element(
      "div",
      { class: "clio-import-dry-run" },
      this.facts,
      ...(table === undefined
        ? []
        : [
            importMapping(table, (mapping) => {
              this.mapping = mapping;
              void this.plan();
            }),
          ]),
      this.problem,
      element(
        "div",
        { class: "clio-import-head" },
        this.counts,
        element(
          "div",
          {
            class: "clio-import-filters",
            role: "group",
            "aria-label": "Rows to show",
          },
          ...this.buttons,
        ),
      ),
      this.rows.element,
      this.foot(),
    );
  }

  /** Asks what would become of the rows as they are to be read now. */
  async plan(): Promise<void> {
    const number = ++this.plans;
    this.first.disabled = true;
    const set = this.set.value.trim();
    const choices = {
      mapping: this.mapping,
      set: set === "" ? undefined : set,
      outside: this.outside.checked,
    };
    const bar = progressBar("Reading it anew");
    try {
      const summary = await this.options.plan(choices, (...told) => {
        if (number !== this.plans) return;
        bar.show(...told);
        if (bar.element.parentElement !== null) return;
        this.facts.replaceChildren(bar.element);
      });
      // A later choice is being tried by now.
      if (number !== this.plans) return;
      this.problem.replaceChildren();
      this.showSummary(summary);
    } catch (error) {
      if (number !== this.plans) return;
      if (!(error instanceof FileRefused)) {
        this.options.failed(error);
        return;
      }
      this.problem.replaceChildren(
        notice({ severity: "warn", what: error.message }),
      );
      const none = { add: 0, change: 0, keep: 0, refuse: 0 };
      this.showSummary({ format: "table", counts: none });
    }
  }

  dispose(): void {
    this.rows.dispose();
  }

  private foot(): HTMLElement {
    const { saveReport, cancel } = this.options;
    return element(
      "div",
      { class: "clio-import-foot" },
      element("label", {}, "Into the set", this.set),
      element("label", {}, this.outside, "Also outside of the image"),
      element("span", { class: "clio-import-gap" }),
      button({ label: "Save the report", icon: "export", run: saveReport }),
      button({ label: "Cancel", key: "escape", run: cancel }),
      this.first,
    );
  }

  /** Number of marks that would be written. */
  private get puts(): number {
    const { add = 0, change = 0 } = this.summary?.counts ?? {};
    return add + change;
  }

  private showSummary(summary: PlanSummary): void {
    this.summary = summary;
    const { counts, format } = summary;
    const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
    this.facts.replaceChildren(
      element("b", {}, this.options.name),
      ` · ${plural(rows, "row")} · ${format} · nothing is written yet`,
    );
    this.counts.replaceChildren(
      ...counted.map(([would, words]) =>
        element(
          "div",
          { class: `clio-import-count clio-import-${would}` },
          element("dt", {}, words),
          element("dd", {}, counts[would].toLocaleString("en")),
        ),
      ),
    );
    this.first.firstElementChild!.textContent =
      this.puts === 0 ? "Nothing to import" : `Import ${marks(this.puts)}`;
    this.first.disabled = this.puts === 0;
    this.show(this.shown);
  }

  private show(would: Would | undefined): void {
    this.shown = would;
    this.buttons.forEach((made, i) =>
      made.setAttribute("aria-pressed", String(filters[i][0] === would)),
    );
    if (this.summary !== undefined) this.rows.show(this.summary.counts, would);
  }
}

/** "1 mark", "3,120 marks". */
export function marks(count: number): string {
  return plural(count, "mark");
}

function plural(count: number, word: string): string {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}
