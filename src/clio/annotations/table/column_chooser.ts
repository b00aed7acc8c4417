import { button, iconButton } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { element } from "../../ui/element.js";
import {
  type ColumnChoice,
  withColumn,
  withColumnMoved,
} from "./column_choice.js";
import { FIRST_COLUMNS, type MarksColumn } from "./marks_columns.js";

interface ColumnChooserOptions {
  /** Every column there is. */
  readonly columns: readonly MarksColumn[];
  readonly choice: ColumnChoice;
  /** Called after each step: the table shows it at once. */
  readonly changed: (choice: ColumnChoice) => void;
}

/** The dialog in which a person chooses the columns of the table and their order. */
export class ColumnChooser {
  private readonly list = element("ul", { class: "clio-columns" });
  private readonly dialog: Dialog;
  private choice: ColumnChoice;

  constructor(private readonly options: ColumnChooserOptions) {
    this.choice = options.choice;
    this.dialog = new Dialog({
      title: "Columns",
      parts: [
        this.list,
        element(
          "footer",
          { class: "clio-columns-foot" },
          button({ label: "As at first", run: () => this.reset() }),
          button({
            label: "Done",
            kind: "primary",
            run: () => this.dialog.close(),
          }),
        ),
      ],
    });
  }

  show(): void {
    this.update();
    this.dialog.open(this.list.querySelector("input")!);
  }

  private reset(): void {
    this.change({ shown: [...FIRST_COLUMNS], widths: {} });
    this.list.querySelector("input")?.focus();
  }

  private change(choice: ColumnChoice): void {
    this.choice = choice;
    this.update();
    this.options.changed(choice);
  }

  private update(): void {
    const { shown } = this.choice;
    const { columns } = this.options;
    const first = shown.flatMap(
      (id) => columns.find((column) => column.id === id) ?? [],
    );
    const rest = columns.filter(({ id }) => !shown.includes(id));
    this.list.replaceChildren(
      ...[...first, ...rest].map((column) => this.row(column)),
    );
  }

  private row({ id, title }: MarksColumn): HTMLElement {
    const { shown } = this.choice;
    const place = shown.indexOf(id);
    const box = element("input", { type: "checkbox" });
    box.checked = place >= 0;
    box.addEventListener("change", () => {
      this.change(withColumn(this.choice, id, box.checked));
      this.boxOf(id)?.focus();
    });
    const made = element(
      "li",
      { class: "clio-columns-row", "data-column": id },
      element("label", { class: "clio-columns-name" }, box, title),
    );
    if (place >= 0) {
      made.append(this.mover(id, title, -1), this.mover(id, title, 1));
    }
    return made;
  }

  private mover(id: string, title: string, by: 1 | -1): HTMLElement {
    const way = by < 0 ? "left" : "right";
    const made = iconButton(
      by < 0 ? "up" : "down",
      `Move ${title} to the ${way}`,
      () => {
        this.change(withColumnMoved(this.choice, id, by));
        this.rowOf(id)
          ?.querySelector<HTMLElement>(`[data-way="${way}"]`)
          ?.focus();
      },
    );
    made.dataset.way = way;
    return made;
  }

  private rowOf(id: string): HTMLElement | undefined {
    return [...this.list.children].find(
      (row): row is HTMLElement =>
        row instanceof HTMLElement && row.dataset.column === id,
    );
  }

  private boxOf(id: string): HTMLElement | undefined {
    return this.rowOf(id)?.querySelector("input") ?? undefined;
  }
}
