import { element } from "../../ui/element.js";
import type { LegendEntry } from "./legend.js";

interface Line {
  readonly item: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly count: HTMLElement;
}

/** The legend of the colours: each a button that narrows the search to its marks. */
export class LegendList {
  readonly element = element("ul", {
    class: "clio-legend",
    "aria-label": "Legend",
  });
  private entries: readonly LegendEntry[] = [];
  /** By what they say: a line that stays keeps the focus. */
  private lines = new Map<string, Line>();

  /** @param choose called with the entry that a person has pressed, and all others */
  constructor(
    private readonly choose: (
      entry: LegendEntry,
      all: readonly LegendEntry[],
    ) => void,
  ) {}

  /** @param isAsked whether the search asks for an entry's marks now */
  show(
    entries: readonly LegendEntry[],
    isAsked: (entry: LegendEntry) => boolean,
  ): void {
    this.entries = entries;
    const lines = new Map<string, Line>();
    for (const entry of entries) {
      const key = JSON.stringify([entry.label, entry.color, entry.terms]);
      const line = this.lines.get(key) ?? this.makeLine(entry);
      line.count.textContent = entry.count.toLocaleString("en");
      line.button.setAttribute("aria-pressed", String(isAsked(entry)));
      lines.set(key, line);
    }
    this.lines = lines;
    const items = [...lines.values()].map(({ item }) => item);
    const shown = [...this.element.children];
    // Put in anew, a line would lose the focus.
    if (items.some((item, i) => item !== shown[i]) || shown[items.length]) {
      this.element.replaceChildren(...items);
    }
  }

  private makeLine(entry: LegendEntry): Line {
    const swatch = element("span", { class: "clio-legend-swatch" });
    const hex = entry.color.toString(16).padStart(6, "0");
    swatch.style.setProperty("--swatch", `#${hex}`);
    const count = element("span", { class: "clio-legend-count" });
    const made = element(
      "button",
      { type: "button", class: "clio-legend-line", title: entry.label },
      swatch,
      element("span", { class: "clio-legend-label" }, entry.label),
      count,
    );
    made.addEventListener("click", () => this.choose(entry, this.entries));
    return { item: element("li", {}, made), button: made, count };
  }
}
