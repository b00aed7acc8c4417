import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import { keyCap } from "../../ui/key_cap.js";
import type { SandboxQuery } from "../query/sandbox_query.js";
import { type Completion, completionsAt } from "./completions.js";
import type { MarksVocabulary } from "../../model/fields.js";

const LIST_ID = "clio-search-list";
const PROBLEM_ID = "clio-search-problem";

interface SearchBoxOptions {
  readonly query: SandboxQuery;
  readonly vocabulary: MarksVocabulary;
  /** The key that leads here, as the viewer's bindings write it. */
  readonly key: string;
  /** Escape: takes the focus to where a person works on. */
  readonly leave: () => void;
}

/** The box in which a person searches marks: it completes keys and words, and says below what it does not understand. */
export class SearchBox extends RefCounted {
  readonly input = element("input", {
    class: "clio-search-input",
    type: "text",
    role: "combobox",
    placeholder: "Search all text, or tag: kind: is:checked length:>500nm",
    spellcheck: "false",
    autocomplete: "off",
    "aria-label": "Search the marks",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-describedby": PROBLEM_ID,
    "aria-controls": LIST_ID,
  });
  readonly element: HTMLElement;
  /** What is wrong with the text. */
  readonly problem = element("p", {
    class: "clio-search-problem",
    id: PROBLEM_ID,
    role: "status",
  });
  private readonly list = element("div", {
    class: "clio-search-list",
    id: LIST_ID,
    role: "listbox",
    "aria-label": "What the search may mean",
  });
  private offers: readonly Completion[] = [];
  private highlighted = -1;

  constructor(private readonly options: SearchBoxOptions) {
    super();
    const { query, key } = options;
    this.list.hidden = true;
    this.element = element(
      "div",
      { class: "clio-search" },
      icon("search"),
      this.input,
      keyCap(key),
      this.list,
    );
    this.input.value = query.query.value.text;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.offer([]));
    this.registerDisposer(query.query.changed.add(() => this.followQuery()));
    this.registerDisposer(query.problem.changed.add(() => this.showProblem()));
    this.showProblem();
  }

  /** Takes the focus, with what is searched for ready to be written over. */
  enter(): void {
    // Not every browser gives the focus to what is selected.
    this.input.focus();
    this.input.select();
  }

  private typed(): void {
    const { query } = this.options;
    query.query.value = { ...query.query.value, text: this.input.value };
    void this.complete();
  }

  /** The question may come from a link, or from the button that clears it. */
  private followQuery(): void {
    const { text } = this.options.query.query.value;
    if (text !== this.input.value) this.input.value = text;
  }

  private showProblem(): void {
    const { value } = this.options.query.problem;
    this.problem.textContent = value ?? "";
    this.input.setAttribute("aria-invalid", String(value !== undefined));
  }

  private async complete(): Promise<void> {
    const { query, vocabulary } = this.options;
    const { value: text, selectionStart } = this.input;
    const { tokens } = query.parsed;
    if (tokens.length === 0) {
      this.offer([]);
      return;
    }
    const facets = await query.facets();
    // Another letter was typed meanwhile, which asks for itself.
    if (this.input.value !== text || document.activeElement !== this.input) {
      return;
    }
    const { fieldNames } = query;
    this.offer(
      completionsAt(text, selectionStart ?? text.length, tokens, {
        facets,
        vocabulary,
        fieldNames,
      }).filter(({ text: completed }) => completed.trim() !== text.trim()),
    );
  }

  private offer(offers: readonly Completion[]): void {
    this.offers = offers;
    this.list.hidden = offers.length === 0;
    this.input.setAttribute("aria-expanded", String(offers.length > 0));
    this.list.replaceChildren(
      ...offers.map((offer, index) => this.option(offer, index)),
    );
    this.highlight(-1);
  }

  private option(offer: Completion, index: number): HTMLElement {
    const made = element(
      "div",
      {
        class: "clio-search-option",
        id: `${LIST_ID}-${index}`,
        role: "option",
        "aria-selected": "false",
      },
      element("span", {}, offer.shown),
    );
    if (offer.count !== undefined) {
      made.append(
        element(
          "span",
          { class: "clio-search-count" },
          offer.count.toLocaleString("en"),
        ),
      );
    }
    // A press would take the focus out of the box, and close the list before the click.
    made.addEventListener("mousedown", (event) => event.preventDefault());
    made.addEventListener("click", () => this.take(index));
    return made;
  }

  private highlight(index: number): void {
    this.list.children
      .item(this.highlighted)
      ?.setAttribute("aria-selected", "false");
    this.highlighted = index;
    const option = this.list.children.item(index);
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option === null) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", option.id);
  }

  private take(index: number): void {
    const { text } = this.offers[index];
    this.input.value = text;
    this.typed();
  }

  private onKey(event: KeyboardEvent): void {
    // The viewer hears Enter and Escape from a field as its own.
    if (event.key === "Enter" || event.key === "Escape")
      event.stopPropagation();
    if (event.isComposing) return;
    const last = this.offers.length - 1;
    if (event.key === "ArrowDown" && last >= 0) {
      this.highlight(Math.min(last, this.highlighted + 1));
    } else if (event.key === "ArrowUp" && last >= 0) {
      this.highlight(Math.max(-1, this.highlighted - 1));
    } else if (event.key === "Enter" && this.highlighted >= 0) {
      this.take(this.highlighted);
    } else if (event.key === "Escape" && last >= 0) {
      this.offer([]);
    } else if (event.key === "Escape" || event.key === "Enter") {
      this.options.leave();
    } else return;
    event.preventDefault();
  }
}
