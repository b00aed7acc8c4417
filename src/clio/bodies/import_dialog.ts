import { MOST_BODIES_SHOWN, MOST_BODIES_WRITTEN } from "../model/body_wire.js";
import type { BodySchema } from "../model/body_schema.js";
import { BODY_ID, type BodyFields } from "../model/body.js";
import { FileRefused } from "../model/files/refusal.js";
import { readTable } from "../model/files/table.js";
import { checkSize, decodeText } from "../model/files/text.js";
import { button } from "../ui/button.js";
import { counted } from "../ui/counted.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import { progressBar } from "../ui/progress_bar.js";
import { saveFile } from "../ui/save_file.js";
import { VirtualTable } from "../ui/virtual_table.js";
import type { BodiesSession } from "./bodies_session.js";
import {
  CLEAR,
  fateOf,
  readBodiesTable,
  type ReadTable,
} from "./bodies_csv.js";
import { BodiesProblem, PERHAPS_WRITTEN } from "./bodies_problem.js";
import type { BodyDesk } from "./body_desk.js";
import {
  FATES,
  type PlannedRow,
  planColumns,
  planReport,
  WOULDS,
} from "./import_plan.js";
import { conflictText } from "./why_unwritten.js";
import "./import_dialog.css";

const NOTHING_WRITTEN = "Nothing was written: all bodies are as they were.";

interface ImportOptions {
  readonly session: BodiesSession;
  readonly desk: BodyDesk;
  /** Where it is written, whichever dataset is in view by then. */
  readonly dataset: string;
  readonly schema: BodySchema;
}

/** The dialog of an import: a file or pasted rows, what would come of each row, and the writing of it as one step. */
export class ImportDialog {
  private readonly body = element("div", { class: "clio-bodies-import" });
  private readonly dialog = new Dialog({
    title: "Import bodies",
    parts: [this.body],
  });
  private stop = new AbortController();
  private table: VirtualTable<PlannedRow> | undefined;

  /** What was pasted, which a refusal does not take away. */
  private pasted = "";

  constructor(private readonly options: ImportOptions) {
    this.dialog.element.classList.add("clio-bodies-import-dialog");
    this.dialog.element.addEventListener("close", () => {
      // The event comes a moment after the closing: by then the dialog may be open again.
      if (!this.dialog.element.open) this.leave();
    });
  }

