import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { MergeDesk } from "./merge_desk.js";
import type { MergeMode } from "./merge_mode.js";
import { RuleChoice } from "./rule_choice.js";

/** The bar of what is merged with: the mode, the acts on what is selected, and the rule for the main. */
export class MergesTools extends RefCounted {
  readonly element: HTMLElement;
  private readonly modeButton: HTMLButtonElement;

  constructor(
    desk: MergeDesk,
    private readonly mode: MergeMode,
  ) {
    super();
    this.modeButton = button({
      label: "Merge mode",
      icon: "merge",
      key: keyOf("toggle-merge-mode"),
      run: () => mode.toggle(),
    });
    this.element = element(
      "div",
      {
        class: "clio-merges-tools",
        role: "toolbar",
        "aria-label": "Merging",
      },
      this.modeButton,
      button({
        label: "Merge",
        key: keyOf("merge-selected"),
        run: () => void desk.mergeSelected(),
      }),
      button({
        label: "Take apart",
        key: keyOf("unmerge-selected"),
        run: () => void desk.unmergeSelected(),
      }),
      this.registerDisposer(new RuleChoice(desk)).element,
    );
    this.registerDisposer(mode.changed.add(() => this.showMode()));
    this.showMode();
  }

  /** Takes the focus. */
  focus(): void {
    this.modeButton.focus();
  }

  private showMode(): void {
    this.modeButton.setAttribute("aria-pressed", String(this.mode.isOn));
  }
}
