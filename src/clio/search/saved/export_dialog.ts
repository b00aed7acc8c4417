import { button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { saveFile } from "../../ui/save_file.js";
import { loadCsv } from "./load_csv.js";
import type { SavedSearch } from "./saved_search.js";
import type { SearchRow } from "./search_database.js";
import { writeJson } from "./search_file.js";

const ALL = "all";

const FORMATS = [
  ["csv", "CSV: a row each match, for spreadsheets and scripts"],
  ["json", "JSON: everything, exactly, also to keep"],
] as const;

/** Asks which saved searches are to be a file, and of what form. Clio reads both back. */
export class ExportDialog {
  private readonly which: HTMLSelectElement;
  private readonly format: HTMLSelectElement;
  private readonly problem = element("div", {});
  private readonly dialog: Dialog;

  /**
   * @param read all of a search
   * @param chosen the one that is chosen to begin with; all where there is none
   */
  constructor(
    private readonly rows: readonly SearchRow[],
    private readonly read: (id: string) => Promise<SavedSearch | undefined>,
    chosen: string | undefined,
  ) {
    this.which = select("Searches", [
      [ALL, `All ${rows.length.toLocaleString("en")}`],
      ...rows.map(({ id, head }) => [id, head.name] as const),
    ]);
    this.which.value = chosen ?? ALL;
    this.format = select("Form of the file", FORMATS);
    this.dialog = new Dialog({
      title: "Export saved searches",
      parts: [
        element(
          "div",
          { class: "clio-saved-export" },
          this.which,
          this.format,
          this.problem,
          element(
            "footer",
            { class: "clio-saved-acts" },
            button({ label: "Cancel", run: () => this.dialog.close() }),
            button({
              label: "Export",
              kind: "primary",
              icon: "export",
              run: () => void this.export(),
            }),
          ),
        ),
      ],
    });
  }

  open(): void {
    this.dialog.open(this.which);
  }

  private async export(): Promise<void> {
    try {
      const { value } = this.which;
      const wanted = this.rows.filter(
        ({ id }) => value === ALL || id === value,
      );
      const all = await Promise.all(wanted.map(({ id }) => this.read(id)));
      const searches = all.filter((search) => search !== undefined);
      saveFile(await this.write(searches), `searches.${this.format.value}`);
      this.dialog.close();
    } catch (error) {
      this.problem.replaceChildren(
        notice({
          severity: "bad",
          what: `The file could not be written: ${error instanceof Error ? error.message : String(error)}.`,
          kept: "Your searches are as they were.",
        }),
      );
    }
  }

  private async write(searches: readonly SavedSearch[]): Promise<Blob> {
    if (this.format.value === "json") return writeJson(searches);
    const { writeCsv } = await loadCsv();
    return writeCsv(searches);
  }
}

function select(
  label: string,
  options: readonly (readonly [string, string])[],
): HTMLSelectElement {
  return element(
    "select",
    { class: "clio-field", "aria-label": label },
    ...options.map(([value, words]) => element("option", { value }, words)),
  );
}
