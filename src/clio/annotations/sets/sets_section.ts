import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../../ui/element.js";
import { noneOf, termOf } from "../coloring/legend.js";
import { asksFor, narrowed } from "../coloring/narrowing.js";
import type { SandboxSource } from "../frontend.js";
import type { SandboxLayer } from "../layer.js";
import { MarksSection } from "../marks_section.js";
import { SetRow } from "./set_row.js";
import "./sets_section.css";

/** The name under which the marks stand that are in no set. */
const NONE = "";

/** Between two looks at the counts while marks change at every key. */
const LOOK_AGAIN_MS = 500;

/** The sets of a sandbox: each shown or hidden, locked or open, renamed, and chosen for new marks. */
export class SetsSection extends RefCounted {
  private readonly list = element("ul", {
    class: "clio-sets",
    "aria-label": "Sets",
  });
  private readonly field = element("input", {
    type: "text",
    class: "clio-field",
    placeholder: "New set",
    "aria-label": "Name of a new set",
    autocomplete: "off",
  });
  private readonly section: MarksSection;
  private rows = new Map<string, SetRow>();
  private counts: ReadonlyMap<string, number> = new Map();
  private looking = false;
  private lookAgain = false;

  constructor(
    private readonly layer: SandboxLayer,
    private readonly source: SandboxSource,
  ) {
    super();
    this.section = new MarksSection(
      "Sets",
      element(
        "p",
        { class: "clio-look-note" },
        "The dot says where new marks go. To move marks, choose them in the table and press Set.",
      ),
      this.list,
      this.addForm(),
    );
    const { query } = source;
    const { hiddenSets, lockedSets, newMarksSet } = layer;
    for (const { changed } of [hiddenSets, lockedSets, newMarksSet]) {
      this.registerDisposer(changed.add(() => this.show()));
    }
    this.registerDisposer(query.query.changed.add(() => this.show()));
    this.registerDisposer(query.changed.add(() => this.update()));
    this.registerDisposer(this.section.toggled.add(() => this.update()));
    this.update();
  }

  get element(): HTMLElement {
    return this.section.element;
  }

  private addForm(): HTMLElement {
    const form = element(
      "form",
      { class: "clio-set-form" },
      this.field,
      element(
        "button",
        { type: "submit", class: "clio-button clio-button-plain" },
        "Put new marks there",
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.field.value.trim();
      if (name === "") return;
      this.field.value = "";
      this.layer.newMarksSet.value = name;
      // Out of the field, in which the key that places a point would write its letter.
      this.rows.get(name)?.focus();
    });
    return form;
  }

  private update(): void {
    this.show();
    this.lookAgain = true;
    void this.look();
  }

  /** Counts the marks of each set while that is seen; what changes meanwhile is counted once more at the end. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    const { query } = this.source;
    while (this.lookAgain && this.section.isOpen && !this.wasDisposed) {
      this.lookAgain = false;
      const sets = await query.sets();
      const inSets = sets.reduce((sum, { count }) => sum + count, 0);
      this.counts = new Map([
        ...sets.map(({ value, count }) => [value, count] as const),
        [NONE, (query.total ?? inSets) - inSets],
      ]);
      this.show();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    this.looking = false;
  }

  private show(): void {
    // What is folded away is brought up to date when it is opened.
    if (this.section.isOpen) this.showRows();
    this.section.summarize(this.summary());
  }

  private showRows(): void {
    const { hiddenSets, lockedSets, newMarksSet } = this.layer;
    const { text } = this.source.query.query.value;
    const names = this.names();
    const rows = new Map<string, SetRow>();
    for (const name of names) {
      const row = this.rows.get(name) ?? this.makeRow(name);
      row.update({
        count: this.counts.get(name) ?? 0,
        isShown: !hiddenSets.value.has(name),
        isLocked: lockedSets.value.has(name),
        takesNew: (newMarksSet.value ?? NONE) === name,
        isAsked: asksFor(text, termsOf(name)),
      });
      rows.set(name, row);
    }
    this.rows = rows;
    const items = [...rows.values()].map(({ element }) => element);
    const shown = [...this.list.children];
    // Put in anew, a row would lose the focus.
    if (items.some((item, i) => item !== shown[i]) || shown[items.length]) {
      this.list.replaceChildren(...items);
    }
  }

  /** All sets there are: those of marks, and those that something is said of. */
  private names(): string[] {
    const { hiddenSets, lockedSets, newMarksSet } = this.layer;
    const named = new Set([
      ...this.counts.keys(),
      ...hiddenSets.value,
      ...lockedSets.value,
      newMarksSet.value ?? NONE,
    ]);
    named.delete(NONE);
    const byName = [...named].sort((a, b) => a.localeCompare(b, "en"));
    return [...byName, NONE];
  }

  private summary(): string {
    const { hiddenSets, lockedSets, newMarksSet } = this.layer;
    const parts: string[] = [];
    if (newMarksSet.value !== undefined) {
      parts.push(`new marks go to ${newMarksSet.value}`);
    }
    if (hiddenSets.value.size > 0)
      parts.push(`${hiddenSets.value.size} hidden`);
    if (lockedSets.value.size > 0)
      parts.push(`${lockedSets.value.size} locked`);
    return parts.join(" · ");
  }

  private makeRow(name: string): SetRow {
    const { layer } = this;
    const { query } = this.source.query;
    return new SetRow(name, {
      takeNew: () => {
        layer.newMarksSet.value = name === NONE ? undefined : name;
      },
      narrow: () => {
        const others = this.names().flatMap(termsOf);
        const text = narrowed(query.value.text, termsOf(name), others);
        query.value = { ...query.value, text };
      },
      show: (isShown) => layer.hiddenSets.put(name, !isShown),
      lock: (isLocked) => layer.lockedSets.put(name, isLocked),
      rename: (to) => void this.rename(name, to),
    });
  }

  /** Gives all marks of a set another one, as one step of undo. */
  private async rename(from: string, to: string): Promise<void> {
    const { layer, source } = this;
    try {
      const ids = await source.query.idsInSet(from);
      if (ids.length > 0) {
        await source.editor.edit(
          `Rename set ${from} to ${to}`,
          ids,
          (record) => (record.set === from ? { ...record, set: to } : record),
        );
      }
      layer.hiddenSets.rename(from, to);
      if (layer.newMarksSet.value === from) layer.newMarksSet.value = to;
    } catch (error) {
      new StatusMessage().setErrorMessage(
        `The set ${from} was not renamed: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
  }
}

/** The words of the search that find the marks of a set. */
function termsOf(name: string): readonly string[] {
  return name === NONE ? noneOf("set").terms : [termOf("set", name)];
}
