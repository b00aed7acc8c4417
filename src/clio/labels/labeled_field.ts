import { element } from "../ui/element.js";

/** How many there were: each has an id of its own. */
let made = 0;

/** A field of one line with its words, and what is wrong with it. */
export class LabeledField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  private readonly message: HTMLElement;

  constructor(label: string, placeholder: string, value = "") {
    const id = `clio-labels-field-${made++}`;
    this.input = element("input", {
      ...{ class: "clio-field", id, type: "text", placeholder },
      ...{ autocomplete: "off", spellcheck: "false" },
      "aria-describedby": `${id}-problem`,
    });
    this.input.value = value;
    this.message = element("p", {
      class: "clio-bad",
      id: `${id}-problem`,
      role: "alert",
    });
    this.element = element(
      "div",
      { class: "clio-labels-field" },
      element("label", { for: id }, label),
      this.input,
      this.message,
    );
  }

  /** What is wrong with it; empty where nothing is. */
  get problem(): string {
    return this.message.textContent;
  }

  set problem(text: string) {
    this.message.textContent = text;
    this.input.setAttribute("aria-invalid", String(text !== ""));
  }
}
