import {
  type AtlasEntry,
  type EntryWords,
  LONGEST_ENTRY_DESCRIPTION,
  LONGEST_ENTRY_TAG,
  LONGEST_ENTRY_TITLE,
  missingIn,
  MOST_ENTRY_TAGS,
} from "../model/atlas.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { AlbumItem } from "./album_item.js";
import type { AtlasDesk } from "./atlas_desk.js";
import type { Overlays } from "./snapshot.js";

/** How long after the last letter what is written is saved, in milliseconds. */
const SAVE_MS = 1_000;

let forms = 0;

/**
 * The fields of an entry of one's own, and what becomes of it. What is written is saved as its author stops writing: in a draft as its
 * words, and beside the words of what was submitted, which change when their author says so, for each change is one more review.
 */
export class EntryForm {
  readonly element: HTMLElement;
  private readonly id = `clio-atlas-form-${++forms}`;
  private readonly title = element("input", {
    class: "clio-field",
    type: "text",
    maxlength: String(LONGEST_ENTRY_TITLE),
    id: `${this.id}-title`,
    dir: "auto",
  });
  private readonly description = element("textarea", {
    class: "clio-field clio-atlas-text",
    rows: "4",
    maxlength: String(LONGEST_ENTRY_DESCRIPTION),
    id: `${this.id}-description`,
    dir: "auto",
  });
  private readonly tags = element("input", {
    class: "clio-field",
    type: "text",
    placeholder: "with commas between",
    id: `${this.id}-tags`,
    dir: "auto",
  });
  private readonly needs = element("p", {
    class: "clio-atlas-needs",
    role: "status",
  });
  private readonly acts = element("div", { class: "clio-atlas-acts" });
  private shown: EntryWords | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly leave = () => this.saveWritten();
  /** Submits it, or what was changed of it. */
  private firstAct = element("button", {});
  /** Takes back what was written since it was submitted. */
  private dropAct = element("button", {});
  private actsOf = "";

