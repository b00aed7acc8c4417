import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import { withoutTag, withTag } from "./edits.js";
import { FieldMessage } from "./field_message.js";
import type { MarkFormContext } from "./form_context.js";
import { type FormPart, labelled, reasonOf } from "./form_part.js";

/**
 * The tags of a mark, and a line in which to type another. Enter or a comma adds what is typed; Backspace in the empty line takes the
 * last tag away; the arrows walk the tags, and Delete takes away the one that has the focus.
 */
export class TagsField extends RefCounted implements FormPart {
  readonly element: HTMLElement;
  readonly control = element("input", {
    type: "text",
    class: "clio-form-tag",
    placeholder: "add a tag",
    autocomplete: "off",
  });
  private readonly chips = element("span", {
    class: "clio-form-chips",
    role: "list",
    "aria-label": "Tags",
  });
  private readonly message = new FieldMessage(this.control);

  constructor(
    private record: AnnotationRecord,
    private readonly context: Pick<MarkFormContext, "editor" | "leave">,
  ) {
    super();
    const { control, chips } = this;
    this.element = labelled("Tags", control, this.message.element);
    const box = element("div", { class: "clio-form-tags" });
    control.replaceWith(box);
    box.append(chips, control);
    box.addEventListener("mousedown", (event) => {
      if (event.target !== box) return;
      event.preventDefault();
      control.focus();
    });
    control.addEventListener("input", (event) => {
      this.message.clearProblem();
      // What is picked from the browser's list of words comes as one replacement, and is meant.
      const picked =
        !(event instanceof InputEvent) ||
        event.inputType === "insertReplacementText";
      if (picked || control.value.includes(",")) void this.add();
    });
    control.addEventListener("change", () => void this.add());
    control.addEventListener("keydown", (event) => this.handleKey(event));
    this.update(record);
  }

  update(record: AnnotationRecord): void {
    const before = this.record.tags;
    this.record = record;
    if (
      this.chips.childElementCount > 0 &&
      String(before) === String(record.tags)
    ) {
      return;
    }
    const focused = this.buttons.indexOf(
      document.activeElement as HTMLButtonElement,
    );
    this.chips.replaceChildren(...record.tags.map((tag) => this.chip(tag)));
    // The focus stays at its place among the tags, or goes back to the line.
    if (focused >= 0) (this.buttons.at(focused) ?? this.control).focus();
  }

  override disposed(): void {
    void this.add();
    super.disposed();
  }

  private get buttons(): HTMLButtonElement[] {
    return [...this.chips.querySelectorAll("button")];
  }

  private chip(tag: string): HTMLElement {
    const remove = element(
      "button",
      {
        type: "button",
        class: "clio-form-chip-remove",
        "aria-label": `Remove the tag ${tag}`,
        title: `Remove the tag ${tag}`,
        tabindex: "-1",
      },
      icon("close"),
    );
    remove.addEventListener("click", () => void this.remove(tag));
    remove.addEventListener("keydown", (event) =>
      this.handleChipKey(event, tag),
    );
    return element(
      "span",
      { class: "clio-form-chip", role: "listitem" },
      tag,
      remove,
    );
  }

  private handleKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { control } = this;
    const { key } = event;
    const empty = control.value === "";
    if (key === "Enter") {
      if (empty) this.context.leave();
      else void this.add();
    } else if (key === "Escape") {
      if (empty) this.context.leave();
      control.value = "";
      this.message.clearProblem();
    } else if (key === "Backspace" && empty && !event.repeat) {
      const last = this.record.tags.at(-1);
      if (last !== undefined) void this.remove(last);
    } else if (key === "ArrowLeft" && control.selectionEnd === 0) {
      this.buttons.at(-1)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private handleChipKey(event: KeyboardEvent, tag: string): void {
    const { buttons } = this;
    const place = buttons.indexOf(event.currentTarget as HTMLButtonElement);
    switch (event.key) {
      case "Delete":
      case "Backspace":
        void this.remove(tag);
        break;
      case "ArrowLeft":
        buttons[Math.max(0, place - 1)].focus();
        break;
      case "ArrowRight":
        (buttons.at(place + 1) ?? this.control).focus();
        break;
      case "Escape":
        this.control.focus();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private async add(): Promise<void> {
    const { control } = this;
    const typed = control.value;
    const words = typed.split(",").filter((word) => word.trim() !== "");
    // Emptied at once, so that the next tag can be typed while this one is being written.
    control.value = "";
    const next = (record: AnnotationRecord) => words.reduce(withTag, record);
    if (next(this.record) === this.record) return;
    const label = `Add tag ${words.map((word) => word.trim()).join(", ")}`;
    const done = await this.change(label, next);
    if (!done && control.value === "") control.value = typed;
  }

  private async remove(tag: string): Promise<void> {
    await this.change(`Remove tag ${tag}`, (record) => withoutTag(record, tag));
  }

  private async change(
    label: string,
    next: (record: AnnotationRecord) => AnnotationRecord,
  ): Promise<boolean> {
    const { record } = this;
    this.message.clearProblem();
    // Seen at once: the change comes back with the record a moment later.
    this.update(next(record));
    try {
      await this.context.editor.edit(label, [record.id], next);
      return true;
    } catch (error) {
      this.update(record);
      this.message.problem(`Tags were not changed: ${reasonOf(error)}.`);
      return false;
    }
  }
}
