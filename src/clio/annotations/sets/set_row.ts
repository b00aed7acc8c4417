import { iconButton } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";

/** How a set stands. */
export interface SetStanding {
  readonly count: number;
  readonly isShown: boolean;
  readonly isLocked: boolean;
  /** Whether new marks go to it. */
  readonly takesNew: boolean;
  /** Whether the search asks for its marks. */
  readonly isAsked: boolean;
}

/** What a person can do with a set. */
export interface SetActs {
  readonly takeNew: () => void;
  readonly narrow: () => void;
  readonly show: (isShown: boolean) => void;
  readonly lock: (isLocked: boolean) => void;
  readonly rename: (to: string) => void;
}

/** One set in the panel. The marks that are in no set have a row too, which can neither be locked nor renamed. */
export class SetRow {
  readonly element = element("li", { class: "clio-set" });
  private readonly taker: HTMLButtonElement;
  private readonly label: HTMLButtonElement;
  private readonly count = element("span", { class: "clio-set-count" });
  private readonly shown: HTMLButtonElement;
  private readonly locked: HTMLButtonElement;
  private readonly edit: HTMLButtonElement;
  private standing: SetStanding | undefined;

  /** @param name "" for the marks that are in no set */
  constructor(
    private readonly name: string,
    private readonly acts: SetActs,
  ) {
    const title = name === "" ? "No set" : name;
    const spoken = name === "" ? "marks in no set" : `set ${name}`;
    this.taker = element("button", {
      type: "button",
      class: "clio-set-taker",
      "aria-label": `Put new marks in ${name === "" ? "no set" : spoken}`,
      title: "New marks go here",
    });
    this.taker.addEventListener("click", () => acts.takeNew());
    this.label = element(
      "button",
      {
        type: "button",
        class: "clio-set-name",
        title: `Search for the ${name === "" ? spoken : `marks of ${spoken}`}`,
      },
      title,
    );
    this.label.addEventListener("click", () => acts.narrow());
    this.shown = iconButton("shown", `Show ${spoken}`, () =>
      acts.show(this.standing?.isShown === false),
    );
    this.locked = iconButton("locked", `Lock ${spoken}`, () =>
      acts.lock(this.standing?.isLocked === false),
    );
    this.edit = iconButton("edit", `Rename ${spoken}`, () => this.rename());
    if (name === "") {
      for (const made of [this.locked, this.edit]) {
        made.style.visibility = "hidden";
      }
    }
    this.showName();
  }

  focus(): void {
    this.taker.focus();
  }

  update(standing: SetStanding): void {
    this.standing = standing;
    const { count, isShown, isLocked, takesNew, isAsked } = standing;
    this.taker.setAttribute("aria-pressed", String(takesNew));
    this.label.setAttribute("aria-pressed", String(isAsked));
    this.count.textContent = count.toLocaleString("en");
    this.shown.setAttribute("aria-pressed", String(isShown));
    this.shown.replaceChildren(icon(isShown ? "shown" : "hidden"));
    this.locked.setAttribute("aria-pressed", String(isLocked));
    this.locked.replaceChildren(icon(isLocked ? "locked" : "unlocked"));
    this.edit.disabled = isLocked;
    this.element.classList.toggle("clio-set-hidden", !isShown);
  }

  private showName(): void {
    const { taker, label, count, shown, locked, edit } = this;
    this.element.replaceChildren(taker, label, count, shown, locked, edit);
  }

  /** Puts a field where the name is. */
  private rename(): void {
    const field = element("input", {
      type: "text",
      class: "clio-field clio-set-name-field",
      "aria-label": `New name of set ${this.name}`,
      autocomplete: "off",
    });
    field.value = this.name;
    const form = element("form", { class: "clio-set-form" }, field);
    const close = () => {
      field.onblur = null;
      this.showName();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const to = field.value.trim();
      close();
      this.edit.focus();
      if (to !== "" && to !== this.name) this.acts.rename(to);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // The viewer has an Escape of its own.
      event.stopPropagation();
      close();
      this.edit.focus();
    });
    field.onblur = close;
    this.element.replaceChildren(this.taker, form);
    field.select();
  }
}