  constructor(
    private item: AlbumItem,
    private readonly desk: AtlasDesk,
  ) {
    const labelled = (words: string, field: HTMLElement) =>
      element(
        "div",
        { class: "clio-atlas-labelled" },
        element("label", { for: field.id }, words),
        field,
      );
    for (const field of [this.title, this.description, this.tags]) {
      field.addEventListener("input", () => this.written());
      field.addEventListener("change", this.leave);
    }
    window.addEventListener("pagehide", this.leave);
    this.element = element(
      "form",
      { class: "clio-atlas-form", "aria-label": "Words of the place" },
      labelled("Title", this.title),
      labelled("Description", this.description),
      labelled("Tags", this.tags),
      this.pictureChoice(),
      this.needs,
      this.acts,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.isDraft) void this.save();
      else void this.send();
    });
    this.update(item);
    const unsaved = desk.unsaved.get(item.key);
    if (unsaved !== undefined) this.write(unsaved);
    this.showNeeds();
  }

  focus(): void {
    this.title.focus();
  }

  /** Saves what is written, and lets go of the page. */
  dispose(): void {
    window.removeEventListener("pagehide", this.leave);
    const { desk, item } = this;
    const isThere = desk.own.find(item.dataset, item.entry.id) !== undefined;
    if (isThere) this.saveWritten();
    else clearTimeout(this.timer);
  }

  /** Shows the item as it is now. What a person is writing stays. */
  update(item: AlbumItem): void {
    this.item = item;
    if (this.shown === undefined || !this.isWritten) {
      this.shown = item.entry.unsent ?? wordsOf(item.entry);
      // A comma after which the next tag is to come stays.
      if (this.isWritten) this.write(this.shown);
    }
    this.showActs();
    this.showNeeds();
  }

  private get isDraft(): boolean {
    return this.item.entry.submitted === undefined;
  }

  /** Whether there is anybody to review it. */
  private get hasReviewers(): boolean {
    return this.desk.album.standing !== "alone";
  }

  private get words(): EntryWords {
    return {
      title: this.title.value,
      description: this.description.value,
      tags: tagsIn(this.tags.value),
    };
  }

  /** Whether a person has written what is not saved. */
  private get isWritten(): boolean {
    return this.shown === undefined || !isHeld(this.shown, this.words);
  }

  /** Whether what is written is other than what was submitted. */
  private get isChanged(): boolean {
    return !isHeld(wordsOf(this.item.entry), this.words);
  }

  private write(words: EntryWords): void {
    const { title, description, tags } = asHeld(words);
    write(this.title, title);
    write(this.description, description);
    write(this.tags, tags.join(", "));
  }

  /** A person has written something. */
  private written(): void {
    this.keep();
    this.showNeeds();
    clearTimeout(this.timer);
    this.timer = setTimeout(this.leave, SAVE_MS);
  }

  /** Keeps what is written where it is not saved. */
  private keep(): void {
    const { desk, item } = this;
    if (this.isWritten) desk.unsaved.set(item.key, this.words);
    else desk.unsaved.delete(item.key);
  }

  private saveWritten(): void {
    clearTimeout(this.timer);
    if (this.desk.unsaved.has(this.item.key)) void this.save();
  }

  /** Saves what is written. Nobody else learns of it. */
  private async save(): Promise<boolean> {
    if (this.isDraft ? !this.isChanged : !this.isWritten) return true;
    const { words } = this;
    if (this.isDraft) return this.change({ ...words, unsent: undefined });
    return this.change({ unsent: this.isChanged ? words : undefined });
  }

  /** Changes what was submitted to what is written. */
  private async send(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.isChanged) return;
    await this.change({ ...this.words, unsent: undefined });
  }

  private async submit(): Promise<void> {
    if (await this.save()) await this.desk.submit(this.item);
  }

  private drop(): void {
    this.write(wordsOf(this.item.entry));
    this.written();
    this.saveWritten();
  }

  private async change(more: Partial<AtlasEntry>): Promise<boolean> {
    const { words } = this;
    const isSaved = await this.desk.change(this.item, more);
    if (isSaved) {
      this.shown = words;
      this.keep();
      this.showNeeds();
    }
    return isSaved;
  }

  private showNeeds(): void {
    const missing = missingIn({ ...this.item.entry, ...this.words });
    this.needs.textContent = this.needed(missing);
    this.firstAct.disabled = this.isDraft
      ? missing.length > 0
      : !this.isChanged;
    this.dropAct.hidden = this.isDraft || !this.isChanged;
  }

  private needed(missing: readonly string[]): string {
    if (!this.hasReviewers) return "Yours alone: no server keeps it.";
    if (missing.length > 0) {
      return `Before it can be submitted it needs ${missing.join(" and ")}. Until then it is a draft, for you alone.`;
    }
    if (this.isDraft) return "A draft, for you alone.";
    return this.isChanged
      ? "Kept for you alone until you submit it again. What is public stays so until that is verified."
      : "";
  }

  private showActs(): void {
    const { desk, isDraft, hasReviewers } = this;
    const kind = `${isDraft} ${hasReviewers}`;
    if (kind === this.actsOf) return;
    this.actsOf = kind;
    const hadFocus = this.acts.contains(document.activeElement);
    this.firstAct = isDraft
      ? button({
          label: "Submit for review",
          kind: "primary",
          icon: "export",
          run: () => void this.submit(),
        })
      : button({
          label: "Save and submit again",
          kind: "primary",
          run: () => void this.send(),
        });
    this.dropAct = button({
      label: "Drop the changes",
      run: () => this.drop(),
    });
    const withdraw = button({
      label: "Withdraw",
      run: () => void desk.withdraw(this.item),
    });
    this.acts.replaceChildren(
      ...(isDraft && !hasReviewers ? [] : [this.firstAct]),
      ...(isDraft ? [] : [this.dropAct, withdraw]),
      button({
        label: "Delete",
        icon: "bin",
        run: () => void desk.remove(this.item),
      }),
    );
    // What had it is gone; the keys of the page are still at hand.
    if (hadFocus) this.element.closest<HTMLElement>("article")?.focus();
  }

  private pictureChoice(): HTMLElement {
    const box = (name: keyof Overlays, words: string) => {
      const input = element("input", { type: "checkbox" });
      input.checked = this.desk.overlays[name];
      input.addEventListener("change", () => {
        this.desk.overlays = { ...this.desk.overlays, [name]: input.checked };
      });
      return element("label", { class: "clio-atlas-check" }, input, words);
    };
    return element(
      "fieldset",
      { class: "clio-atlas-overlays" },
      element("legend", {}, "In the picture"),
      box("marks", "marks"),
      box("segments", "segments"),
      box("axisLines", "axis lines"),
      button({
        label: "Take the picture again",
        icon: "camera",
        run: () => void this.desk.retake(this.item),
      }),
    );
  }
}

function wordsOf({ title, description, tags }: AtlasEntry): EntryWords {
  return { title, description, tags };
}

/** The tags that a field with commas between them holds. Those of `tagsIn(text).join(", ")` are the same. */
export function tagsIn(text: string): string[] {
  const tags = text
    .split(",")
    // Where a tag is cut there may be a space.
    .map((tag) => tag.trim().slice(0, LONGEST_ENTRY_TAG).trimEnd())
    .filter((tag) => tag !== "");
  return [...new Set(tags)].slice(0, MOST_ENTRY_TAGS);
}

/** Words as the fields can hold them: scripts write lines into a title, or commas into a tag. */
function asHeld({ title, description, tags }: EntryWords): EntryWords {
  const oneLine = (text: string) => text.replace(/[\r\n]/g, "");
  return {
    title: oneLine(title),
    description: description.replace(/\r\n?/g, "\n"),
    tags: tagsIn(oneLine(tags.join(", "))),
  };
}

/** Whether fields hold nothing but these words: what they cannot hold nobody has written into them. */
function isHeld(words: EntryWords, held: EntryWords): boolean {
  return JSON.stringify(asHeld(words)) === JSON.stringify(held);
}

/** Else the cursor would go to the end with every change elsewhere. */
function write(
  field: HTMLInputElement | HTMLTextAreaElement,
  text: string,
): void {
  if (field.value !== text) field.value = text;
}
