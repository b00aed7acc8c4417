import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../../model/keys.js";
import { button, iconButton } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import { notice, type NoticeOptions } from "../../ui/notice.js";
import type { Thumbnails } from "../../ui/thumbnails.js";
import type { MatchPictures } from "../match_pictures.js";
import { SearchProblem } from "../search_problem.js";
import type { SearchedImage, VolumeInView } from "../searched_image.js";
import type { SearchSession } from "../search_session.js";
import { ExportDialog } from "./export_dialog.js";
import { importSearches } from "./import_searches.js";
import type { OpenSearch } from "./open_search.js";
import { SavedRow } from "./saved_row.js";
import type { SearchRow } from "./search_database.js";
import { SearchForm } from "./search_form.js";
import type { SearchShelf } from "./search_shelf.js";
import type { SearchSync } from "./search_sync.js";
import "./saved_section.css";

export interface SavedSectionOptions {
  readonly session: SearchSession;
  readonly image: SearchedImage;
  readonly open: OpenSearch;
  readonly shelf: SearchShelf;
  readonly sync: SearchSync;
  readonly user: string;
  readonly pictures: MatchPictures;
  readonly thumbnails: Thumbnails;
  /** Takes the focus to what was opened. */
  readonly enter: () => void;
}

/** The saved searches at the foot of the panel: saved, opened, named, deleted, exported and imported. */
export class SavedSection extends RefCounted {
  readonly element: HTMLElement;
  private readonly status = element("span", {
    class: "clio-saved-status",
    role: "status",
  });
  private readonly saver: HTMLButtonElement;
  private readonly exporter: HTMLButtonElement;
  private readonly formPlace = element("div", {});
  private readonly message = element("div", { class: "clio-saved-message" });
  private readonly list = element("ul", {
    class: "clio-saved-list",
    "aria-label": "Saved searches",
  });
  private readonly file: HTMLInputElement;
  private all: readonly SearchRow[] = [];
  private rows: SavedRow[] = [];
  /** Searches that were deleted here: their places in the list stay until the panel is closed, so that nothing moves. */
  private readonly deleted = new Set<string>();
  private volume: VolumeInView | undefined;
  private reading = false;
  private readAgain = false;
  /** Where the focus goes when the list is there anew. */
  private focusing: string | undefined;

  constructor(private readonly options: SavedSectionOptions) {
    super();
    const { session, open, shelf, sync } = options;
    this.saver = button({
      label: "Save this one",
      icon: "plus",
      key: keyOf("search-save"),
      run: () => this.save(),
    });
    this.file = element("input", {
      type: "file",
      class: "clio-unseen",
      tabindex: "-1",
      "aria-label": "File of saved searches",
      accept: ".json,.csv,application/json,text/csv",
    });
    this.file.addEventListener("change", () => void this.import());
    this.exporter = iconButton("export", "Export saved searches", () =>
      this.export(),
    );
    this.element = element(
      "section",
      { class: "clio-saved", "aria-label": "Saved searches" },
      element(
        "div",
        { class: "clio-saved-head" },
        element("h3", { class: "clio-saved-title" }, "Saved searches"),
        this.status,
        iconButton("import", "Import saved searches", () => this.file.click()),
        this.exporter,
        this.saver,
        this.file,
      ),
      this.formPlace,
      this.message,
      this.list,
    );
    this.registerDisposer(shelf.changed.add(() => void this.read()));
    this.registerDisposer(session.changed.add(() => this.update()));
    this.registerDisposer(sync.changed.add(() => this.update()));
    this.registerDisposer(
      open.changed.add(() => {
        this.update();
        this.show();
      }),
    );
    this.registerDisposer(() => this.clear());
    this.update();
    void this.read();
    void this.look();
    sync.kick();
  }

  /** Asks for the name of the search that is open, and saves it. */
  save(): void {
    const { session, open } = this.options;
    const { found } = session;
    if (found === undefined || open.current !== undefined) return;
    const example = session.examples.find(({ like }) => like)!;
    this.showForm(
      new SearchForm({
        act: "Save",
        words: {
          name: `Like ${example.point.map(Math.floor).join(", ")}`,
          note: "",
        },
        save: async ({ name, note }) => {
          await open.save(name, note);
          this.focusing = open.current?.id;
          await this.read();
        },
        close: () => this.closeForm(this.saver),
      }),
    );
  }

  private showForm(form: SearchForm): void {
    this.message.replaceChildren();
    this.formPlace.replaceChildren(form.element);
    form.focus();
  }

  private closeForm(next: HTMLElement): void {
    const hadFocus = this.formPlace.contains(document.activeElement);
    this.formPlace.replaceChildren();
    if (hadFocus && this.focusing === undefined) next.focus();
    this.takeFocus();
  }

  /** Shows how the open search is kept. */
  private update(): void {
    const { session, open, sync } = this.options;
    const { current, keeping } = open;
    this.saver.disabled = session.found === undefined || current !== undefined;
    this.exporter.disabled = this.present.length === 0;
    const { standing } = sync;
    const words: string[] = [];
    if (current !== undefined) {
      words.push(keeping === "saving" ? "saving" : "saved here");
    }
    if (standing === "synced") words.push("synced");
    if (standing === "away" && this.present.length > 0) {
      words.push("server away");
    }
    this.status.replaceChildren(
      ...(current !== undefined && keeping === "saved"
        ? [element("span", { class: "clio-ok" }, icon("ok"))]
        : []),
      words.join(" · "),
    );
    if (current !== undefined && keeping instanceof Error) {
      this.tell({
        severity: "bad",
        what: `What you have changed of ${current.name} is not saved: ${keeping.message}.`,
        kept: "It is on the screen as long as this page is open.",
        actions: [
          button({
            label: "Try again",
            icon: "refresh",
            run: () => {
              this.message.replaceChildren();
              open.retry();
            },
          }),
        ],
      });
    } else if (typeof standing === "object") {
      this.tell({
        severity: "warn",
        what: `The server does not take your searches: ${standing.refused}`,
        kept: "They are saved on this machine.",
      });
    }
  }