  open(): void {
    const input = element("input", {
      type: "file",
      class: "clio-unseen",
      tabindex: "-1",
      "aria-label": "A table of bodies",
      accept: ".csv,.tsv,.txt,text/*",
    });
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file !== undefined) void this.read(file);
    });
    const choose = button({
      label: "Choose a file",
      kind: "primary",
      icon: "import",
      run: () => input.click(),
    });
    const text = element("textarea", {
      class: "clio-field clio-query-json",
      rows: "6",
      spellcheck: "false",
      "aria-label": "Rows to import",
      placeholder: `${BODY_ID},type,status\\n1234,KC,Traced`.replace(
        "\\n",
        "\n",
      ),
    });
    text.value = this.pasted;
    const readText = button({
      label: "Read the text",
      run: () => {
        this.pasted = text.value;
        void this.read(new File([text.value], "pasted rows"));
      },
    });
    this.body.replaceChildren(
      element(
        "p",
        {},
        `A table in CSV: a column ${BODY_ID}, and a column a field, by its name or title. An empty cell leaves a field as it is, ${CLEAR} takes it away. Before anything is written you see what would be.`,
      ),
      element("div", { class: "clio-bodies-acts" }, choose, input),
      text,
      element("div", { class: "clio-bodies-acts" }, readText),
    );
    this.dialog.open(choose);
  }

  private leave(): void {
    this.stop.abort();
    this.table?.dispose();
    this.table = undefined;
  }

  private async read(file: File): Promise<void> {
    this.leave();
    const { signal } = (this.stop = new AbortController());
    try {
      await checkSize(file);
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { schema } = this.options;
      const read = readBodiesTable(readTable(decodeText(bytes)), schema);
      if (read.rows.length > MOST_BODIES_WRITTEN) {
        throw new FileRefused(
          `It has ${counted(read.rows.length, "row")}, and at most ${MOST_BODIES_WRITTEN.toLocaleString("en")} can be written at once. Split it.`,
        );
      }
      const planned = await this.plan(file.name, read, signal);
      if (!signal.aborted) this.showPlan(file.name, read, planned);
    } catch (error) {
      if (!signal.aborted) this.showFailure(file.name, NOTHING_WRITTEN, error);
    }
  }

  /** Looks what is written of the bodies now. */
  private async plan(
    name: string,
    { rows }: ReadTable,
    signal: AbortSignal,
  ): Promise<PlannedRow[]> {
    const bar = progressBar(`Looking at the bodies of ${name}`);
    const cancel = button({
      label: "Cancel",
      key: "escape",
      run: () => this.dialog.close(),
    });
    this.body.replaceChildren(
      bar.element,
      element(
        "div",
        { class: "clio-bodies-acts" },
        "Nothing is written yet.",
        cancel,
      ),
    );
    cancel.focus();
    const { session, dataset, schema } = this.options;
    const known = new Map<bigint, BodyFields>();
    const ids = rows.flatMap((row) => ("id" in row ? [String(row.id)] : []));
    for (let from = 0; from < ids.length; from += MOST_BODIES_SHOWN) {
      bar.show(from, ids.length, "bodies");
      const asked = ids.slice(from, from + MOST_BODIES_SHOWN);
      const bodies = await session.known(dataset, asked, signal);
      for (const { id, fields } of bodies) known.set(id, fields);
    }
    return rows.map((row) => ({
      row,
      fate: fateOf(row, "id" in row ? known.get(row.id) : undefined, schema),
    }));
  }

  private showPlan(
    name: string,
    { leftOut }: ReadTable,
    planned: readonly PlannedRow[],
  ): void {
    const counts = new Map(
      WOULDS.map((would) => [
        would,
        planned.filter(({ fate }) => fate.would === would).length,
      ]),
    );
    const written = counts.get("add")! + counts.get("change")!;
    let shown = planned;
    const table = new VirtualTable<PlannedRow>({
      label: "Rows of the table",
      columns: planColumns,
      source: {
        get count() {
          return shown.length;
        },
        rows: (from, to) => Promise.resolve(shown.slice(from, to)),
      },
      isChosen: () => false,
      activated: () => undefined,
      entered: () => undefined,
      sort: () => undefined,
      resized: () => undefined,
      // They are in memory.
      failed: () => undefined,
    });
    this.table = table;
    const filters = [undefined, ...WOULDS].map((would) => {
      const made = button({
        label: would === undefined ? "All" : FATES[would].filter,
        run: () => {
          shown = planned.filter(
            ({ fate }) => would === undefined || fate.would === would,
          );
          for (const each of filters) {
            each.setAttribute("aria-pressed", String(each === made));
          }
          table.toTop();
          table.reload();
        },
      });
      made.setAttribute("aria-pressed", String(would === undefined));
      return made;
    });
    const go = button({
      label:
        written === 0
          ? "Nothing to write"
          : `Write ${counted(written, "body", "bodies")}`,
      kind: "primary",
      run: () => void this.write(name, planned),
    });
    go.disabled = written === 0;
    const cancel = button({
      label: "Cancel",
      key: "escape",
      run: () => this.dialog.close(),
    });
    this.body.replaceChildren(
      element(
        "p",
        { class: "clio-bodies-quiet" },
        element("b", {}, name),
        ` · ${counted(planned.length, "row")} · nothing is written yet`,
        leftOut.length > 0 ? ` · left out: ${leftOut.join(", ")}` : "",
      ),
      element(
        "div",
        { class: "clio-bodies-plan" },
        element(
          "dl",
          { class: "clio-bodies-counts" },
          ...WOULDS.map((would) =>
            element(
              "div",
              { class: `clio-bodies-${would}` },
              element("dt", {}, FATES[would].words),
              element("dd", {}, counts.get(would)!.toLocaleString("en")),
            ),
          ),
        ),
        element(
          "div",
          { role: "group", "aria-label": "Rows to show" },
          ...filters,
        ),
      ),
      table.element,
      element(
        "div",
        { class: "clio-bodies-acts" },
        button({
          label: "Save the report",
          icon: "export",
          run: () => saveFile(planReport(planned), `${name} report.csv`),
        }),
        cancel,
        go,
      ),
    );
    (written === 0 ? cancel : go).focus();
  }

  private async write(
    name: string,
    planned: readonly PlannedRow[],
  ): Promise<void> {
    const wishes = planned.flatMap(({ fate }) =>
      "body" in fate ? [{ body: fate.body, set: fate.set }] : [],
    );
    const count = counted(wishes.length, "body", "bodies");
    this.body.replaceChildren(
      element("p", { role: "status" }, `Writing ${count}…`),
    );
    const { session, desk, dataset } = this.options;
    try {
      await desk.write(dataset, `Import ${name} (${count})`, wishes);
      this.dialog.close();
      session.again();
    } catch (error) {
      const isRefusal = error instanceof BodiesProblem && error.isRefusal;
      const kept = isRefusal ? NOTHING_WRITTEN : PERHAPS_WRITTEN;
      this.showFailure(name, kept, error);
    }
  }

  /** @param kept what is known of the bodies now */
  private showFailure(name: string, kept: string, error: unknown): void {
    const again = button({
      label:
        this.pasted === "" ? "Choose another file" : "Back to what was pasted",
      kind: "primary",
      icon: "import",
      run: () => this.open(),
    });
    const reason = error instanceof Error ? error.message : String(error);
    const conflicts = error instanceof BodiesProblem ? error.conflicts : [];
    this.body.replaceChildren(
      notice({
        severity: "bad",
        what:
          kept === NOTHING_WRITTEN
            ? `${name} was not imported.`
            : `Whether ${name} was imported is not known.`,
        kept,
        next: conflicts.length > 0 ? conflictText(conflicts) : reason,
        actions: [again],
      }),
    );
    // Whoever has closed it meanwhile is told all the same.
    if (this.dialog.element.open) again.focus();
    else this.dialog.open(again);
  }
}
