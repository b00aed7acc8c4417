import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { PanelKeys } from "../ui/panel_keys.js";
import { tell } from "../ui/tell.js";
import type { MergeBook, Whose } from "./merge_book.js";
import type { MergeDesk } from "./merge_desk.js";
import { askToClear } from "./clear_dialog.js";
import { acceptedMerges, askToExport, ownMerges } from "./merge_export.js";
import { importButton } from "./merge_import.js";
import { MergeDetails } from "./merge_details.js";
import type { MergeMode } from "./merge_mode.js";
import type { MergeRow } from "./merge_rows.js";
import { instead, NONE_YET } from "./merges_instead.js";
import { MergesTable } from "./merges_table.js";
import { MergesTools } from "./merges_tools.js";
import { mergesHints } from "./panel_hints.js";
import { askToSend } from "./request_dialog.js";
import type { RequestDesk } from "./request_desk.js";
import { TIMES } from "./request_words.js";
import { WhoseChoice } from "./whose_choice.js";
import "../ui/panel.css";
import "./merges_view.css";

const NONE_FOR_ALL = "Nothing is merged for everybody yet.";

/** What a panel of merges is about. */
interface MergesViewOptions {
  readonly desk: MergeDesk;
  readonly mode: MergeMode;
  readonly requests: RequestDesk;
  /** Shows the panel of requests, and takes the focus there. */
  readonly openRequests: () => void;
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
  private readonly tools: MergesTools;
  private readonly exportButton: HTMLButtonElement;
  private readonly clearButton: HTMLButtonElement;
  private readonly sendButton: HTMLButtonElement;
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
    this.tools = this.registerDisposer(new MergesTools(desk, mode));
    this.exportButton = button({
      label: "Export…",
      icon: "export",
      run: () => this.askToExport(),
    });
    this.sendButton = button({
      label: "Send for review…",
      kind: "primary",
      key: keyOf("merges-send"),
      run: () => this.send(),
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
        chose: () => this.showChoice(),
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
      this.tools.element,
      element(
        "div",
        { class: "clio-merges-search-row" },
        this.search,
        importButton(desk),
        this.exportButton,
        this.clearButton,
      ),
      this.registerDisposer(
        new WhoseChoice(desk, {
          whose: () => this.merges.whose,
          list: (whose) => this.list(whose),
        }),
      ).element,
      this.merges.table.element,
      this.instead,
      element(
        "div",
        { class: "clio-merges-share" },
        this.sendButton,
        button({
          label: "Requests",
          icon: "list",
          key: keyOf("merges-requests"),
          run: options.openRequests,
        }),
      ),
      element("div", { class: "clio-merges-foot" }, ...mergesHints()),
      this.status,
    );
    this.registerDisposer(
      new PanelKeys({
        viewer: desk.viewer,
        panel: body,
        mode: "reviewing merges",
        label: "Reviewing merges",
        acts: this.acts(),
        // Space presses what has the focus.
        taking: { "merges-choose": "button, select, input" },
      }),
    );
    this.registerDisposer(desk.changed.add(() => this.update()));
    this.update();
  }

  /** Takes the focus to the table, or to what stands in its place. */
  enter(): void {
    const { element: table } = this.merges.table;
    if (!table.hidden) table.focus();
    else (this.instead.querySelector("button") ?? this.tools).focus();
  }

  private acts(): Partial<Record<KeyAction, () => void>> {
    return {
      "merges-next": () => this.merges.move(1),
      "merges-previous": () => this.merges.move(-1),
      "merges-comment": () => this.details?.enter(),
      "merges-remove": () => {
        const { active } = this.merges;
        if (active === undefined) return;
        if (this.isOwn) this.remove(active.decisions.map(({ id }) => id));
        else {
          tell(
            "Nothing was removed: this is merged for everybody. You can hide all that is.",
          );
        }
      },
      "merges-search": () => this.search.focus(),
      "merges-choose": () => {
        const { active } = this.merges;
        if (active !== undefined && this.isOwn) {
          this.merges.toggleChoice(active);
        }
      },
      "merges-send": () => this.send(),
      "merges-requests": () => this.options.openRequests(),
    };
  }

  /** Whether the merges that are listed are the person's own. */
  private get isOwn(): boolean {
    return this.merges.whose === "own";
  }

