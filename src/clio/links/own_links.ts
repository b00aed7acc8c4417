import type { Link } from "../model/link.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import { copyField } from "./copy_field.js";
import { type LinkService, LinkServiceError } from "./link_service.js";

/** The links that a person has made, each to be copied again or taken back. */
export class OwnLinks {
  readonly element = element("details", { class: "clio-share-links" });
  private readonly summary = element("summary", {}, "Your links");
  private readonly body = element("div", { role: "status" });
  private count = 0;

  constructor(private readonly service: LinkService) {
    this.element.append(this.summary, this.body);
  }

  /** Asks the server for them. */
  async load(): Promise<void> {
    try {
      const links = await this.service.list();
      this.element.hidden = false;
      this.tell(links.length);
      this.body.replaceChildren(
        links.length === 0
          ? element("p", {}, "None yet: make one above.")
          : element("ul", {}, ...links.map((link) => this.row(link))),
      );
    } catch (error) {
      // Who is not signed in has none.
      this.element.hidden =
        error instanceof LinkServiceError && error.wantsSignIn;
      this.body.replaceChildren(
        notice({
          severity: "bad",
          what: `Your links could not be listed. ${(error as Error).message}`,
          actions: [
            button({ label: "Try again", run: () => void this.load() }),
          ],
        }),
      );
    }
  }

  private tell(count: number): void {
    this.count = count;
    this.summary.textContent = `Your links (${count.toLocaleString("en")})`;
  }

  private row(link: Link): HTMLElement {
    const { title, path } = link;
    const field = copyField(location.origin + path, title);
    const revoke = button({
      label: "Revoke",
      run: () => {
        revoke.disabled = true;
        void this.revoke(link, row);
      },
    });
    revoke.setAttribute("aria-label", `Revoke ${title}`);
    field.element.append(revoke);
    const row = element(
      "li",
      {},
      element("strong", {}, title),
      element("span", { class: "clio-share-what" }, describe(link)),
      field.element,
    );
    return row;
  }

  private async revoke(link: Link, row: HTMLElement): Promise<void> {
    const { id, title } = link;
    try {
      await this.service.revoke(id);
    } catch (error) {
      // Another tab may have been faster: what is there is listed anew in any case.
      console.warn("Clio could not revoke a link:", error);
      await this.load();
      this.summary.focus();
      return;
    }
    this.tell(this.count - 1);
    const undo = button({
      label: "Undo",
      run: () => {
        undo.disabled = true;
        void this.restore(id);
      },
    });
    undo.setAttribute("aria-label", `Undo revoking ${title}`);
    row.replaceChildren(
      element("strong", {}, title),
      element(
        "span",
        { class: "clio-share-what" },
        "Revoked: it does not open any more.",
      ),
      undo,
    );
    undo.focus();
  }

  private async restore(id: string): Promise<void> {
    try {
      await this.service.restore(id);
    } catch (error) {
      console.warn("Clio could not bring back a link:", error);
      this.body.prepend(
        notice({
          severity: "bad",
          what: `The link was not brought back. ${(error as Error).message}`,
        }),
      );
      return;
    }
    await this.load();
    this.summary.focus();
  }
}

function describe({ open, created, expires, marks }: Link): string {
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return [
    day(created),
    open ? "for everybody" : "for who is signed in",
    ...(marks === 0 ? [] : [`${marks.toLocaleString("en")} marks`]),
    ...(expires === undefined
      ? []
      : [`${expires <= Date.now() ? "ended" : "ends"} ${day(expires)}`]),
  ].join(" · ");
}
