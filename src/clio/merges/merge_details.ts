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
  /** Takes decisions back. */
  readonly remove: (ids: readonly string[]) => void;
  readonly comment: (text: string) => void;
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
    this.input = element("input", {
      class: "clio-field clio-merges-comment",
      type: "text",
      placeholder: "Why they are one",
      "aria-label": "Comment",
    });
    this.input.value = commentOf(row);
    this.input.addEventListener("change", () =>
      options.comment(this.input.value),
    );
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.input.value = commentOf(row);
      else if (event.key !== "Enter") return;
      // Leaving it is what takes the text.
      options.leave();
      event.stopPropagation();
    });
    const ids = decisions.map(({ id }) => id);
    this.element = element(
      "div",
      { class: "clio-merges-details" },
      element(
        "ul",
        {
          class: "clio-merges-members",
          "aria-label": `Merged onto ${onto}`,
        },
        ...decisions.map((decision) =>
          element(
            "li",
            {},
            member(decision, () => options.remove([decision.id])),
          ),
        ),
      ),
      this.input,
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
        button({
          label: "Remove",
          icon: "bin",
          key: keyOf("merges-remove"),
          run: () => options.remove(ids),
        }),
      ),
    );
  }

  get isWriting(): boolean {
    return document.activeElement === this.input;
  }

  /** Takes the focus to the comment. */
  enter(): void {
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
