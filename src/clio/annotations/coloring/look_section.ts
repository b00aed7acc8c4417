import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../../ui/element.js";
import type { SandboxSource } from "../frontend.js";
import type { SandboxLayer } from "../layer.js";
import { MarksSection } from "../marks_section.js";
import { COLOR_COLUMNS, type ColorBy, colorByOf } from "./color_scheme.js";
import type { LegendEntry } from "./legend.js";
import { LegendList } from "./legend_list.js";
import { asksFor, narrowed } from "./narrowing.js";
import { SliderList } from "./slider_list.js";
import "./look_section.css";

/** What people call the things that every mark can be coloured by. */
const COLUMN_TITLES: Readonly<Record<(typeof COLOR_COLUMNS)[number], string>> =
  {
    kind: "Kind",
    type: "Type",
    tag: "Tag",
    checked: "Checked",
    user: "Author",
    set: "Set",
  };

/** Between two looks at the counts while marks change at every key. */
const LOOK_AGAIN_MS = 500;

/** How the marks are drawn: what they are coloured by, with its legend, and how large and opaque they are. */
export class LookSection extends RefCounted {
  private readonly choice = element("select", { class: "clio-field" });
  private readonly note = element(
    "p",
    { class: "clio-look-note" },
    "A mark with several tags has the colour of the first that has one.",
  );
  private readonly legend = new LegendList((entry, all) =>
    this.narrow(entry, all),
  );
  private readonly section: MarksSection;
  private entries: readonly LegendEntry[] = [];
  private looking = false;
  private lookAgain = false;

  constructor(
    private readonly layer: SandboxLayer,
    private readonly source: SandboxSource,
  ) {
    super();
    const { shaderControls } = layer.annotationDisplayState;
    const sliders = this.registerDisposer(new SliderList(shaderControls));
    this.section = new MarksSection(
      "Look",
      element(
        "label",
        { class: "clio-look-choice" },
        element("span", { class: "clio-slider-title" }, "Colour by"),
        this.choice,
      ),
      this.legend.element,
      this.note,
      sliders.element,
    );
    this.choice.addEventListener("change", () => {
      layer.colorBy.value = colorByOf(this.choice.value);
    });
    this.registerDisposer(this.section.toggled.add(() => this.update()));
    this.registerDisposer(layer.colorBy.changed.add(() => this.update()));
    this.registerDisposer(source.query.changed.add(() => this.update()));
    this.registerDisposer(
      source.query.query.changed.add(() => this.showLegend()),
    );
    this.update();
  }

  get element(): HTMLElement {
    return this.section.element;
  }

  private update(): void {
    const by = this.layer.colorBy.value;
    this.offer();
    this.choice.value = by ?? "";
    this.section.summarize(
      by === undefined
        ? "colour of the layer"
        : `coloured by ${this.titleOf(by).toLowerCase()}`,
    );
    this.note.hidden = by !== "tag";
    this.lookAgain = true;
    void this.look();
  }

  /** Offers what there is to colour by. */
  private offer(): void {
    const by = this.layer.colorBy.value;
    const fields = this.source.query.fieldNames.map(
      (name): ColorBy => `field:${name}`,
    );
    const offered = new Set<ColorBy | "">(["", ...COLOR_COLUMNS, ...fields]);
    // A link may name a field that no mark has yet.
    if (by !== undefined) offered.add(by);
    const shown = [...this.choice.options].map(({ value }) => value);
    if (shown.join("\n") === [...offered].join("\n")) return;
    this.choice.replaceChildren(
      ...[...offered].map((value) =>
        element("option", { value }, this.titleOf(value)),
      ),
    );
  }

  private titleOf(by: ColorBy | ""): string {
    if (by === "") return "Nothing: the layer's colour";
    const column = COLOR_COLUMNS.find((column) => column === by);
    if (column !== undefined) return COLUMN_TITLES[column];
    const name = by.slice("field:".length);
    const { fields } = this.source.vocabulary;
    return fields.find((field) => field.name === name)?.title ?? name;
  }

  /** Gets the legend while it is seen; what changes meanwhile is looked at once more at the end. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    while (this.lookAgain && this.section.isOpen && !this.wasDisposed) {
      this.lookAgain = false;
      this.entries = (await this.source.coloring.legend()) ?? [];
      this.showLegend();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    this.looking = false;
  }

  private showLegend(): void {
    const { text } = this.source.query.query.value;
    this.legend.show(this.entries, ({ terms }) => asksFor(text, terms));
    this.legend.element.hidden = this.entries.length === 0;
  }

  private narrow(entry: LegendEntry, all: readonly LegendEntry[]): void {
    const { query } = this.source.query;
    const others = all.flatMap(({ terms }) => terms);
    query.value = {
      ...query.value,
      text: narrowed(query.value.text, entry.terms, others),
    };
  }
}
