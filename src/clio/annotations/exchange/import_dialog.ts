import { sameSandbox } from "../../model/sandbox.js";
import type { Store } from "../../store/store.js";
import { button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { type Child, element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { type ProgressBar, progressBar } from "../../ui/progress_bar.js";
import { saveFile } from "../../ui/save_file.js";
import type { SandboxSource } from "../frontend.js";
import { importChoice } from "./import_choice.js";
import { ImportClient } from "./import_client.js";
import { type ImportChoices, ImportDryRun, marks } from "./import_dry_run.js";
import type { PlanSummary } from "./import_messages.js";
import type { Tell } from "../../model/files/progress.js";
import { FileRefused } from "../../model/files/refusal.js";
import { voxelSizeOf } from "./voxel_size.js";
import "./exchange.css";

/** The dialog of an import: what to read, what would come of it, and the writing of it, one file after another. */
export class ImportDialog {
  private readonly body = element("div", { class: "clio-exchange" });
  private readonly dialog = new Dialog({
    title: "Import marks",
    parts: [this.body],
  });
  private files: readonly File[] = [];
  private client: ImportClient | undefined;
  private dryRun: ImportDryRun | undefined;
  /** Of what is under way; undefined where nothing is. */
  private bar: ProgressBar | undefined;
  private readonly tell: Tell = (...told) => this.bar?.show(...told);

  constructor(
    private readonly source: SandboxSource,
    private readonly store: Store,
  ) {
    this.dialog.element.classList.add("clio-exchange-dialog");
    this.dialog.element.addEventListener("close", () => {
      // The event comes a moment after the closing: by then the dialog may be open again.
      if (!this.dialog.element.open) this.leaveFile();
    });
  }

  /** Opens with the first of these files, or with the choice of one. */
  open(files: readonly File[]): void {
    if (files.length > 0) {
      this.dialog.open(this.dialog.element);
      this.begin(files);
      return;
    }
    const { element: choice, first } = importChoice((chosen) =>
      this.begin(chosen),
    );
    this.body.replaceChildren(choice);
    this.dialog.open(first);
  }

  private begin(files: readonly File[]): void {
    this.files = files;
    void this.readNext();
  }

  private async readNext(): Promise<void> {
    this.leaveFile();
    const [file, ...rest] = this.files;
    this.files = rest;
    if (file === undefined) {
      this.dialog.close();
      return;
    }
    const client = new ImportClient();
    this.client = client;
    this.showWork(`Reading ${file.name}`, "Nothing is written yet.");
    try {
      const context = {
        voxel: voxelSizeOf(this.source),
        vocabulary: this.source.vocabulary,
      };
      const question = { file, name: file.name, context };
      const { table } = await client.ask("open", question, this.tell);
      const dryRun = new ImportDryRun({
        name: file.name,
        table,
        plan: (choices, tell) => this.plan(client, choices, tell),
        rows: (would, from, to) => client.ask("rows", { would, from, to }),
        saveReport: () => void this.saveReport(client, file.name),
        cancel: () => void this.readNext(),
        commit: (count) => void this.write(client, file.name, count),
        failed: (reason) => this.showFailure(file.name, reason),
      });
      this.dryRun = dryRun;
      await dryRun.plan();
      if (this.dryRun !== dryRun) return;
      this.body.replaceChildren(dryRun.element);
      dryRun.first.focus();
    } catch (error) {
      if (this.client === client) this.showFailure(file.name, error);
    }
  }

  private plan(
    client: ImportClient,
    { mapping, set, outside }: ImportChoices,
    tell: Tell,
  ): Promise<PlanSummary> {
    const { database, key, space } = this.source.parameters;
    const question = {
      mapping,
      set,
      database,
      key,
      pending: this.store.pending.filter((change) => sameSandbox(change, key)),
      within: outside ? undefined : space,
    };
    return client.ask("plan", question, (...told) => {
      this.tell(...told);
      tell(...told);
    });
  }

  private async saveReport(client: ImportClient, name: string): Promise<void> {
    saveFile(await client.ask("report", {}), `${name} report.csv`);
  }

  private async write(
    client: ImportClient,
    name: string,
    count: number,
  ): Promise<void> {
    this.showWork(
      `Preparing ${marks(count)}`,
      "Cancel leaves nothing behind. When it is done, one undo takes it all back.",
    );
    try {
      const prepared = await client.ask("prepare", {}, this.tell);
      const label = `Import ${name} (${marks(count)})`;
      // From here on it cannot be cancelled: it is one change, which is on disk whole or not at all.
      this.showWriting(count);
      await this.source.editor.putPrepared(prepared, label);
      if (this.client === client) await this.readNext();
    } catch (error) {
      if (this.client === client) this.showFailure(name, error);
    }
  }

  private showFailure(name: string, reason: unknown): void {
    this.leaveFile();
    const known = reason instanceof FileRefused;
    const again = button({
      label: "Choose another file",
      kind: "primary",
      icon: "import",
      run: () => this.open([]),
    });
    const message = reason instanceof Error ? reason.message : String(reason);
    this.body.replaceChildren(
      notice({
        severity: "bad",
        what: `${name} was not imported.`,
        kept: "Nothing was written, and all your marks are as they were.",
        next: known ? message : `Try again. The reason given was: ${message}`,
        actions: [again],
      }),
    );
    again.focus();
  }

  /** Work of the worker, which says how far it is and can be ended. */
  private showWork(what: string, after: string): void {
    this.bar = progressBar(what);
    this.showWait(this.bar.element, after, "Cancel");
  }

  private showWriting(count: number): void {
    const what = `Writing ${marks(count)}…`;
    this.showWait(
      element("p", { class: "clio-exchange-wait", role: "status" }, what),
      "It goes on without this window. One undo takes it all back.",
      "Close",
    );
  }

  private showWait(shown: Child, after: string, leave: string): void {
    const out = button({
      label: leave,
      key: "escape",
      run: () => this.dialog.close(),
    });
    this.body.replaceChildren(
      element(
        "div",
        { class: "clio-exchange-progress" },
        shown,
        element("div", { class: "clio-exchange-acts" }, after, out),
      ),
    );
    out.focus();
  }

  private leaveFile(): void {
    this.client?.dispose();
    this.client = undefined;
    this.dryRun?.dispose();
    this.dryRun = undefined;
    this.bar = undefined;
  }
}
