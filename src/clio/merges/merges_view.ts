import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { type Child, element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { keyCap, keyText } from "../ui/key_cap.js";
import { PanelKeys } from "../ui/panel_keys.js";
import type { MergeBook } from "./merge_book.js";
import type { MergeDesk } from "./merge_desk.js";
import { exportMerges, importButton } from "./merge_exchange.js";
import { MergeDetails } from "./merge_details.js";
import type { MergeMode } from "./merge_mode.js";
import type { MergeRow } from "./merge_rows.js";
import { MergesTable } from "./merges_table.js";
import { RuleChoice } from "./rule_choice.js";
import "../ui/panel.css";
import "./merges_view.css";

const NONE_YET = `No merges yet. Select two segments or more by double clicks, then press ${keyText(keyOf("merge-selected"))}: they become one, for you alone.`;

/** What a panel of merges is about. */
interface MergesViewOptions {
  readonly desk: MergeDesk;
  readonly mode: MergeMode;
  /** Adds the layer of merges to a view of a dataset that has them; undefined where it has none. */
  readonly addLayer: () => Promise<(() => void) | undefined>;
}

/** What is in the panel of merges: what was merged, newest first, and what one does with it. */
export class MergesView extends RefCounted {
  private readonly heading = element("p", { class: "clio-merges-of" });
  private readonly search = element("input", {
    class: "clio-field clio-merges-search",
    type: "search",
    placeholder: "segment, comment, author",
    "aria-label": "Search the merges",
  });
  private readonly modeButton: HTMLButtonElement;
  private readonly exportButton: HTMLButtonElement;
  private readonly clearButton: HTMLButtonElement;
  private readonly merges: MergesTable;
  private readonly instead = element("div", { class: "clio-merges-instead" });
  private readonly status = element("p", {
    class: "clio-merges-status",
    role: "status",
  });
  private details: MergeDetails | undefined;
  private book: MergeBook | undefined;
  private generation: number | undefined;
  /** Why no rows are shown. */
  private reason: string | undefined;

  constructor(
    body: HTMLElement,
    private readonly options: MergesViewOptions,
  ) {
    super();
    const { desk, mode } = options;
    this.modeButton = button({
      label: "Merge mode",
      icon: "merge",
      key: keyOf("toggle-merge-mode"),
      run: () => mode.toggle(),
    });
    this.exportButton = button({
      label: "Export…",
      icon: "export",
      run: () => exportMerges(desk),
    });
    this.clearButton = button({
      label: "Clear…",
      icon: "bin",
      run: () => this.askToClear(),
    });
    this.merges = this.registerDisposer(
      new MergesTable({
        desk,
        activated: (row) => this.open(row),
        entered: (row) => this.locate(row),
      }),
    );
    this.search.addEventListener("input", () => {
      this.merges.search(this.search.value);
      this.showInstead();
    });
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.enter();
    });
    body.append(
      this.heading,
      element(
        "div",
        {
          class: "clio-merges-tools",
          role: "toolbar",
          "aria-label": "Merging",
        },
        this.modeButton,
        button({
          label: "Merge",
          key: keyOf("merge-selected"),
          run: () => void desk.mergeSelected(),
        }),
        button({
          label: "Take apart",
          key: keyOf("unmerge-selected"),
          run: () => void desk.unmergeSelected(),
        }),
        this.registerDisposer(new RuleChoice(desk)).element,
      ),
      element(
        "div",
        { class: "clio-merges-search-row" },
        this.search,
        importButton(desk),
        this.exportButton,
        this.clearButton,
      ),
      this.merges.table.element,
      this.instead,
      element(
        "div",
        { class: "clio-merges-foot" },
        ...hint(keyOf("merges-next"), "next"),
        ...hint(keyOf("merges-previous"), "previous"),
        ...hint("enter", "locate"),
        ...hint(keyOf("merges-comment"), "comment"),
        ...hint(keyOf("merges-remove"), "remove, with undo"),
        ...hint(keyOf("merges-search"), "search"),
      ),
      this.status,
    );
    this.registerDisposer(
      new PanelKeys({
        viewer: desk.viewer,
        panel: body,
        mode: "reviewing merges",
        label: "Reviewing merges",
        acts: this.acts(),
      }),
    );
    this.registerDisposer(desk.changed.add(() => this.update()));
    this.registerDisposer(mode.changed.add(() => this.showMode()));
    this.showMode();
    this.update();
  }

  /** Takes the focus to the table, or to what stands in its place. */
  enter(): void {
    const { element: table } = this.merges.table;
    if (!table.hidden) table.focus();
    else (this.instead.querySelector("button") ?? this.modeButton).focus();
  }

  private acts(): Partial<Record<KeyAction, () => void>> {
    return {
      "merges-next": () => this.merges.move(1),
      "merges-previous": () => this.merges.move(-1),
      "merges-comment": () => this.details?.enter(),
      "merges-remove": () => {
        const { active } = this.merges;
        if (active !== undefined) {
          this.remove(active.decisions.map(({ id }) => id));
        }
      },
      "merges-search": () => this.search.focus(),
    };
  }

  private showMode(): void {
    const { isOn } = this.options.mode;
    this.modeButton.setAttribute("aria-pressed", String(isOn));
  }

  private update(): void {
    const { desk } = this.options;
    const { book, layer } = desk;
    const name = layer?.segmentation.layerName;
    this.heading.textContent =
      name === undefined
        ? "Your private merges"
        : `Your private merges · ${name}`;
    if (book !== this.book || book?.generation !== this.generation) {
      this.book = book;
      this.generation = book?.generation;
      this.merges.update();
      this.reopen();
    } else this.merges.refresh();
    this.showInstead();
  }

  /** What is below the active row is as the row is now, unless a person is writing in it. */
  private reopen(): void {
    const { active } = this.merges;
    const isWriting = this.details?.isWriting === true;
    if (active === undefined) this.open(undefined);
    else if (!isWriting) this.open(active);
  }

  private open(row: MergeRow | undefined): void {
    const { table } = this.merges;
    const hadFocus = this.details?.element.contains(document.activeElement);
    const focusTable = () => table.element.focus();
    this.details =
      row &&
      new MergeDetails(row, {
        locate: () => this.locate(row),
        select: () => this.options.desk.select(row.onto),
        remove: (ids) => this.remove(ids),
        comment: (text) => this.comment(row, text),
        leave: focusTable,
      });
    table.showDetails(this.details?.element);
    if (hadFocus === true) focusTable();
  }

  private locate({ onto, decisions }: MergeRow): void {
    const { desk } = this.options;
    const { position } = decisions[0];
    if (position !== undefined) desk.places.goTo(position);
    desk.select(onto);
  }

  private remove(ids: readonly string[]): void {
    void this.options.desk.act("removed", (book) => book.remove(ids));
  }

  private comment({ decisions }: MergeRow, text: string): void {
    const ids = decisions.map(({ id }) => id);
    void this.options.desk.act("changed", (book) => book.comment(ids, text));
  }

  private askToClear(): void {
    const ids = [...(this.book?.decisions.keys() ?? [])];
    const cancel = button({ label: "Keep them", run: () => dialog.close() });
    const dialog = new Dialog({
      title: "Clear all merges?",
      parts: [
        element(
          "p",
          { class: "clio-merges-ask" },
          `${countOf(this.merges.total)} of this segmentation: all are taken back. ${keyText(keyOf("undo"))} brings them back.`,
        ),
        element(
          "div",
          { class: "clio-merges-answers" },
          cancel,
          button({
            label: "Clear all merges",
            kind: "primary",
            run: () => {
              dialog.close();
              this.remove(ids);
            },
          }),
        ),
      ],
    });
    dialog.open(cancel);
  }

  /** Shows the table, or what stands in its place; and how many there are. */
  private showInstead(): void {
    const { merges, book } = this;
    const { hindrance } = this.options.desk;
    const reason =
      hindrance !== undefined
        ? hindrance
        : book?.isRead === false
          ? "Your merges are being read."
          : merges.total === 0
            ? NONE_YET
            : merges.matching === 0
              ? "No merge matches."
              : undefined;
    this.showReason(reason);
    this.exportButton.disabled = merges.total === 0;
    this.clearButton.disabled = merges.total === 0;
    this.status.textContent =
      merges.matching === merges.total
        ? countOf(merges.total)
        : `${merges.matching.toLocaleString("en")} of ${countOf(merges.total)}`;
  }

  private showReason(reason: string | undefined): void {
    if (reason === this.reason) return;
    this.reason = reason;
    const { element: table } = this.merges.table;
    const focused = document.activeElement;
    const losesFocus =
      table.contains(focused) || this.instead.contains(focused);
    table.hidden = reason !== undefined;
    this.instead.hidden = reason === undefined;
    this.instead.replaceChildren(
      ...(reason === undefined ? [] : [this.insteadOf(reason)]),
    );
    if (losesFocus) this.enter();
  }

  private insteadOf(reason: string): HTMLElement {
    const { desk, mode, addLayer } = this.options;
    const made = element(
      "div",
      { class: "clio-empty" },
      icon("merge"),
      element("p", {}, reason),
    );
    if (reason === NONE_YET) {
      made.append(
        button({
          label: "Turn on merge mode",
          kind: "primary",
          icon: "merge",
          key: keyOf("toggle-merge-mode"),
          run: () => mode.toggle(),
        }),
      );
    } else if (desk.layer === undefined) {
      void addLayer().then((add) => {
        // By then something else may stand there.
        if (add === undefined || this.reason !== reason) return;
        made.append(
          button({ label: "Add your merges", kind: "primary", run: add }),
        );
      });
    } else if (desk.equivalences !== undefined) {
      made.append(
        button({
          label: "Import them",
          kind: "primary",
          icon: "import",
          run: () => void desk.importEquivalences(),
        }),
      );
    } else if (this.merges.total > 0) {
      made.append(
        button({
          label: "Show all",
          kind: "primary",
          run: () => {
            this.search.value = "";
            this.merges.search("");
            this.showInstead();
          },
        }),
      );
    }
    return made;
  }
}

function countOf(merges: number): string {
  return merges === 1 ? "1 merge" : `${merges.toLocaleString("en")} merges`;
}

function hint(key: string, what: string): Child[] {
  return [element("span", { class: "clio-merges-hint" }, keyCap(key), what)];
}
