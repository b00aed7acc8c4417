import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { element } from "../../ui/element.js";
import { Draft } from "./draft.js";
import type { TextEdit } from "./edits.js";
import { FieldMessage } from "./field_message.js";
import type { MarkFormContext } from "./form_context.js";
import { type FormPart, labelled, reasonOf } from "./form_part.js";

/**
 * One field that is edited as text. Enter, leaving it, or the form's end commits it as one change; a text that will not do, or that
 * could not be kept, stays and is explained. A text area takes line breaks with Shift.
 */
export class TextField extends RefCounted implements FormPart {
  readonly element: HTMLElement;
  private readonly draft: Draft;
  private readonly message: FieldMessage;

  constructor(
    private record: AnnotationRecord,
    private readonly edit: TextEdit,
    private readonly context: Pick<MarkFormContext, "editor" | "leave">,
    readonly control: HTMLInputElement | HTMLTextAreaElement,
  ) {
    super();
    control.classList.add("clio-form-text");
    control.setAttribute("autocomplete", "off");
    this.message = new FieldMessage(control);
    this.element = labelled(edit.label, control, this.message.element);
    this.draft = new Draft(edit.text(record));
    control.addEventListener("input", () => {
      this.draft.text = control.value;
      this.message.clearProblem();
      this.fit();
    });
    control.addEventListener("change", () => void this.commit());
    control.addEventListener("keydown", (event) =>
      this.handleKey(event as KeyboardEvent),
    );
    this.show();
  }

  update(record: AnnotationRecord): void {
    this.record = record;
    this.draft.update(this.edit.text(record));
    this.show();
  }

  /** Makes the change that is typed, where there is one and it will do. Returns whether nothing is left to be put right. */
  async commit(): Promise<boolean> {
    const { draft, edit, record } = this;
    if (!draft.dirty) return true;
    const reading = edit.read(draft.text);
    if ("expected" in reading) {
      this.message.problem(
        `${edit.label}: ${quoted(draft.text)}, expected ${reading.expected}. ${kept(edit.text(record))}`,
      );
      return false;
    }
    // As the record will have it: without the space around it, say.
    draft.text = edit.text(reading.change(record));
    const { text } = draft;
    const isNew = draft.dirty;
    if (isNew) draft.send();
    this.message.clearProblem();
    this.show();
    return isNew ? this.send(text, reading.change) : true;
  }

  override disposed(): void {
    void this.commit();
    super.disposed();
  }

  private async send(
    text: string,
    change: (record: AnnotationRecord) => AnnotationRecord,
  ): Promise<boolean> {
    const { draft, edit, record, context } = this;
    try {
      await context.editor.edit(edit.act, [record.id], change);
      draft.settle(text, true);
      return true;
    } catch (error) {
      draft.settle(text, false);
      this.message.problem(
        `${edit.label} was not changed: ${reasonOf(error)}. What you typed is still here.`,
      );
      return false;
    }
  }

  private handleKey(event: KeyboardEvent): void {
    // Enter with Shift is a line break, and within an input method it ends a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      void this.commit().then((good) => {
        // Until the disk has it a person may have gone on, here or in another field.
        const isThere = this.control === document.activeElement;
        if (good && isThere && !this.draft.dirty) this.context.leave();
      });
    } else if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      this.message.clearProblem();
      const had = this.draft.revert();
      this.show();
      if (!had) this.context.leave();
    }
  }

  private show(): void {
    const { control, draft, message } = this;
    // Writing the same again would move the caret and empty the field's own undo.
    if (control.value !== draft.text) control.value = draft.text;
    this.fit();
    message.tellElsewhere(draft.elsewhere, {
      take: (text) => {
        draft.elsewhere = undefined;
        draft.text = text;
        this.show();
        void this.commit();
      },
      dismiss: () => {
        draft.elsewhere = undefined;
        this.show();
      },
    });
  }

  /** A text area is as high as its text. */
  private fit(): void {
    const { control } = this;
    if (!(control instanceof HTMLTextAreaElement)) return;
    control.rows = Math.max(1, control.value.split("\n").length);
  }
}

/** A field of one line. */
export function textLine(): HTMLInputElement {
  return element("input", { type: "text" });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function kept(text: string): string {
  return text === ""
    ? "Until then the mark has none."
    : `Until then the mark keeps ${quoted(text)}.`;
}
