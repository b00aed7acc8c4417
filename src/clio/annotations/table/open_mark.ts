import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { VirtualTable } from "../../ui/virtual_table.js";
import type { MarkFormContext } from "../details/form_context.js";
import { type MarkForm, markForm } from "../details/mark_form.js";

/** How long a mark has to stay selected before its form opens: whoever passes through many by held keys waits for none. */
const REST_MS = 150;

/** The form of the selected mark, below its row. */
export class OpenMark extends RefCounted {
  private form: { readonly id: string; readonly shown: MarkForm } | undefined;
  /** The mark whose form opens soon, as it is known by then: what is found out meanwhile would else be missing in the form. */
  private resting:
    | {
        record: AnnotationRecord;
        readonly timer: ReturnType<typeof setTimeout>;
      }
    | undefined;

  constructor(
    private readonly table: VirtualTable<AnnotationRecord>,
    private readonly context: MarkFormContext,
  ) {
    super();
    this.registerDisposer(() => this.close());
  }

  /** Opens the form of a mark once it has stayed selected for a moment. */
  openSoon(record: AnnotationRecord): void {
    if (this.form?.id === record.id) return;
    this.close();
    const resting = {
      record,
      timer: setTimeout(() => this.open(resting.record), REST_MS),
    };
    this.resting = resting;
  }

  /** Opens the form of a mark with the focus in one of its fields. */
  openAt(record: AnnotationRecord, field: string): boolean {
    if (this.form?.id !== record.id) this.open(record);
    return this.form?.shown.focus(field) ?? false;
  }

  /** Shows the newest state of the mark whose form is open, or is about to be. */
  update(record: AnnotationRecord): void {
    const { form, resting } = this;
    if (form?.id === record.id) form.shown.update(record);
    else if (resting?.record.id === record.id) resting.record = record;
  }

  /** Closes the form of any other mark than this one. */
  closeOther(id: string): void {
    if (this.form?.id !== id) this.close();
  }

  /** Closes the form. What is typed in it and would do is stored; the focus goes to the table. */
  close(): void {
    clearTimeout(this.resting?.timer);
    this.resting = undefined;
    if (this.form === undefined) return;
    const { shown } = this.form;
    this.form = undefined;
    const hadFocus = shown.element.contains(document.activeElement);
    shown.dispose();
    this.table.showDetails(undefined);
    if (hadFocus) this.table.element.focus();
  }

  private open(record: AnnotationRecord): void {
    this.close();
    const shown = markForm({ record, context: this.context });
    this.form = { id: record.id, shown };
    this.table.showDetails(shown.element);
    this.table.reveal();
  }
}
