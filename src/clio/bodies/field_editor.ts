import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type BodyValue, sameValue } from "../model/body.js";
import { isEmptyValue } from "../model/body_edit.js";
import type { BodyField } from "../model/body_schema.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { readBodyValue, readTyped, valueText } from "./body_values.js";
import { BodiesProblem } from "./bodies_problem.js";
import { tell } from "../ui/tell.js";
import { sameTyped, type TypedText } from "./unsent_edits.js";
import { whyUnwritten } from "./why_unwritten.js";

/** What editors of all kinds need. */
export interface EditorOptions {
  readonly field: BodyField;
  /** Writes a value over the one that the person saw; null takes it away. Rejects where it was not written, or where that is not known. */
  readonly write: (
    value: BodyValue | null,
    base: BodyValue | undefined,
  ) => Promise<void>;
  /** What the dataset's schema expects in the place of a value; undefined where it takes it. */
  readonly problemWith: (value: BodyValue) => string | undefined;
  /** What is typed and not written yet, which outlives the form and the page. */
  readonly unsent: {
    find(): TypedText | undefined;
    keep(typed: TypedText | undefined): void;
  };
  /** The person is done with the field. */
  readonly leave: () => void;
}

let editors = 0;

/** Ids of elements that name each other. */
export function uniqueId(): string {
  return `clio-body-field-${++editors}`;
}

/**
 * What editors of a field share: a text that is typed or chosen, committed by Enter or by leaving it, with Escape as it was. A text that
 * will not do, or that was not written, stays and is explained. A value that the control cannot hold as it is stands there to be read.
 */
export abstract class FieldEditor extends RefCounted {
  readonly element: HTMLElement;
  private readonly message = element("p", {
    class: "clio-body-problem",
    role: "alert",
    id: uniqueId(),
  });
  private readonly stamp = element("span", { class: "clio-body-stamp" });
  private readonly box: HTMLElement;
  private readonly fixed = element("p", {
    class: "clio-body-fixed",
    title: "To edit it here would change more of it than what is typed",
  });
  private problem = "";
  /** What the control shows of `base`, as the control says it. */
  private shown = "";
  /** What the person sees, and writes over. */
  private base: BodyValue | undefined;
  /** What is written by now, as far as it is known. */
  private value: BodyValue | undefined;
  /** What is kept of this editor: what was typed here, or shown here since it was kept. */
  private own: TypedText | undefined;
  /** Whether that was kept before, or in another tab, and nothing was typed here since. */
  private isTakenUp = false;
  private writing = 0;
  /** Whether the last write was good. */
  private written = Promise.resolve(true);

  /** @param control what has the text, and the focus */
  constructor(
    protected readonly options: EditorOptions,
    readonly control:
      HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement,
    ...beside: readonly HTMLElement[]
  ) {
    super();
    const { title, description } = options.field;
    control.id = uniqueId();
    control.setAttribute("aria-describedby", this.message.id);
    control.dataset.field = options.field.name;
    this.message.hidden = true;
    this.fixed.hidden = true;
    this.box = element(
      "div",
      { class: "clio-body-control" },
      control,
      ...beside,
    );
    this.element = element(
      "div",
      { class: "clio-body-field" },
      element(
        "div",
        { class: "clio-body-field-head" },
        element(
          "label",
          { for: control.id, ...(description && { title: description }) },
          title,
        ),
        this.stamp,
      ),
      this.box,
      this.fixed,
      this.message,
    );
    control.addEventListener("input", () => {
      this.clearProblem();
      this.keep();
    });
    control.addEventListener("change", () => void this.commit());
    control.addEventListener("keydown", (event) =>
      this.onKey(event as KeyboardEvent),
    );
  }

  /** Shows what is written, and by whom; what a person is typing stays, and the value over which it is typed. */
  show(value: BodyValue | undefined, stamp: string): void {
    this.stamp.textContent = stamp;
    this.stamp.title = stamp;
    this.value = value;
    if (this.isDirty || this.writing > 0) return;
    this.display();
    this.takeUp();
  }

  /** Shows what is kept by now, where that is another: it may come out of another tab, or be gone. What a person is typing here stays. */
  follow(): void {
    const isTyping = this.isDirty && !this.isTakenUp;
    if (isTyping || this.writing > 0) return;
    if (sameTyped(this.own, this.options.unsent.find())) return;
    this.clearProblem();
    this.display();
    this.takeUp();
  }

  private takeUp(): void {
    const { value } = this;
    const typed = this.options.unsent.find();
    this.own = undefined;
    this.isTakenUp = false;
    if (typed === undefined || !this.isEditable) return;
    this.text = typed.text;
    this.own = typed;
    if (!this.isDirty) {
      // It has come to be written, by whomever.
      this.forget();
      return;
    }
    this.isTakenUp = true;
    // Whoever writes it now has read what is there now.
    if (sameValue(typed.base, value)) {
      this.explain(`This was not written yet. ${keptText(value)}`, "Write it");
    } else {
      const now = valueText(value);
      this.explain(
        `This was not written, and by now the field ${now === "" ? "is empty" : `says “${now}”`}.`,
        "Write it all the same",
      );
    }
  }

  /** Whether the control can hold what is written. */
  get isEditable(): boolean {
    return !this.box.hidden;
  }

  /** What stands in the control. */
  protected get text(): string {
    return this.control.value;
  }

  protected set text(text: string) {
    this.control.value = text;
  }

  /** What the control makes of a text that is put into it: a line has no breaks, and lines end in one character. */
  protected held(text: string): string {
    const { control } = this;
    if (control instanceof HTMLInputElement) return text.replace(/[\r\n]/g, "");
    return control instanceof HTMLTextAreaElement ? withPlainEnds(text) : text;
  }