  private get present(): readonly SearchRow[] {
    return this.all.filter(({ deleted }) => deleted === undefined);
  }

  /** Reads the list anew. */
  private async read(): Promise<void> {
    this.readAgain = true;
    if (this.reading) return;
    this.reading = true;
    const { shelf, user } = this.options;
    try {
      while (this.readAgain) {
        this.readAgain = false;
        this.all = await shelf.list(user);
        if (!this.wasDisposed) this.show();
      }
    } catch (error) {
      this.tell({
        severity: "bad",
        what: `Searches cannot be saved in this browser: ${wordsOf(error)}.`,
        kept: "Marks that you make of matches are kept all the same.",
      });
    }
    this.reading = false;
    if (!this.wasDisposed) this.update();
  }

  /** Finds out which searches are of the image in view, whose pictures can be cut. */
  private async look(): Promise<void> {
    try {
      this.volume = await this.options.image.inView();
    } catch {
      // No dataset is in view: all searches are of others.
      return;
    }
    if (!this.wasDisposed) this.show();
  }

  private show(): void {
    const focused = this.list.contains(document.activeElement)
      ? document.activeElement?.closest("li")
      : undefined;
    this.focusing ??= focused?.dataset.id;
    this.clear();
    const { open, pictures, thumbnails } = this.options;
    const shown = this.all.filter(
      ({ id, deleted }) => deleted === undefined || this.deleted.has(id),
    );
    this.rows = shown.map(
      (row) =>
        new SavedRow(
          row,
          row.id === open.current?.id,
          this.volume?.dataset,
          pictures,
          thumbnails,
          {
            open: () => void this.reopen(row),
            edit: () => this.edit(row),
            remove: () => void this.remove(row),
            bringBack: () => void this.bringBack(row),
          },
        ),
    );
    const none = element(
      "li",
      { class: "clio-saved-none" },
      "A search that you save is listed here, with what it found and what you said of that.",
    );
    this.list.replaceChildren(
      ...(shown.length === 0
        ? [none]
        : this.rows.map(({ element }) => element)),
    );
    this.takeFocus();
  }

  /** Takes the focus to the search that it is to go to, as soon as that is listed and no form is open. */
  private takeFocus(): void {
    const { focusing } = this;
    if (focusing === undefined || this.formPlace.firstChild !== null) return;
    const row = this.rows.find(
      ({ element }) => element.dataset.id === focusing,
    );
    if (row === undefined) return;
    this.focusing = undefined;
    row.focus();
  }

  private clear(): void {
    for (const row of this.rows.splice(0)) row.dispose();
  }

  private async reopen({ id, head }: SearchRow): Promise<void> {
    const { open, enter } = this.options;
    this.message.replaceChildren();
    try {
      await open.reopen(id);
      enter();
    } catch (error) {
      const problem = error instanceof SearchProblem ? error : undefined;
      this.tell({
        severity: "bad",
        what:
          problem?.what ??
          `${head.name} could not be opened: ${wordsOf(error)}.`,
        ...(problem && { next: problem.next }),
        kept: "It is saved as it was.",
      });
    }
  }

  private edit({ id, head: { name, note } }: SearchRow): void {
    this.showForm(
      new SearchForm({
        act: "Save",
        words: { name, note },
        save: async (words) => {
          await this.options.open.rename(id, words.name, words.note);
          this.focusing = id;
        },
        close: () => this.closeForm(this.saver),
      }),
    );
  }

  private async remove({ id }: SearchRow): Promise<void> {
    const { shelf, user } = this.options;
    this.deleted.add(id);
    this.focusing = id;
    await this.try("It was not deleted", () => shelf.remove(user, id));
  }

  private async bringBack({ id }: SearchRow): Promise<void> {
    const { shelf, user } = this.options;
    this.focusing = id;
    await this.try("It could not be brought back", () =>
      shelf.bringBack(user, id),
    );
  }

  private export(): void {
    const { shelf, user, open } = this.options;
    new ExportDialog(
      this.present,
      (id) => shelf.read(user, id),
      open.current?.id,
    ).open();
  }

  private async import(): Promise<void> {
    const [file] = this.file.files ?? [];
    if (file === undefined) return;
    this.file.value = "";
    const { shelf, user } = this.options;
    try {
      const count = await importSearches(file, shelf, user, this.volume);
      this.tell({
        severity: "ok",
        what: `${count.toLocaleString("en")} ${count === 1 ? "search was" : "searches were"} added.`,
      });
    } catch (error) {
      this.tell({
        severity: "bad",
        what: `${file.name} cannot be imported. ${wordsOf(error)}`,
        kept: "Nothing of it was taken, and your searches are as they were.",
      });
    }
  }

  private async try(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.tell({
        severity: "bad",
        what: `${what}: ${wordsOf(error)}.`,
        kept: "Your searches are as they were.",
      });
    }
  }

  private tell(options: NoticeOptions): void {
    this.message.replaceChildren(notice(options));
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