  private list(whose: Whose): void {
    this.merges.whose = whose;
    this.reopen();
    this.showInstead();
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
        leave: focusTable,
        ...(this.isOwn
          ? {
              remove: (ids) => this.remove(ids),
              comment: (text) => this.comment(row, text),
            }
          : { credit: this.creditOf(row) }),
      });
    table.showDetails(this.details?.element);
    if (hadFocus === true) focusTable();
  }

  /** Whose decision it was, and who took it over for everybody. */
  private creditOf({ decisions }: MergeRow): string {
    const { shared } = this.options.desk.book ?? {};
    const taken = decisions.flatMap(({ id }) => shared?.of(id) ?? []);
    const reviewers = new Set(taken.map(({ reviewer }) => reviewer));
    const when = taken.map(({ applied }) => TIMES.format(applied)).at(0) ?? "";
    return `Decided by ${decisions[0].user}, accepted by ${[...reviewers].join(", ")}, for everybody since ${when}`;
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

  private showChoice(): void {
    const { length } = this.merges.chosen;
    this.sendButton.disabled = length === 0;
    this.sendButton.title =
      length === 0 ? "Choose merges first, by their check boxes" : "";
    this.sendButton.querySelector(".clio-button-label")!.textContent =
      length === 0 ? "Send for review…" : `Send ${length} for review…`;
  }

  /** Sends what is chosen; where nothing is, the active row. */
  private send(): void {
    const { merges, options } = this;
    const { active } = merges;
    const isChosen = merges.chosen.length > 0;
    const rows = isChosen ? merges.chosen : this.isOwn && active && [active];
    if (rows === undefined || rows === false) return;
    const decisions = rows.flatMap((row) => row.decisions);
    const { requests } = options;
    // What is to be changed is offered to be sent again.
    void requests.refresh().then(() =>
      askToSend(requests, decisions, () => {
        merges.chooseNone();
        options.openRequests();
      }),
    );
  }

  private askToExport(): void {
    const { decisions, shared } = this.book ?? {};
    askToExport([
      ...(decisions === undefined || decisions.size === 0
        ? []
        : [ownMerges(decisions.values())]),
      ...(shared === undefined || shared.size === 0
        ? []
        : [
            acceptedMerges(
              "those that hold for everybody",
              "clio-public-merges",
              shared.all(),
            ),
          ]),
    ]);
  }

  private askToClear(): void {
    const ids = [...(this.book?.decisions.keys() ?? [])];
    askToClear(countOf(this.own), () => this.remove(ids));
  }

  /** Shows the table, or what stands in its place; and how many there are. */
  private showInstead(): void {
    const { merges, book } = this;
    const { hindrance } = this.options.desk;
    const reason =
      hindrance !== undefined
        ? hindrance
        : book?.whyNotRead !== undefined
          ? book.whyNotRead
          : merges.total === 0
            ? this.isOwn
              ? NONE_YET
              : NONE_FOR_ALL
            : merges.matching === 0
              ? "No merge matches."
              : undefined;
    this.showReason(reason);
    this.exportButton.disabled = this.own + this.everybodys === 0;
    this.clearButton.disabled = this.own === 0;
    this.status.textContent = this.counts();
  }

  /** How many merges there are, and how many of those that are listed match. */
  private counts(): string {
    const { merges, isOwn, own, everybodys, book } = this;
    const { matching, total } = merges;
    const some =
      matching === total ? "" : `${matching.toLocaleString("en")} of `;
    const yours = `${isOwn ? some : ""}${countOf(own)}`;
    if (everybodys === 0) return yours;
    const theirs = `${isOwn ? "" : some}${everybodys.toLocaleString("en")} for everybody`;
    const hidden = book?.shared.isShown === false ? ", hidden" : "";
    return `${yours}, and ${theirs}${hidden}`;
  }

  /** How many rows of their own a person has. */
  private get own(): number {
    return this.book?.rowsOf("own").oldestFirst.length ?? 0;
  }

  /** How many rows hold for everybody. */
  private get everybodys(): number {
    return this.book?.rowsOf("everybody's").oldestFirst.length ?? 0;
  }

  private showAll(): void {
    this.search.value = "";
    this.merges.search("");
    this.showInstead();
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
      ...(reason === undefined
        ? []
        : [
            instead(reason, {
              ...this.options,
              isShown: () => this.reason === reason,
              // Some there are, and none of them matches.
              ...(this.merges.total > 0 && { showAll: () => this.showAll() }),
            }),
          ]),
    );
    if (losesFocus) this.enter();
  }
}

function countOf(merges: number): string {
  return merges === 1 ? "1 merge" : `${merges.toLocaleString("en")} merges`;
}
