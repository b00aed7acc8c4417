import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { LONGEST_NAME, LONGEST_NOTE } from "./saved_search.js";

export interface SearchWords {
  readonly name: string;
  readonly note: string;
}

interface FormOptions {
  /** What the form does, which is the word of its button. */
  readonly act: string;
  readonly words: SearchWords;
  /** @throws Error with a reason; the form then stays as it is */
  readonly save: (words: SearchWords) => Promise<void>;
  /** Called when it was saved, or the person thought better of it. */
  readonly close: () => void;
}

/** The form that gives a search its name and its note. */
export class SearchForm {
  readonly element = element("form", { class: "clio-saved-form" });
  private readonly name: HTMLInputElement;
  private readonly note: HTMLTextAreaElement;
  private readonly problem = element("p", {
    class: "clio-saved-problem",
    role: "alert",
  });

  constructor(private readonly options: FormOptions) {
    const { act, words, close } = options;
    this.name = element("input", {
      type: "text",
      class: "clio-field",
      "aria-label": "Name of the search",
      maxlength: String(LONGEST_NAME),
      autocomplete: "off",
      required: "",
    });
    this.name.value = words.name;
    this.note = element("textarea", {
      class: "clio-field clio-saved-note",
      "aria-label": "Note",
      placeholder: "a note",
      maxlength: String(LONGEST_NOTE),
      rows: "2",
    });
    this.note.value = words.note;
    const save = button({
      label: act,
      kind: "primary",
      run: () => this.element.requestSubmit(),
    });
    this.element.append(
      this.name,
      this.note,
      this.problem,
      element(
        "div",
        { class: "clio-saved-acts" },
        button({ label: "Cancel", run: close }),
        save,
      ),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.element.addEventListener("keydown", (event) => {
      const isLeaving = event.key === "Escape";
      const isDone = event.key === "Enter" && event.ctrlKey;
      if (!isLeaving && !isDone) return;
      event.preventDefault();
      // Else Escape would cancel the search too.
      event.stopPropagation();
      if (isLeaving) close();
      else this.element.requestSubmit();
    });
  }

  focus(): void {
    this.name.focus();
    this.name.select();
  }

  private async save(): Promise<void> {
    const name = this.name.value.trim();
    if (name === "") {
      this.problem.textContent = "The name is empty. Give it one.";
      this.name.focus();
      return;
    }
    try {
      await this.options.save({ name, note: this.note.value.trim() });
      this.options.close();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.problem.textContent = `It was not saved: ${reason}. What you have written is still here.`;
    }
  }
}
