import { button, iconButton } from "../../ui/button.js";
import { chip } from "../../ui/chip.js";
import { Dialog } from "../../ui/dialog.js";
import { element } from "../../ui/element.js";
import { keyCap } from "../../ui/key_cap.js";
import type { TagKeys } from "./tag_keys.js";

const WORDS_ID = "clio-tag-key-words";

/** The dialog in which a person binds letters to tags. */
export class TagKeyDialog {
  private readonly list = element("ul", { class: "clio-tag-keys" });
  private readonly letter = element("input", {
    class: "clio-bulk-input clio-tag-key-letter",
    type: "text",
    maxlength: "1",
    "aria-label": "Key, a letter",
    placeholder: "Key",
    autocomplete: "off",
    spellcheck: "false",
  });
  private readonly tag = element("input", {
    class: "clio-bulk-input",
    type: "text",
    "aria-label": "Tag",
    placeholder: "Tag",
    list: WORDS_ID,
    autocomplete: "off",
  });
  private readonly words = element("datalist", { id: WORDS_ID });
  private readonly problem = element("p", {
    class: "clio-tag-key-problem",
    role: "alert",
  });
  private readonly dialog: Dialog;

  constructor(private readonly keys: TagKeys) {
    const form = element(
      "form",
      { class: "clio-tag-key-form" },
      this.letter,
      this.tag,
      this.words,
      element(
        "button",
        { type: "submit", class: "clio-button clio-button-primary" },
        "Bind",
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.bind();
    });
    this.dialog = new Dialog({
      title: "Keys for tags",
      parts: [
        element(
          "p",
          { class: "clio-tag-key-about" },
          "While marks are reviewed, a key gives the selected mark its tag, and takes it away again.",
        ),
        this.list,
        form,
        this.problem,
        element(
          "footer",
          { class: "clio-columns-foot" },
          button({ label: "Done", run: () => this.dialog.close() }),
        ),
      ],
    });
  }

  /** @param tags those that marks have already, to choose from */
  show(tags: readonly string[]): void {
    this.words.replaceChildren(
      ...tags.map((tag) => element("option", { value: tag })),
    );
    this.update();
    this.dialog.open(this.letter);
  }

  private bind(): void {
    try {
      this.keys.bind(this.letter.value, this.tag.value);
    } catch (error) {
      this.problem.textContent = (error as Error).message;
      (this.letter.value === "" ? this.letter : this.tag).focus();
      return;
    }
    this.letter.value = this.tag.value = this.problem.textContent = "";
    this.letter.focus();
    this.update();
  }

  private update(): void {
    this.list.replaceChildren(
      ...this.keys.list.map(([letter, tag]) =>
        element(
          "li",
          {},
          keyCap(`key${letter}`),
          element("span", { class: "clio-unseen" }, letter.toUpperCase()),
          chip(tag),
          iconButton(
            "close",
            `Unbind ${letter.toUpperCase()} from ${tag}`,
            () => {
              this.keys.unbind(letter);
              this.update();
              this.letter.focus();
            },
          ),
        ),
      ),
    );
  }
}
