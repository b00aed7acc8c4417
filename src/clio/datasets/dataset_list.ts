import { element } from "../ui/element.js";
import type { Entry } from "./dataset_filter.js";
import { voxelSize } from "./voxel_size.js";

const optionId = (index: number) => `clio-dataset-${index}`;

/**
 * The datasets to choose from as a listbox. The focus stays in the field that searches them: this element only says which
 * entry is highlighted.
 */
export class DatasetList {
  readonly element = element("div", {
    class: "clio-dataset-list",
    id: "clio-dataset-list",
    role: "listbox",
    "aria-label": "Datasets",
  });
  private entries: readonly Entry[] = [];
  private index = -1;

  /**
   * @param open called with the id of the entry that is opened by a click
   * @param moved called whenever another entry is highlighted, or none
   */
  constructor(
    private readonly open: (entry: Entry) => void,
    private readonly moved: () => void,
  ) {}

  /** The highlighted entry, if any. */
  get highlighted(): Entry | undefined {
    return this.entries[this.index];
  }

  /** The element id of the highlighted option, for `aria-activedescendant`. */
  get highlightedId(): string | undefined {
    return this.highlighted && optionId(this.index);
  }

  /**
   * Shows these entries and highlights the one of `preferred`, else the first.
   * @param openId the dataset that is open in the viewer now, marked as such
   */
  show(
    entries: readonly Entry[],
    preferred: string | undefined,
    openId: string | undefined,
  ): void {
    this.entries = entries;
    this.element.replaceChildren(
      ...entries.map((entry, index) => this.option(entry, index, openId)),
    );
    const found = entries.findIndex(({ id }) => id === preferred);
    this.highlight(Math.max(0, found));
  }

  /** Highlights the entry `by` places further down, and goes no further than the ends. */
  move(by: number): void {
    const last = this.entries.length - 1;
    this.highlight(Math.min(last, Math.max(0, this.index + by)));
  }

  private highlight(index: number): void {
    const { children } = this.element;
    children.item(this.index)?.setAttribute("aria-selected", "false");
    this.index = index;
    const option = children.item(index);
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.moved();
  }

  private option(
    entry: Entry,
    index: number,
    openId: string | undefined,
  ): HTMLElement {
    const { id, dataset } = entry;
    const facts = element(
      "span",
      { class: "clio-dataset-facts" },
      voxelSize(dataset.neuroglancer),
    );
    if (id === openId) {
      facts.append(element("span", { class: "clio-dataset-open" }, "open now"));
    }
    const made = element(
      "div",
      {
        class: "clio-dataset",
        id: optionId(index),
        role: "option",
        "aria-selected": "false",
        title: `${dataset.description}\n${id}`.trim(),
      },
      element("span", { class: "clio-dataset-title" }, dataset.title),
      facts,
      element("span", { class: "clio-dataset-text" }, dataset.description),
    );
    // A press would take the focus out of the search field, and the arrow keys with it.
    made.addEventListener("mousedown", (event) => event.preventDefault());
    made.addEventListener("click", () => this.open(entry));
    return made;
  }
}
