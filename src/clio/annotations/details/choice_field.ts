import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord, FieldValue } from "../../model/annotation.js";
import { type Field, ownValue } from "../../model/fields.js";
import { element } from "../../ui/element.js";
import { ChosenValue } from "./chosen_value.js";
import { actOnField, withField } from "./edits.js";
import { FieldMessage } from "./field_message.js";
import type { MarkFormContext } from "./form_context.js";
import { type FormPart, reasonOf, uniqueId } from "./form_part.js";

/** More values than these are not seen at a glance, and are typed. */
const MOST_CHOICES = 9;

/** The values of a field that has few enough to be shown side by side; undefined for any other. */
export function choicesOf(field: Field): readonly FieldValue[] | undefined {
  switch (field.type) {
    case "boolean":
      return [true, false];
    case "choice":
      return field.options.length <= MOST_CHOICES ? field.options : undefined;
    case "number": {
      const { min, max, integer } = field;
      if (!integer || min === undefined || max === undefined) return undefined;
      const first = Math.ceil(min);
      const count = Math.floor(max) - first + 1;
      return count <= MOST_CHOICES
        ? Array.from({ length: count }, (_, i) => first + i)
        : undefined;
    }
    case "text":
      return undefined;
  }
}

/**
 * A field of few values, side by side as the segments of one bar. Choosing one is a change; choosing the chosen one again, or Delete,
 * takes the value away. A digit chooses by place.
 */
export class ChoiceField extends RefCounted implements FormPart {
  readonly element: HTMLElement;
  private readonly bar = element("div", { class: "clio-segments" });
  private readonly message: FieldMessage;
  private readonly name = uniqueId();
  private shown: readonly FieldValue[] = [];
  private readonly chosen = new ChosenValue<FieldValue | undefined>();

  constructor(
    private record: AnnotationRecord,
    private readonly field: Field,
    private readonly choices: readonly FieldValue[],
    private readonly context: Pick<MarkFormContext, "editor" | "leave">,
  ) {
    super();
    const id = uniqueId();
    this.bar.setAttribute("role", "radiogroup");
    this.bar.setAttribute("aria-labelledby", id);
    this.message = new FieldMessage(this.bar);
    this.element = element(
      "div",
      { class: "clio-form-field" },
      element("span", { id, class: "clio-form-label" }, labelOf(field)),
      this.bar,
      this.message.element,
    );
    this.bar.addEventListener("keydown", (event) => this.handleKey(event));
    this.update(record);
  }

  get control(): HTMLElement {
    const inputs = [...this.bar.querySelectorAll("input")];
    return inputs.find(({ checked }) => checked) ?? inputs[0];
  }

  update(record: AnnotationRecord): void {
    this.record = record;
    this.chosen.recordCame(this.recorded);
    this.show();
  }

  private show(): void {
    const { value } = this;
    const foreign = value !== undefined && !this.choices.includes(value);
    // A value that the dataset does not offer, from a file say, is shown all the same.
    const shown = foreign ? [...this.choices, value] : this.choices;
    if (String(shown) !== String(this.shown)) {
      this.shown = shown;
      this.bar.replaceChildren(...shown.map((choice) => this.segment(choice)));
    }
    this.bar.querySelectorAll("input").forEach((input, i) => {
      input.checked = shown[i] === value;
    });
  }

  private get recorded(): FieldValue | undefined {
    return ownValue(this.record.fields, this.field.name);
  }

  private get value(): FieldValue | undefined {
    return this.chosen.shownFor(this.recorded);
  }

  private segment(choice: FieldValue): HTMLElement {
    const input = element("input", { type: "radio", name: this.name });
    input.addEventListener("change", () => void this.choose(choice));
    let wasChosen = false;
    const label = element(
      "label",
      { class: "clio-segment" },
      input,
      element("span", {}, wordOf(choice)),
    );
    // The browser has chosen it already when it says that it was clicked.
    label.addEventListener("pointerdown", () => {
      wasChosen = this.value === choice;
    });
    input.addEventListener("click", () => {
      if (wasChosen) void this.choose(undefined);
      wasChosen = false;
    });
    return label;
  }

  private handleKey(event: KeyboardEvent): void {
    const { key } = event;
    if (key === "Delete" || key === "Backspace") void this.choose(undefined);
    else if (/^[1-9]$/.test(key) && +key <= this.shown.length) {
      this.bar.querySelectorAll("input")[+key - 1].focus();
      void this.choose(this.shown[+key - 1]);
    } else if (key === "Escape" || key === "Enter") this.context.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private async choose(value: FieldValue | undefined): Promise<void> {
    const { field, record, message } = this;
    message.clearProblem();
    const written = this.chosen.hold(value, () =>
      this.context.editor.edit(actOnField(field), [record.id], (newest) =>
        withField(newest, field, value),
      ),
    );
    // Seen at once: the change comes back with the record a moment later.
    this.show();
    try {
      await written;
    } catch (error) {
      this.show();
      message.problem(`${labelOf(field)} was not changed: ${reasonOf(error)}.`);
    }
  }
}

/** "Confidence, 1 to 5". */
function labelOf(field: Field): string {
  const label = field.title ?? field.name;
  return field.type === "number" &&
    field.min !== undefined &&
    field.max !== undefined
    ? `${label}, ${field.min} to ${field.max}`
    : label;
}

function wordOf(choice: FieldValue): string {
  if (typeof choice === "boolean") return choice ? "Yes" : "No";
  return String(choice);
}
