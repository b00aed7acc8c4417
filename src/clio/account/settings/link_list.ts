import * as v from "valibot";
import {
  foundLinksSchema,
  linkSchema,
  type ManagedLink,
} from "../../model/link.js";
import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { ask } from "../sync/server.js";
import { settingsTable } from "./settings_table.js";

/** How long a person may go on typing before the server is asked, in milliseconds. */
const TYPING = 200;

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** For administrators: the links of everybody, found by typing, to be revoked and brought back. */
export class LinkList {
  readonly element: HTMLElement;
  private readonly search = element("input", {
    class: "clio-field clio-settings-input",
    type: "search",
    maxlength: "200",
    placeholder: "Title or owner",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": "Search the links of everybody",
  });
  private readonly found = element("p", {
    class: "clio-settings-text",
    role: "status",
  });
  private readonly rows = element("tbody");
  private readonly table: HTMLTableElement;
  private readonly problem = element("div", {});
  private typing: ReturnType<typeof setTimeout> | undefined;
  /** How often was asked: an answer that comes after a later one is of no use any more. */
  private asked = 0;

  /** @param person who administers */
  constructor(private readonly person: string) {
    this.table = settingsTable(
      "Links of everybody",
      ["Title", "Owner", "Made", "Ends"],
      this.rows,
    );
    this.table.hidden = true;
    this.element = element(
      "section",
      { class: "clio-settings-section", "aria-label": "Links of everybody" },
      element(
        "div",
        { class: "clio-settings-head" },
        element("h3", {}, "Links of everybody"),
        element("span", {}, "as an administrator"),
      ),
      element("div", { class: "clio-settings-row" }, this.search),
      this.found,
      this.problem,
      this.table,
    );
    this.search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => void this.load(), TYPING);
    });
    this.search.addEventListener("keydown", (event) => {
      // Typing is no key of the viewer's.
      event.stopPropagation();
    });
    void this.load();
  }

  private async load(): Promise<void> {
    const number = ++this.asked;
    const words = this.search.value.trim();
    try {
      const { links, more } = await ask(
        foundLinksSchema,
        "GET",
        `/api/everybodys-links?search=${encodeURIComponent(words)}`,
      );
      if (number !== this.asked) return;
      this.problem.replaceChildren();
      this.rows.replaceChildren(...links.map((link) => this.row(link)));
      this.table.hidden = links.length === 0;
      this.found.textContent = foundText(links.length, more, words);
    } catch (error) {
      if (number !== this.asked) return;
      this.table.hidden = true;
      this.found.textContent = "";
      const retry = button({
        label: "Try again",
        run: () => void this.load(),
      });
      this.tell("The links could not be read", error, retry);
    }
  }

  private row(link: ManagedLink): HTMLElement {
    const { path, title, owner, created, revoked } = link;
    const [word, act] =
      revoked === undefined
        ? (["Revoke", () => this.revoke(link, row)] as const)
        : (["Restore", () => this.restore(link, row)] as const);
    const change = button({
      label: word,
      run: () => {
        change.disabled = true;
        void act();
      },
    });
    change.classList.toggle("clio-revoke", revoked === undefined);
    change.setAttribute("aria-label", `${word} ${title} of ${owner}`);
    const row = element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        revoked === undefined
          ? element("a", { href: path, target: "_blank" }, title)
          : title,
      ),
      element("td", {}, owner),
      element("td", {}, day.format(created)),
      element("td", {}, endOf(link)),
      element("td", {}, change),
    );
    return row;
  }

  private async revoke(link: ManagedLink, row: HTMLElement): Promise<void> {
    try {
      await ask(v.null(), "DELETE", `/api/links/${link.id}`);
      const revoked = { at: Date.now(), by: this.person };
      this.replace(row, { ...link, revoked });
    } catch (error) {
      this.replace(row, link);
      this.tell(`${link.title} was not revoked`, error);
    }
  }

  private async restore(link: ManagedLink, row: HTMLElement): Promise<void> {
    try {
      const target = `/api/links/${link.id}/restore`;
      this.replace(row, await ask(linkSchema, "POST", target));
    } catch (error) {
      this.replace(row, link);
      this.tell(`${link.title} was not brought back`, error);
    }
  }

  /** Shows a link as it is now, with the focus on what takes the change back. */
  private replace(row: HTMLElement, link: ManagedLink): void {
    // A search meanwhile has listed the links anew.
    if (!row.isConnected) {
      void this.load();
      return;
    }
    this.problem.replaceChildren();
    const now = this.row(link);
    row.replaceWith(now);
    now.querySelector("button")!.focus();
  }

  private tell(what: string, error: unknown, ...actions: HTMLElement[]): void {
    this.problem.replaceChildren(
      notice({
        severity: "bad",
        what: `${what}: ${(error as Error).message}`,
        next: "Try again when the server can be reached.",
        actions,
      }),
    );
  }
}

function foundText(links: number, more: boolean, words: string): string {
  if (more) {
    return `The newest ${links.toLocaleString("en")} are listed: type to narrow them.`;
  }
  if (links > 0) {
    return `${links.toLocaleString("en")} ${links === 1 ? "link" : "links"}`;
  }
  return words === ""
    ? "No links yet. Who shares a view makes one."
    : `No link has “${words}” in its title or its owner.`;
}

function endOf({ owner, expires, revoked }: ManagedLink): string {
  if (revoked !== undefined) {
    return `revoked by ${revoked.by === owner ? "its owner" : revoked.by}`;
  }
  return expires === undefined ? "never" : day.format(expires);
}