  protected get isDirty(): boolean {
    return this.text.trim() !== this.shown.trim();
  }

  /** Writes what is typed, where it is another value and will do. Returns whether nothing is left to be put right. */
  commit(): Promise<boolean> {
    if (!this.isDirty) {
      if (this.writing > 0) return this.written;
      this.forget();
      this.display();
      this.follow();
      return Promise.resolve(true);
    }
    const { field, problemWith } = this.options;
    const { text } = this;
    const read = readTyped(field, text, problemWith);
    if ("expected" in read) {
      this.keep();
      this.explain(
        `“${text}” was not written: expected ${read.expected}. ${keptText(this.value)}`,
      );
      return Promise.resolve(false);
    }
    // It stays kept until the server has it: the page may be gone before that answers.
    this.keep();
    // What is sent is no longer being typed.
    this.shown = text;
    this.clearProblem();
    // One at a time: each is written over what the one before has left. What was typed before a refusal was seen waits for the person.
    const before = this.writing > 0 ? this.written : Promise.resolve(true);
    this.writing += 1;
    this.written = before
      .then((good) => good && this.write(read.value))
      .finally(() => (this.writing -= 1))
      .then((good) => {
        if (good) {
          this.keep();
          if (this.writing === 0 && !this.isDirty) {
            this.display();
            this.follow();
          }
        }
        return good;
      });
    return this.written;
  }

  override disposed(): void {
    // What is explained waits for the person, who may not want it over what others wrote.
    if (this.message.hidden) {
      const { title } = this.options.field;
      void this.commit().then((good) => {
        if (good) return;
        tell(
          `${title}: ${this.problem} What you typed is kept in its field: open the body again.`,
        );
      });
    }
    super.disposed();
  }

  /** Keeps what is typed, or being written, as long as it is. */
  private keep(base = this.base): void {
    if (!this.isDirty && this.writing === 0) {
      this.forget();
      return;
    }
    const { text } = this;
    this.own = { text, base };
    this.isTakenUp = false;
    this.options.unsent.keep(this.own);
  }

  /** Lets go of what is kept of this editor. What else is kept in its place by now was never seen here, and stays. */
  private forget(): void {
    const { own } = this;
    const { unsent } = this.options;
    this.own = undefined;
    this.isTakenUp = false;
    if (own !== undefined && sameTyped(own, unsent.find())) {
      unsent.keep(undefined);
    }
  }

  /** Returns whether it was written. The control is left alone: by now something else may be typed there. */
  private async write(value: BodyValue | null): Promise<boolean> {
    const { base } = this;
    try {
      await this.options.write(value, base);
      this.base = value ?? undefined;
      // Else it is known already what is written now.
      if (sameValue(this.value, base)) this.value = this.base;
      return true;
    } catch (error) {
      const conflicts = error instanceof BodiesProblem ? error.conflicts : [];
      const theirs = conflicts.find(
        ({ field }) => field === this.options.field.name,
      );
      // Who tries again has read what is there now, and writes over that.
      if (theirs !== undefined) this.base = theirs.found ?? undefined;
      this.shown = this.held(valueText(this.base));
      // Over what the person saw when it was typed: they may never read what is said of it here.
      this.keep(base);
      this.explain(whyUnwritten(error), "Try again");
      return false;
    }
  }

  /** Puts what is written into the control, or where it would not be the same there, beside it. */
  private display(): void {
    const { value, fixed, box } = this;
    this.base = value;
    const text = valueText(value);
    if (this.text !== this.held(text)) this.text = text;
    this.shown = this.text;
    const isEditable = this.holds(value);
    box.hidden = !isEditable;
    fixed.hidden = isEditable;
    fixed.textContent = isEditable ? "" : text;
  }

  /** A list or an object is edited where nothing of it is lost; a text, where its lines are kept. */
  private holds(value: BodyValue | undefined): boolean {
    if (isEmptyValue(value)) return true;
    const text = this.held(valueText(value));
    if (typeof value === "string") {
      const { kind } = this.options.field;
      return kind !== "text" || text === withPlainEnds(value);
    }
    if (typeof value !== "object") return true;
    const read = readBodyValue(this.options.field, text);
    return "value" in read && sameValue(read.value, value);
  }

  /** @param again what the button says that writes it, where that may help */
  private explain(words: string, again?: string): void {
    const { control, message } = this;
    this.problem = words;
    message.replaceChildren(words);
    if (again !== undefined) {
      message.append(
        " ",
        button({ label: again, run: () => void this.commit() }),
      );
    }
    message.hidden = false;
    control.setAttribute("aria-invalid", "true");
  }

  private clearProblem(): void {
    this.message.hidden = true;
    this.message.replaceChildren();
    this.control.removeAttribute("aria-invalid");
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      // In a text of several lines it begins another one.
      const isLine = this.control instanceof HTMLTextAreaElement;
      if (isLine && !event.ctrlKey && !event.metaKey) {
        event.stopPropagation();
        return;
      }
      void this.commit().then((good) => {
        const isThere = this.control === document.activeElement;
        if (good && isThere) this.options.leave();
      });
    } else if (event.key === "Escape") {
      const had = this.isDirty;
      this.clearProblem();
      this.forget();
      this.text = valueText(this.value);
      this.display();
      this.follow();
      if (!had) this.options.leave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function withPlainEnds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function keptText(value: BodyValue | undefined): string {
  const text = valueText(value);
  return text === ""
    ? "Until then it has none."
    : `Until then it stays “${text}”.`;
}
