import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../ui/element.js";
import { MAIN_RULES, mainRuleOf, RULE_NAMES } from "./main_rule.js";
import type { MergeDesk } from "./merge_desk.js";
import "./rule_choice.css";

/** The choice of which segment gives the next merge its id and colour. */
export class RuleChoice extends RefCounted {
  readonly element: HTMLElement;
  private readonly select = element(
    "select",
    { class: "clio-merge-rule-select" },
    ...MAIN_RULES.map((rule) =>
      element("option", { value: rule }, RULE_NAMES[rule]),
    ),
  );

  constructor(private readonly desk: MergeDesk) {
    super();
    this.element = element(
      "label",
      { class: "clio-merge-rule" },
      "Main",
      this.select,
    );
    this.select.addEventListener("change", () => {
      desk.mainRule = mainRuleOf(this.select.value);
    });
    this.registerDisposer(desk.changed.add(() => this.update()));
    this.update();
  }

  private update(): void {
    this.select.disabled = this.desk.layer === undefined;
    this.select.value = this.desk.mainRule;
  }
}
