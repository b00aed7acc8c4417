import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Field, MarksVocabulary } from "../../model/fields.js";
import { readFieldValue } from "../../model/fields.js";
import { button, iconButton } from "../../ui/button.js";
import { type Child, element } from "../../ui/element.js";
import type { EditWatch } from "../edit_watch.js";
import { type ProgressBar, progressBar } from "../../ui/progress_bar.js";
import type { WordsInUse } from "../details/form_context.js";
import {
  addTag,
  type BulkEdit,
  countOfMarks,
  deleteAll,
  moveToSet,
  removeTag,
  setChecked,
  setField,
  setType,
} from "./bulk_edits.js";
import type { CheckSet } from "./check_set.js";

interface BulkBarOptions {
  readonly chosen: CheckSet;
  readonly vocabulary: MarksVocabulary;
  /** Words that marks have already. */
  readonly words: () => Promise<WordsInUse>;
  /** Does something to these marks as one step; says itself what went wrong. */
  readonly edit: (
    edit: BulkEdit,
    ids: readonly string[],
    watch: EditWatch,
  ) => Promise<void>;
  /** Takes the focus to the table when the bar goes. */
  readonly leave: () => void;
}

/** How long an act may take before it is said that it is under way. */
const UNSEEN_WAIT_MS = 200;

const WORDS_ID = "clio-bulk-words";

/** The bar over the table while marks are chosen: how many, and what can be done to all of them. */
export class BulkBar extends RefCounted {
  readonly element = element("div", {
    class: "clio-bulk",
    role: "region",
    "aria-label": "Chosen marks",
  });
  private readonly count = element("span", {
    class: "clio-bulk-count",
    role: "status",
  });
  private readonly acts: HTMLElement;
  private readonly form = element("form", { class: "clio-bulk-form" });
  private readonly wait = element("div", { class: "clio-bulk-wait" });

  constructor(private readonly options: BulkBarOptions) {
    super();
    this.acts = element(
      "div",
      { class: "clio-bulk-acts" },
      this.count,
      ...this.buttons(),
    );
    this.element.append(this.acts, this.form, this.wait);
    this.form.addEventListener("keydown", (event) => this.onFormKey(event));
    this.registerDisposer(options.chosen.changed.add(() => this.update()));
    this.update();
  }

  private update(): void {
    const { size } = this.options.chosen;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = size === 0;
    this.count.textContent = size === 0 ? "" : `${countOfMarks(size)} chosen`;
    if (size > 0) return;
    this.closeForm();
    if (hadFocus) this.options.leave();
  }

  private buttons(): HTMLElement[] {
    const { chosen, vocabulary } = this.options;
    const { fields } = vocabulary;
    const made = [
      button({ label: "Tag", run: () => void this.askForTag() }),
      button({ label: "Type", run: () => void this.askForType() }),
      button({ label: "Set", run: () => void this.askForSet() }),
    ];
    if (fields.length > 0) {
      made.push(button({ label: "Field", run: () => this.askForField() }));
    }
    const remove = button({
      label: "Delete",
      icon: "bin",
      run: () => this.run(deleteAll(chosen.size)),
    });
    remove.classList.add("clio-bad");
    return [
      ...made,
      button({
        label: "Check",
        run: () => this.run(setChecked(true, chosen.size)),
      }),
      button({
        label: "Uncheck",
        run: () => this.run(setChecked(false, chosen.size)),
      }),
      remove,
      iconButton("close", "Choose none", () => chosen.clear()),
    ];
  }

  private async askForTag(): Promise<void> {
    const { tags } = await this.options.words();
    const tag = this.wordField("Tag", tags);
    const act = (make: (tag: string, count: number) => BulkEdit) => () => {
      const word = tag.value.trim();
      if (word === "") tag.focus();
      else this.run(make(word, this.options.chosen.size));
    };
    const add = act(addTag);
    this.openForm(add, tag, [
      submit("Add"),
      button({ label: "Remove", run: act(removeTag) }),
    ]);
  }

  private async askForType(): Promise<void> {
    const { types } = await this.options.words();
    const type = this.wordField("Type", types);
    this.openForm(
      () => this.run(setType(type.value.trim(), this.options.chosen.size)),
      type,
      [submit("Set the type")],
    );
  }

