import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";

/** How long a token may live, in days; the server takes no longer time than the last. */
const LIFETIMES = [
  [7, "a week"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "a year"],
] as const;
const USUAL = 90;

/** Asks what a new token is for and how long it is to live. */
export class NewToken {
  readonly element: HTMLFormElement;
  private readonly name = element("input", {
    class: "clio-field clio-settings-input",
    type: "text",
    maxlength: "100",
    required: "",
    placeholder: "What it is for: figure notebook",
    autocomplete: "off",
    "aria-label": "Name of the token",
  });

  constructor(make: (name: string, days: number) => void, leave: () => void) {
    const days = element(
      "select",
      {
        class: "clio-field clio-settings-input",
        "aria-label": "How long it lives",
      },
      ...LIFETIMES.map(([count, text]) =>
        element("option", { value: String(count) }, text),
      ),
    );
    days.value = String(USUAL);
    const submit = button({
      label: "Make it",
      kind: "primary",
      run: () => this.element.requestSubmit(),
    });
    this.element = element(
      "form",
      { class: "clio-settings-row" },
      this.name,
      days,
      submit,
      button({ label: "Cancel", run: leave }),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.name.value.trim();
      if (name !== "") make(name, Number(days.value));
    });
    this.element.addEventListener("keydown", (event) => {
      // Typing is no key of the viewer's.
      event.stopPropagation();
      if (event.key === "Escape") leave();
    });
  }

  enter(): void {
    this.name.focus();
  }
}
