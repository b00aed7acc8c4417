import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { KeptWords, MarkKeeper } from "./mark_keeper.js";
import type { SearchSession } from "./search_session.js";

/** Words that a list below a field offers, at most. */
const MOST_OFFERED = 50;

let forms = 0;

/** How far the review is, and what becomes of the accepted matches: marks in a set, with tags. */
export class KeepForm {
  readonly element: HTMLElement;
  private readonly count = element("span", {});
  private readonly bar = element("progress", { "aria-label": "Reviewed" });
  private readonly set: HTMLInputElement;
  private readonly tags: HTMLInputElement;
  private readonly offered: { sets: HTMLElement; tags: HTMLElement };
  private readonly keep: HTMLButtonElement;

  /** @param run makes marks of what is accepted */
  constructor(
    private readonly session: SearchSession,
    private readonly keeper: MarkKeeper,
    run: () => void,
  ) {
    const id = `clio-keep-${++forms}`;
    this.offered = {
      sets: element("datalist", { id: `${id}-sets` }),
      tags: element("datalist", { id: `${id}-tags` }),
    };
    this.set = field("Set", "the set of new marks", `${id}-sets`);
    this.tags = field("Tags", "tags, with commas between", `${id}-tags`);
    for (const input of [this.set, this.tags]) {
      input.addEventListener("focus", () => void this.offer());
    }
    this.keep = button({
      label: "Keep as marks",
      kind: "primary",
      key: keyOf("matches-keep"),
      run,
    });
    this.element = element(
      "div",
      { class: "clio-keep", role: "group", "aria-label": "Accepted matches" },
      element("p", { class: "clio-keep-count" }, this.count, this.bar),
      element(
        "div",
        { class: "clio-keep-fields" },
        this.set,
        this.tags,
        this.offered.sets,
        this.offered.tags,
        this.keep,
      ),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.ctrlKey) return;
      // The viewer leaves keys with a modifier to fields and buttons, and neither has a use for this one.
      event.preventDefault();
      event.stopPropagation();
      run();
    });
  }

  /** What the marks are to say, as it is written here. */
  get words(): KeptWords {
    const set = this.set.value.trim();
    const tags = this.tags.value
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    return {
      set: set === "" ? undefined : set,
      tags: [...new Set(tags)],
      description: "",
    };
  }

  update(): void {
    const { accepted, reviewed } = this.session.tally;
    const { length } = this.session.shown;
    this.count.textContent = `${reviewed.toLocaleString("en")} of ${length.toLocaleString("en")} reviewed · ${accepted.toLocaleString("en")} accepted`;
    this.bar.max = Math.max(1, length);
    this.bar.value = reviewed;
    this.keep.disabled = accepted === 0;
    this.keep.querySelector(".clio-button-label")!.textContent =
      accepted === 0
        ? "Keep as marks"
        : `Keep ${accepted.toLocaleString("en")} as ${accepted === 1 ? "a mark" : "marks"}`;
  }

  /** Offers the words that are in use. */
  private async offer(): Promise<void> {
    const { sets, tags } = await this.keeper.words();
    const options = (words: readonly string[]) =>
      words.slice(0, MOST_OFFERED).map((value) => element("option", { value }));
    this.offered.sets.replaceChildren(...options(sets));
    this.offered.tags.replaceChildren(...options(tags));
  }
}

function field(
  label: string,
  placeholder: string,
  list: string,
): HTMLInputElement {
  return element("input", {
    type: "text",
    class: "clio-field clio-search-field",
    "aria-label": label,
    placeholder,
    autocomplete: "off",
    list,
  });
}
