import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { element } from "../../ui/element.js";
import { ChosenValue } from "./chosen_value.js";
import { withChecked } from "./edits.js";
import { FieldMessage } from "./field_message.js";
import type { MarkFormContext } from "./form_context.js";
import { type FormPart, reasonOf } from "./form_part.js";

/** Whether a person has looked at the mark and was content. */
export class CheckedField extends RefCounted implements FormPart {
  readonly control = element("input", { type: "checkbox" });
  readonly element: HTMLElement;
  private readonly message = new FieldMessage(this.control);
  private readonly chosen = new ChosenValue<boolean>();

  constructor(
    private record: AnnotationRecord,
    private readonly context: Pick<MarkFormContext, "editor" | "leave">,
  ) {
    super();
    this.element = element(
      "div",
      { class: "clio-form-checked" },
      element("label", {}, this.control, "Checked"),
      this.message.element,
    );
    this.control.addEventListener("change", () => void this.commit());
    this.control.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      this.context.leave();
    });
    this.update(record);
  }

  update(record: AnnotationRecord): void {
    this.record = record;
    this.chosen.recordCame(record.checked);
    this.show();
  }

  private show(): void {
    this.control.checked = this.chosen.shownFor(this.record.checked);
  }

  private async commit(): Promise<void> {
    const { checked } = this.control;
    this.message.clearProblem();
    try {
      await this.chosen.hold(checked, () =>
        this.context.editor.edit(
          checked ? "Check" : "Uncheck",
          [this.record.id],
          (record) => withChecked(record, checked),
        ),
      );
    } catch (error) {
      this.show();
      this.message.problem(
        `The mark was not ${checked ? "checked" : "unchecked"}: ${reasonOf(error)}.`,
      );
    }
  }
}
