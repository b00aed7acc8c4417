import { keyOf } from "../model/keys.js";
import { element } from "../ui/element.js";
import { keyCap } from "../ui/key_cap.js";
import { type Album, type AlbumOrder, TABS } from "./album.js";
import { type AlbumFilter, type AlbumTab, NO_FILTER } from "./album_filter.js";

/** What the tabs are called. */
export const TAB_WORDS: Readonly<Record<AlbumTab, string>> = {
  all: "All",
  verified: "Verified",
  submitted: "Submitted",
  "changes requested": "Changes asked",
  own: "Mine",
};

const ORDERS: readonly [AlbumOrder, string][] = [
  ["newest", "Newest first"],
  ["title", "By title"],
  ["distance", "Nearest first"],
];

/** How near to the cross-hair, in nm. */
const NEAR: readonly [string, string][] = [
  ["", "Anywhere"],
  ["1000", "Within 1 µm"],
  ["5000", "Within 5 µm"],
  ["20000", "Within 20 µm"],
  ["100000", "Within 100 µm"],
];

/** The longest text that is looked for, in characters: to read an expression of a megabyte takes seconds. */
const LONGEST_TEXT = 300;

/** What of the album is shown, and in which order. */
export class FilterRow {
  readonly element: HTMLElement;
  private readonly text = element("input", {
    class: "clio-field clio-atlas-search",
    type: "search",
    maxlength: String(LONGEST_TEXT),
    placeholder: "title, text, tag:, author:, dataset:, state:",
    title:
      'What has a space goes into quotes: tag:"dark axon", state:"changes requested"',
    "aria-label": "Search the atlas",
  });
  private readonly pattern = element("input", { type: "checkbox" });
  private readonly near = choice("Near the cross-hair", NEAR);
  private readonly order = choice("Order", ORDERS);
  private readonly problem = element("p", {
    class: "clio-atlas-wrong",
    role: "alert",
    id: "clio-atlas-wrong",
  });
  private readonly tabs = new Map<AlbumTab, HTMLButtonElement>();

  constructor(private readonly album: Album) {
    this.text.addEventListener("input", () => {
      this.choose({ text: this.text.value });
    });
    this.pattern.addEventListener("change", () =>
      this.choose({ isPattern: this.pattern.checked }),
    );
    this.near.addEventListener("change", () => {
      const { value } = this.near;
      this.choose({ within: value === "" ? undefined : Number(value) });
    });
    this.order.addEventListener("change", () => {
      album.order = this.order.value as AlbumOrder;
    });
    for (const tab of TABS) {
      const made = element("button", {
        type: "button",
        class: "clio-atlas-tab",
      });
      made.addEventListener("click", () => this.choose({ tab }));
      this.tabs.set(tab, made);
    }
    this.element = element(
      "div",
      { class: "clio-atlas-filters" },
      element(
        "div",
        { class: "clio-atlas-filter-row" },
        this.text,
        keyCap(keyOf("atlas-search")),
        element(
          "label",
          {
            class: "clio-atlas-check",
            title: "Take the text as a regular expression, as RE2 has them",
          },
          this.pattern,
          "regex",
        ),
        this.near,
        this.order,
      ),
      this.problem,
      element(
        "div",
        {
          class: "clio-atlas-tabs",
          role: "group",
          "aria-label": "Which places",
        },
        ...this.tabs.values(),
      ),
    );
  }

  focus(): void {
    this.text.focus();
  }

  /** Shows everything again. */
  clear(): void {
    this.album.filter = NO_FILTER;
  }

  update(): void {
    const { filter, counts, wrong, order } = this.album;
    for (const [tab, made] of this.tabs) {
      const count = (counts.get(tab) ?? 0).toLocaleString("en");
      made.replaceChildren(
        TAB_WORDS[tab],
        element("span", { class: "clio-atlas-count" }, count),
      );
      made.setAttribute("aria-pressed", String(filter.tab === tab));
    }
    // Else the cursor would go to the end with every letter.
    if (this.text.value !== filter.text) this.text.value = filter.text;
    this.pattern.checked = filter.isPattern;
    this.near.value = String(filter.within ?? "");
    this.order.value = order;
    this.problem.textContent = wrong ?? "";
    if (wrong === undefined) {
      this.text.removeAttribute("aria-invalid");
      this.text.removeAttribute("aria-describedby");
    } else {
      this.text.setAttribute("aria-invalid", "true");
      this.text.setAttribute("aria-describedby", this.problem.id);
    }
  }

  private choose(part: Partial<AlbumFilter>): void {
    this.album.filter = { ...this.album.filter, ...part };
  }
}

function choice(
  label: string,
  options: readonly (readonly [string, string])[],
): HTMLSelectElement {
  return element(
    "select",
    { class: "clio-field", "aria-label": label },
    ...options.map(([value, words]) => element("option", { value }, words)),
  );
}
