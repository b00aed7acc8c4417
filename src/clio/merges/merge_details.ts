import type { MergeRecord } from "../model/merge.js";
import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { commentOf, type MergeRow } from "./merge_rows.js";

export interface MergeDetailsOptions {
  /** Brings the place where it was decided into view, and selects the whole. */
  readonly locate: () => void;
  readonly select: () => void;
  /** Takes decisions back; absent where they are not the person's own. */
  readonly remove?: (ids: readonly string[]) => void;
  /** Absent where the comment is not the person's own. */
  readonly comment?: (text: string) => void;
  /** Whose credit it is, in a few words. */
  readonly credit?: string;
  /** Takes the focus to where a person goes on. */
  readonly leave: () => void;
}

/** What stands below the active row: all that was merged, each to be taken out, the place and the comment. */
export class MergeDetails {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;

  constructor(row: MergeRow, options: MergeDetailsOptions) {
    const { decisions, onto } = row;
    const { position } = decisions[0];
    const { remove, comment, credit } = options;
    this.input = element("input", {
      class: "clio-field clio-merges-comment",
      type: "text",
      placeholder: "Why they are one",
      "aria-label": "Comment",
    });
    this.input.value = commentOf(row);
    this.input.addEventListener("change", () => comment?.(this.input.value));
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.input.value = commentOf(row);
      else if (event.key !== "Enter") return;
      // Leaving it is what takes the text.
      options.leave();
      event.stopPropagation();
    });
    const ids = decisions.map(({ id }) => id);
    const members = element(
      "ul",
      {
        class: "clio-merges-members",
        "aria-label": `Merged onto ${onto}`,
      },
      ...decisions.map((decision) =>
        element(
          "li",
          {},
          remove === undefined
            ? element("span", { class: "clio-merges-member" }, decision.merged)
            : member(decision, () => remove([decision.id])),
        ),
      ),
    );
    // Without buttons in it keys could not scroll it.
    if (remove === undefined) members.tabIndex = 0;
    this.element = element(
      "div",
      { class: "clio-merges-details" },
      members,
      ...(comment === undefined
        ? [element("p", { class: "clio-merges-said" }, commentOf(row))]
        : [this.input]),
      ...(credit === undefined
        ? []
        : [element("p", { class: "clio-merges-quiet" }, credit)]),
      element(
        "div",
        { class: "clio-merges-acts" },
        element(
          "span",
          { class: "clio-merges-place" },
          position === undefined
            ? "place not known"
            : `decided at ${position.join(", ")}`,
        ),
        button({
          label: "Locate",
          icon: "target",
          key: "enter",
          run: options.locate,
        }),
        button({ label: "Select", run: options.select }),
        ...(remove === undefined
          ? []
          : [
              button({
                label: "Remove",
                icon: "bin",
                key: keyOf("merges-remove"),
                run: () => remove(ids),
              }),
            ]),
      ),
    );
  }

  get isWriting(): boolean {
    return document.activeElement === this.input;
  }

  /** Takes the focus to the comment. */
  enter(): void {
    if (!this.input.isConnected) return;
    this.input.focus();
    this.input.select();
  }
}

function member({ merged, onto }: MergeRecord, run: () => void): HTMLElement {
  const made = element(
    "button",
    {
      type: "button",
      class: "clio-merges-member",
      "aria-label": `Take ${merged} out of ${onto}`,
      title: `Take ${merged} out of ${onto}`,
    },
    merged,
    icon("close"),
  );
  made.addEventListener("click", run);
  return made;
}
