import { bigintToStringJsonReplacer } from "neuroglancer/unstable/util/json.js";
import { MOST_LINK_MARKS, type NewLink } from "../model/link.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import { saveFile } from "../ui/save_file.js";
import { copyField } from "./copy_field.js";
import type { LinkService } from "./link_service.js";
import { OwnLinks } from "./own_links.js";
import type { MarksChoice, SharedView } from "./shared_view.js";
import { signInAction } from "./sign_in_action.js";
import "./share_dialog.css";

const day = 24 * 60 * 60 * 1000;

/** How long a link may live, in days; undefined for ever. */
const lifetimes = [
  ["Never", undefined],
  ["In a week", 7],
  ["In a month", 30],
  ["In a year", 365],
] as const;

/** The longest title that the field takes, as the server does. */
const longestTitle = 200;

const count = (of: number) => of.toLocaleString("en");

/** The dialog that makes a short link of the view, and lists those that the person has made. */
export class ShareDialog {
  private readonly form = element("form", { class: "clio-share" });
  private readonly outcome = element("div", { class: "clio-share-outcome" });
  private readonly links: OwnLinks;
  private readonly dialog: Dialog;
  private readonly title = element("input", {
    type: "text",
    name: "title",
    class: "clio-share-text",
    maxlength: String(longestTitle),
    required: "",
    "aria-label": "Title",
  });
  private readonly submit = element(
    "button",
    { type: "submit", class: "clio-button clio-button-primary" },
    "Make and copy the link",
  );

  /** @param key that opens it, shown beside its title */
  constructor(
    private readonly view: SharedView,
    private readonly service: LinkService,
    key: string,
  ) {
    this.links = new OwnLinks(service);
    this.dialog = new Dialog({
      title: "Share this view",
      key,
      parts: [this.form, this.outcome, this.links.element],
    });
    this.title.value = view.title.slice(0, longestTitle);
    this.form.append(
      element("label", { class: "clio-share-row" }, "Title", this.title),
      choice("Who may open it", "who", [
        ["private", "People who are signed in", true],
        ["open", "Everybody who has the link", false],
      ]),
      this.marksChoice(),
      this.endChoice(),
      element(
        "div",
        { class: "clio-share-acts" },
        button({
          label: "Download the view",
          icon: "export",
          run: () => this.download(),
        }),
        this.submit,
      ),
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.make();
    });
  }

  open(): void {
    this.dialog.open(this.title);
    this.title.select();
    void this.links.load();
  }

  private get choices(): readonly MarksChoice[] {
    return this.view.marks?.choices ?? [];
  }

  private marksChoice(): HTMLElement {
    const { choices } = this;
    // Who has chosen marks in the table wants to show those.
    const likely = choices.findIndex(({ isChosen }) => isChosen);
    const made = choice("Marks that go along, to be looked at", "marks", [
      ["none", "None: everybody sees their own", likely < 0],
      ...choices.map(
        ({ title, count: of }, i) =>
          [String(i), `${title} (${count(of)})`, i === likely] as const,
      ),
    ]);
    choices.forEach(({ count: of }, i) => {
      const radio = made.querySelector<HTMLInputElement>(`[value="${i}"]`)!;
      if (of <= MOST_LINK_MARKS) return;
      radio.disabled = true;
      radio.parentElement!.append(
        element("small", {}, ` at most ${count(MOST_LINK_MARKS)}`),
      );
    });
    return made;
  }

  private endChoice(): HTMLElement {
    const select = element(
      "select",
      { name: "ends", class: "clio-share-text" },
      ...lifetimes.map(([words, days]) =>
        element("option", { value: String(days ?? "") }, words),
      ),
    );
    return element("label", { class: "clio-share-row" }, "Ends", select);
  }

  private async make(): Promise<void> {
    this.submit.disabled = true;
    try {
      const link = await this.service.make(await this.draft());
      const field = copyField(location.origin + link.path, link.title);
      const copied = await field.copy();
      this.outcome.replaceChildren(
        notice({
          severity: "ok",
          what: copied
            ? "The link is made, and copied."
            : "The link is made. The browser does not let the page copy it: press Ctrl+C.",
        }),
        field.element,
      );
      if (!copied) field.select();
      await this.links.load();
    } catch (error) {
      this.outcome.replaceChildren(
        notice({
          severity: "bad",
          what: `The link was not made. ${error instanceof Error ? error.message : String(error)}`,
          kept: "The view and all your marks are as they were.",
          next: "Until then, the address of this page holds the view, without any marks.",
          actions: signInAction(error),
        }),
      );
    } finally {
      this.submit.disabled = false;
    }
  }

  private async draft(): Promise<NewLink> {
    const form = new FormData(this.form);
    const { view } = this;
    const days = Number(form.get("ends"));
    const chosen = this.choices[Number(form.get("marks"))];
    const records = await chosen?.read();
    return {
      title: this.title.value.trim(),
      open: form.get("who") === "open",
      ...(days > 0 && { expires: Date.now() + days * day }),
      state: view.state,
      ...(records !== undefined &&
        records.length > 0 && {
          marks: { dataset: view.marks!.dataset, records: [...records] },
        }),
    };
  }

  private download(): void {
    const text = JSON.stringify(this.view.state, bigintToStringJsonReplacer, 2);
    saveFile(new Blob([text], { type: "application/json" }), "clio-view.json");
  }
}

/** A question with one answer: `[value, words, whether it is the likely one]`. */
function choice(
  question: string,
  name: string,
  answers: readonly (readonly [string, string, boolean])[],
): HTMLElement {
  return element(
    "fieldset",
    { class: "clio-share-choice" },
    element("legend", {}, question),
    ...answers.map(([value, words, likely]) => {
      const radio = element("input", { type: "radio", name, value });
      radio.checked = likely;
      return element("label", {}, radio, words);
    }),
  );
}
