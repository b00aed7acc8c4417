import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { keyCap } from "../ui/key_cap.js";
import { type Catalogue, CatalogueError } from "./catalogue.js";
import "./chooser.css";
import {
  failedState,
  loadingState,
  nothingMatchesState,
  nothingYetState,
} from "./chooser_states.js";
import { type Entry, filterEntries, listedEntries } from "./dataset_filter.js";
import { DatasetList } from "./dataset_list.js";
import { lastOpened, rememberOpened } from "./last_opened.js";

/** A shorter wait is not shown at all. */
const unseenWaitMs = 200;

export interface ChooserOptions {
  readonly catalogue: Catalogue;
  /** The key that opens the chooser, as the viewer's bindings write it. */
  readonly key: string;
  /** The id of the dataset that is open in the viewer, if any. */
  readonly openId: string | undefined;
  /** Opens the chosen dataset in the viewer. */
  readonly open: (entry: Entry) => void;
}

/** The dialog in which a person finds a dataset by typing, and opens it. */
export class Chooser {
  private readonly search = element("input", {
    class: "clio-chooser-input",
    type: "text",
    role: "combobox",
    placeholder: "Search by title or description",
    spellcheck: "false",
    autocomplete: "off",
    "aria-label": "Search the datasets",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
  });
  private readonly count = element("span", {
    class: "clio-chooser-count",
    role: "status",
  });
  private readonly body = element("div", { class: "clio-chooser-body" });
  private readonly list = new DatasetList(
    (entry) => this.choose(entry),
    () => this.showHighlight(),
  );
  private readonly openButton = button({
    label: "Open",
    kind: "primary",
    key: "enter",
    run: () => this.chooseHighlighted(),
  });
  private readonly dialog: Dialog;
  /** Undefined while the server has not answered. */
  private entries: readonly Entry[] | undefined;
  /** Whether a person has pressed Enter since then: what is highlighted as soon as there is a list is opened. */
  private isAwaited = false;

  constructor(private readonly options: ChooserOptions) {
    this.search.addEventListener("input", () => {
      // Who goes on typing has not chosen yet.
      this.isAwaited = false;
      this.showMatches();
    });
    this.search.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog = new Dialog({
      title: "Open a dataset",
      key: options.key,
      parts: [
        element(
          "div",
          { class: "clio-chooser-search" },
          icon("search"),
          this.search,
          this.count,
        ),
        this.body,
        element(
          "footer",
          { class: "clio-chooser-foot" },
          element(
            "span",
            { class: "clio-chooser-hint", "aria-hidden": "true" },
            keyCap("arrowup"),
            keyCap("arrowdown"),
            "choose",
          ),
          this.openButton,
        ),
      ],
    });
  }

  /** Opens the dialog and asks the server for the datasets as they are now. Resolves when they are shown, or why not. */
  async show(): Promise<void> {
    this.dialog.open(this.search);
    await this.load();
  }

  private async load(): Promise<void> {
    this.entries = undefined;
    this.isAwaited = false;
    this.showInstead();
    // The button that asked for this has gone with the state that it belonged to.
    this.search.focus();
    const wait = setTimeout(
      () => this.showInstead(loadingState()),
      unseenWaitMs,
    );
    try {
      this.entries = listedEntries(await this.options.catalogue.refresh());
      this.showMatches();
      if (this.isAwaited && this.dialog.element.open) this.chooseHighlighted();
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      this.showInstead(failedState(error, () => void this.load()));
    } finally {
      clearTimeout(wait);
    }
  }

  /** Shows the entries that match what is typed, or that there are none. */
  private showMatches(): void {
    const { entries } = this;
    if (entries === undefined) return;
    if (entries.length === 0) {
      this.showInstead(nothingYetState(() => void this.load()));
      return;
    }
    const query = this.search.value;
    const matching = filterEntries(entries, query);
    if (matching.length === 0) {
      this.showInstead(
        nothingMatchesState(query, entries.length, () => this.clearSearch()),
      );
    } else {
      const { openId } = this.options;
      if (!this.list.element.isConnected) {
        this.body.replaceChildren(this.list.element);
        this.search.setAttribute("aria-controls", this.list.element.id);
        this.search.setAttribute("aria-expanded", "true");
      }
      this.list.show(
        matching,
        this.list.highlighted?.id ?? openId ?? lastOpened(),
        openId,
      );
    }
    this.count.textContent = countText(matching.length, entries.length);
  }

  /** Shows something that is no list. */
  private showInstead(...states: HTMLElement[]): void {
    this.body.replaceChildren(...states);
    this.count.textContent = "";
    this.search.setAttribute("aria-expanded", "false");
    this.search.removeAttribute("aria-controls");
    this.showHighlight();
  }

  private showHighlight(): void {
    const id = this.list.element.isConnected
      ? this.list.highlightedId
      : undefined;
    this.openButton.disabled = id === undefined;
    if (id === undefined) this.search.removeAttribute("aria-activedescendant");
    else this.search.setAttribute("aria-activedescendant", id);
  }

  private clearSearch(): void {
    this.search.value = "";
    this.search.focus();
    this.showMatches();
  }

  private onKey(event: KeyboardEvent): void {
    // While an input method composes, its Enter and arrows are not ours; and with a modifier they select or move in the text.
    if (event.isComposing || event.shiftKey || event.ctrlKey || event.altKey)
      return;
    const act = this.keyActions[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private readonly keyActions: Readonly<Partial<Record<string, () => void>>> = {
    ArrowDown: () => this.list.move(1),
    ArrowUp: () => this.list.move(-1),
    Home: () => this.list.move(-Infinity),
    End: () => this.list.move(Infinity),
    Enter: () => this.chooseHighlighted(),
  };

  private chooseHighlighted(): void {
    this.isAwaited = this.entries === undefined;
    if (this.openButton.disabled) return;
    const { highlighted } = this.list;
    if (highlighted !== undefined) this.choose(highlighted);
  }

  private choose(entry: Entry): void {
    this.dialog.close();
    rememberOpened(entry.id);
    this.options.open(entry);
  }
}

function countText(matching: number, total: number): string {
  if (matching < total) return `${matching} of ${total} match`;
  return total === 1 ? "1 dataset" : `${total} datasets`;
}
