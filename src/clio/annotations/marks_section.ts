import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import { type Child, element } from "../ui/element.js";
import "./marks_section.css";

/** Titles of the sections that are open: they are open again where the panel shows another sandbox. */
const openTitles = new Set<string>();

/** A part of the panel of marks that is folded away until a person opens it. */
export class MarksSection {
  readonly element: HTMLDetailsElement;
  /** Told when it was opened or folded away. */
  readonly toggled = new NullarySignal();
  private readonly summary = element("span", {
    class: "clio-section-summary",
  });

  constructor(title: string, ...children: readonly Child[]) {
    this.element = element(
      "details",
      { class: "clio-section" },
      element(
        "summary",
        { class: "clio-section-head" },
        element("span", { class: "clio-section-title" }, title),
        this.summary,
      ),
      element("div", { class: "clio-section-body" }, ...children),
    );
    this.element.open = openTitles.has(title);
    this.element.addEventListener("toggle", () => {
      if (this.isOpen) openTitles.add(title);
      else openTitles.delete(title);
      this.toggled.dispatch();
    });
    this.element.addEventListener("keydown", keepKey);
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  /** Says beside the title what is in it, so that it need not be opened for that. */
  summarize(text: string): void {
    // Said at each key of a search: the page is laid out anew for what is written, be it the same.
    if (this.summary.textContent !== text) this.summary.textContent = text;
  }
}

/**
 * A key that a control has a use for is meant for the control, where else in the panel Space checks a mark and a letter tags it. Any
 * other goes on: after a press on a button P still places a point.
 */
function keepKey(event: KeyboardEvent): void {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (key === "Escape" || ctrlKey || metaKey || altKey) return;
  const takesAll = (target as Element).matches("input, select");
  if (takesAll || key === " " || key === "Enter") event.stopPropagation();
}