  private async askForSet(): Promise<void> {
    const { sets } = await this.options.words();
    const set = this.wordField("Set", sets);
    this.openForm(
      () => this.run(moveToSet(set.value.trim(), this.options.chosen.size)),
      set,
      [submit("Move there")],
    );
  }

  private askForField(): void {
    const { fields } = this.options.vocabulary;
    const choice = element(
      "select",
      { class: "clio-bulk-input", "aria-label": "Field" },
      ...fields.map(({ name, title }) =>
        element("option", { value: name }, title ?? name),
      ),
    );
    const value = this.wordField("Value", optionsOf(fields[0]));
    const problem = element("span", { class: "clio-bad", role: "alert" });
    const chosenField = () =>
      fields.find(({ name }) => name === choice.value) ?? fields[0];
    choice.addEventListener("change", () =>
      this.offerWords(optionsOf(chosenField())),
    );
    this.openForm(
      () => {
        const field = chosenField();
        const { size } = this.options.chosen;
        if (value.value.trim() === "") {
          this.run(setField(field, undefined, size));
          return;
        }
        const read = readFieldValue(field, value.value);
        if ("value" in read) this.run(setField(field, read.value, size));
        else
          problem.textContent = `“${value.value}” will not do: ${read.expected}.`;
      },
      value,
      [submit("Set the field"), problem],
      choice,
    );
  }

  /** A field for a word, with those that are known offered. */
  private wordField(label: string, words: readonly string[]): HTMLInputElement {
    const made = element("input", {
      class: "clio-bulk-input",
      type: "text",
      "aria-label": label,
      placeholder: label,
      list: WORDS_ID,
      autocomplete: "off",
    });
    this.offerWords(words);
    return made;
  }

  private readonly offered = element("datalist", { id: WORDS_ID });

  private offerWords(words: readonly string[]): void {
    this.offered.replaceChildren(
      ...words.map((word) => element("option", { value: word })),
    );
  }

  private openForm(
    run: () => void,
    field: HTMLInputElement,
    rest: readonly Child[],
    before?: HTMLElement,
  ): void {
    this.form.replaceChildren(
      ...(before === undefined ? [] : [before]),
      field,
      this.offered,
      ...rest,
    );
    this.form.onsubmit = (event) => {
      event.preventDefault();
      run();
    };
    field.focus();
  }

  private closeForm(): void {
    const hadFocus = this.form.contains(document.activeElement);
    this.form.replaceChildren();
    if (hadFocus) this.acts.querySelector("button")?.focus();
  }

  private onFormKey(event: KeyboardEvent): void {
    // The viewer hears Enter and Escape from a field as its own.
    if (event.key === "Enter" || event.key === "Escape")
      event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) this.closeForm();
  }

  private run(edit: BulkEdit): void {
    // Pressed twice it would be done twice.
    if (!this.element.hasAttribute("aria-busy")) void this.carryOut(edit);
  }

  private async carryOut(edit: BulkEdit): Promise<void> {
    const { chosen } = this.options;
    const stop = new AbortController();
    const bar = progressBar(edit.label);
    const wait = setTimeout(() => this.showWait(bar, stop), UNSEEN_WAIT_MS);
    this.element.setAttribute("aria-busy", "true");
    try {
      await this.options.edit(edit, chosen.list(), {
        signal: stop.signal,
        progress: (done, of) => bar.show(done, of, "marks"),
      });
    } finally {
      clearTimeout(wait);
      this.element.removeAttribute("aria-busy");
      this.closeWait();
      this.closeForm();
      this.update();
    }
  }

  private closeWait(): void {
    const hadFocus = this.wait.contains(document.activeElement);
    this.wait.replaceChildren();
    if (hadFocus) this.acts.querySelector("button")?.focus();
  }

  private showWait(bar: ProgressBar, stop: AbortController): void {
    const hadFocus = this.element.contains(document.activeElement);
    const cancel = button({
      label: "Cancel",
      key: "escape",
      run: () => stop.abort(),
    });
    cancel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // The viewer hears it as its own.
      event.stopPropagation();
      stop.abort();
    });
    this.wait.replaceChildren(bar.element, cancel);
    if (hadFocus) cancel.focus();
  }
}

function submit(label: string): HTMLButtonElement {
  return element(
    "button",
    { type: "submit", class: "clio-button clio-button-primary" },
    label,
  );
}

function optionsOf(field: Field): readonly string[] {
  if (field.type === "choice") return field.options;
  return field.type === "boolean" ? ["yes", "no"] : [];
}
