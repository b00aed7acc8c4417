import { button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { progressBar } from "../../ui/progress_bar.js";
import { saveFile } from "../../ui/save_file.js";
import type { Store } from "../../store/store.js";
import type { SandboxSource } from "../frontend.js";
import { type MarksWriter, writeAll, writeBatches } from "./export_marks.js";
import { marks } from "./import_dry_run.js";
import { voxelSizeOf } from "./voxel_size.js";
import { CsvWriter } from "./write_csv.js";
import { ClioJsonWriter, JsonWriter } from "./write_json.js";
import "./exchange.css";

const formats = [
  [
    "csv",
    "CSV",
    "For spreadsheets and scripts. Clio reads it back with every field.",
  ],
  ["json", "Clio JSON", "Everything, exactly, also to keep."],
  [
    "original",
    "JSON of the original Clio",
    "For scripts of the original: points, lines and spheres.",
  ],
] as const;
type Format = (typeof formats)[number][0];

/** The dialog of an export: which marks, and in what form. */
export class ExportDialog {
  private readonly body = element("form", { class: "clio-exchange" });
  private readonly dialog = new Dialog({
    title: "Export marks",
    parts: [this.body],
  });
  private cancelled = new AbortController();

  constructor(
    private readonly source: SandboxSource,
    private readonly store: Store,
  ) {
    this.dialog.element.addEventListener("close", () => this.cancelled.abort());
    this.body.addEventListener("submit", (event) => {
      event.preventDefault();
      const form = new FormData(this.body);
      void this.export(
        form.get("which") === "matching",
        form.get("format") as Format,
      );
    });
  }

  open(): void {
    const { query } = this.source;
    const filtered = query.query.value.text.trim() !== "";
    const start = button({
      label: "Export",
      kind: "primary",
      icon: "export",
      run: () => this.body.requestSubmit(),
    });
    const count = (of: number | undefined) =>
      of === undefined ? "" : ` (${of.toLocaleString("en")})`;
    this.body.replaceChildren(
      choice("Which marks", "which", filtered ? "matching" : "all", [
        ["all", `All${count(query.total)}`, ""],
        ...(filtered
          ? [
              [
                "matching",
                `Those that match the filter${count(query.matching)}`,
                query.query.value.text,
              ] as const,
            ]
          : []),
      ]),
      choice("Format", "format", "csv", formats),
      element(
        "div",
        { class: "clio-exchange-acts" },
        button({
          label: "Cancel",
          key: "escape",
          run: () => this.dialog.close(),
        }),
        start,
      ),
    );
    this.dialog.open(start);
  }

  private async export(onlyMatching: boolean, format: Format): Promise<void> {
    const { source, store, cancelled } = this;
    const { key } = source.parameters;
    const total = onlyMatching ? source.query.matching : source.query.total;
    const bar = progressBar("Exporting");
    const options = {
      signal: cancelled.signal,
      progress: (done: number) =>
        bar.show(done, Math.max(done, total ?? 0), "marks"),
    };
    this.showBar(bar.element);
    try {
      const original = new ClioJsonWriter();
      const writer = this.writerOf(format, original);
      const file = onlyMatching
        ? await writeBatches(source.query.batches(), writer, options)
        : format === "json"
          ? // The store's own has what is damaged in it too.
            await store.export(key)
          : await writeAll(store, key, writer, options);
      if (cancelled.signal.aborted) return;
      const name = format === "original" ? "clio-annotations" : "clio-marks";
      saveFile(file, `${name}.${format === "csv" ? "csv" : "json"}`);
      if (original.leftOut.size === 0) this.dialog.close();
      else this.showLeftOut(original);
    } catch (error) {
      if (!cancelled.signal.aborted) this.showFailure(error);
    }
  }

  private writerOf(format: Format, original: ClioJsonWriter): MarksWriter {
    const { source } = this;
    switch (format) {
      case "csv":
        return new CsvWriter(
          voxelSizeOf(source),
          source.vocabulary.fields.map(({ name }) => name),
        );
      case "json":
        return new JsonWriter(source.parameters.key, source.editor.description);
      case "original":
        return original;
    }
  }

  private showBar(bar: HTMLElement): void {
    const cancel = button({
      label: "Cancel",
      key: "escape",
      run: () => this.dialog.close(),
    });
    this.body.replaceChildren(
      bar,
      element("div", { class: "clio-exchange-acts" }, cancel),
    );
    cancel.focus();
  }

  private showLeftOut({ leftOut }: ClioJsonWriter): void {
    const kinds = [...leftOut].map(([kind, count]) => `${kind} (${count})`);
    const count = [...leftOut.values()].reduce((sum, of) => sum + of, 0);
    this.finish(
      notice({
        severity: "warn",
        what: `${marks(count)} are not in the file.`,
        kept: `The original Clio has no such kind: ${kinds.join(", ")}.`,
        next: "To have them in a file, export as CSV or Clio JSON.",
      }),
    );
  }

  private showFailure(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.finish(
      notice({
        severity: "bad",
        what: "The marks were not exported.",
        kept: "All your marks are as they were.",
        next: reason,
      }),
    );
  }

  private finish(message: HTMLElement): void {
    const close = button({ label: "Close", run: () => this.dialog.close() });
    this.body.replaceChildren(
      message,
      element("div", { class: "clio-exchange-acts" }, close),
    );
    close.focus();
  }
}

/** A question with one answer. */
function choice(
  question: string,
  name: string,
  chosen: string,
  answers: readonly (readonly [string, string, string])[],
): HTMLElement {
  return element(
    "fieldset",
    { class: "clio-exchange-choice" },
    element("legend", {}, question),
    ...answers.map(([value, title, more]) => {
      const radio = element("input", { type: "radio", name, value });
      radio.checked = value === chosen;
      return element(
        "label",
        {},
        radio,
        element(
          "span",
          {},
          title,
          ...(more === "" ? [] : [element("small", {}, more)]),
        ),
      );
    }),
  );
}
