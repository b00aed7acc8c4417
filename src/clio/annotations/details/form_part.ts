import type { AnnotationRecord } from "../../model/annotation.js";
import { element } from "../../ui/element.js";

/** One part of the form: shows something of a record, and may let a person change it. */
export interface FormPart {
  readonly element: HTMLElement;
  /** What takes the focus; undefined where there is nothing to operate. */
  readonly control?: HTMLElement;
  update(record: AnnotationRecord): void;
  dispose(): void;
}

let count = 0;

/** An id that nothing else on the page has. */
export function uniqueId(): string {
  return `clio-form-${++count}`;
}

/** A control below its label, and below that the place where something is said of it. */
export function labelled(
  label: string,
  control: HTMLElement,
  said: HTMLElement,
): HTMLElement {
  control.id = uniqueId();
  return element(
    "div",
    { class: "clio-form-field" },
    element("label", { for: control.id, class: "clio-form-label" }, label),
    control,
    said,
  );
}

/** Why something was refused, without a full stop. */
export function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replace(/\.$/, "");
}
