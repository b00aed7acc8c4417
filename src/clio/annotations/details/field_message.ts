import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import { uniqueId } from "./form_part.js";

/** What a person can do about a value that was changed elsewhere while it was typed over. */
interface Choice {
  readonly take: (text: string) => void;
  readonly dismiss: () => void;
}

/** What is said below a field: that its text will not do, or that the value was changed elsewhere while it was typed over. */
export class FieldMessage {
  readonly element: HTMLElement;
  private readonly wrong = element("p", {
    class: "clio-form-problem",
    role: "alert",
    id: uniqueId(),
  });
  private readonly other = element("p", {
    class: "clio-form-elsewhere",
    role: "status",
  });
  private told: string | undefined;

  constructor(private readonly control: HTMLElement) {
    this.element = element(
      "div",
      { class: "clio-form-said" },
      this.wrong,
      this.other,
    );
  }

  problem(text: string): void {
    this.wrong.replaceChildren(icon("error"), element("span", {}, text));
    this.control.setAttribute("aria-invalid", "true");
    this.control.setAttribute("aria-describedby", this.wrong.id);
  }

  clearProblem(): void {
    this.wrong.replaceChildren();
    this.control.removeAttribute("aria-invalid");
    this.control.removeAttribute("aria-describedby");
  }

  /** @param text what the value was changed to; undefined where there is nothing to tell */
  tellElsewhere(text: string | undefined, { take, dismiss }: Choice): void {
    // Said anew at every key, a screen reader would speak over the typing.
    if (text === this.told) return;
    this.told = text;
    if (text === undefined) {
      this.other.replaceChildren();
      return;
    }
    this.other.replaceChildren(
      icon("warning"),
      text === ""
        ? element("span", {}, "It was emptied elsewhere meanwhile.")
        : element(
            "span",
            {},
            "It was changed elsewhere meanwhile, to ",
            element("q", {}, text),
          ),
      link("Use that", () => take(text)),
      link("Keep mine", dismiss),
    );
  }
}

function link(label: string, run: () => void): HTMLElement {
  const made = element(
    "button",
    { type: "button", class: "clio-form-link" },
    label,
  );
  made.addEventListener("click", run);
  return made;
}
