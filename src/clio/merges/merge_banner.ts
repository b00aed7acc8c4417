import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { dataPanels } from "../../../neuroglancer/data_panel.js";
import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { type Child, element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { keyCap } from "../ui/key_cap.js";
import type { MainChoice } from "./main_rule.js";
import { RuleChoice } from "./rule_choice.js";
import type { MergeDesk } from "./merge_desk.js";
import { mixText } from "./mixed_types.js";
import "./merge_banner.css";

/** Segments that are listed; of more the number is told. */
const MOST_LISTED = 8;

/** What the banner needs to know of merge mode. */
interface Mode {
  readonly clicked: bigint | undefined;
  readonly changed: { add(handler: () => void): () => boolean };
  toggle(): void;
}

/**
 * Says all over the view that merge mode is on: a bar that tells what a click does and how to leave, a frame, and a card with what would
 * become one. It lies over the picture, so that nothing moves.
 */
export class MergeBanner extends RefCounted {
  private readonly words = element("span", {
    class: "clio-merge-words",
    role: "status",
  });
  private readonly list = element("ol", { class: "clio-merge-list" });
  private readonly more = element("p", { class: "clio-merge-more" });
  private readonly mixed = element("p", {
    class: "clio-merge-mixed",
    role: "status",
  });
  private readonly mergeButton: HTMLButtonElement;
  private readonly card: HTMLElement;
  private readonly element: HTMLElement;

  constructor(
    private readonly desk: MergeDesk,
    private readonly mode: Mode,
  ) {
    super();
    this.mergeButton = button({
      label: "Merge",
      kind: "primary",
      key: keyOf("merge-selected"),
      run: () => void desk.mergeSelected(),
    });
    this.card = element(
      "div",
      { class: "clio-merge-card", role: "group", "aria-label": "Merge" },
      element(
        "p",
        { class: "clio-merge-title" },
        "Would become one, in the order selected",
      ),
      this.list,
      this.more,
      this.mixed,
      element(
        "div",
        { class: "clio-merge-acts" },
        this.mergeButton,
        this.registerDisposer(new RuleChoice(desk)).element,
      ),
    );
    this.element = element(
      "div",
      {
        class: "clio-merge-mode",
        role: "region",
        "aria-label": "Merge mode",
      },
      element(
        "div",
        { class: "clio-merge-bar" },
        icon("merge"),
        element("strong", { class: "clio-merge-name" }, "Merge mode"),
        this.words,
        ...hint(keyOf("unmerge-selected"), "take apart"),
        button({
          label: "Leave",
          key: keyOf("leave-merge-mode"),
          run: () => mode.toggle(),
        }),
      ),
      this.card,
    );
    // Inside the viewer, whose keys go on working from its buttons.
    desk.viewer.element.append(this.element);
    this.registerDisposer(() => this.element.remove());
    const update = () => this.update();
    this.registerDisposer(desk.changed.add(update));
    this.registerDisposer(mode.changed.add(update));
    this.registerDisposer(
      desk.viewer.display.updateFinished.add(() => this.place()),
    );
    this.place();
    update();
  }

  private update(): void {
    const { desk, mode } = this;
    const { selected, main: choice } = desk;
    this.words.replaceChildren(...wordsOf(mode.clicked, selected.length));
    this.card.hidden = selected.length === 0;
    if (choice === undefined) return;
    const { main } = choice;
    const isMany = selected.length > 1;
    this.mergeButton.querySelector(".clio-button-label")!.textContent = isMany
      ? `Merge ${selected.length} into ${main}`
      : "Select another segment to merge";
    this.mergeButton.disabled = !isMany;
    this.list.replaceChildren(
      ...selected.slice(0, MOST_LISTED).map((id) => this.line(id, choice)),
    );
    this.mixed.textContent = mixText(desk.typesOf(selected));
    const hidden = selected.length - MOST_LISTED;
    this.more.textContent = hidden > 0 ? `and ${hidden} more` : "";
  }

  private line(id: bigint, { main, why }: MainChoice): HTMLElement {
    const { desk, mode } = this;
    const swatch = element("span", { class: "clio-merge-swatch" });
    swatch.style.background = desk.colorOf(id);
    const count = desk.book?.sets.sizeOf(id) ?? 1;
    const voxels = desk.sizeOf(id);
    const notes = [
      ...(voxels === undefined
        ? []
        : [`${voxels.toLocaleString("en")} voxels`]),
      ...(count > 1 ? [`${count} merged`] : []),
      ...(id === mode.clicked ? ["clicked"] : []),
    ];
    return element(
      "li",
      { class: "clio-merge-line" },
      swatch,
      element("span", { class: "clio-merge-id" }, String(id)),
      element("span", { class: "clio-merge-note" }, notes.join(", ")),
      ...(id === main
        ? [
            element("span", { class: "clio-merge-main" }, "main"),
            element("span", { class: "clio-merge-why" }, why),
          ]
        : []),
    );
  }

  /** Over the panels of the view, and not over those at its sides. */
  private place(): void {
    const boxes = dataPanels(this.desk.viewer.display).map((panel) =>
      panel.element.getBoundingClientRect(),
    );
    if (boxes.length === 0) return;
    const left = Math.min(...boxes.map((box) => box.left));
    const top = Math.min(...boxes.map((box) => box.top));
    const right = Math.max(...boxes.map((box) => box.right));
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    const { style } = this.element;
    style.left = `${left}px`;
    style.top = `${top}px`;
    style.width = `${right - left}px`;
    style.height = `${bottom - top}px`;
  }
}

/** What a click does now. */
function wordsOf(clicked: bigint | undefined, selected: number): Child[] {
  if (clicked !== undefined) {
    return [
      "Now click the selected segment that is one with ",
      element("b", {}, String(clicked)),
      ". A click on it again lets it go.",
    ];
  }
  return selected < 2
    ? ["Double-click two segments or more to select them."]
    : [
        "Click a selected segment, then another: they become one. A click on anything else does nothing.",
      ];
}

function hint(key: string, what: string): Child[] {
  return [element("span", { class: "clio-merge-hint" }, keyCap(key), what)];
}
