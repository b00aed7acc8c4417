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

  constructor(private readonly service: LinkService) {
    this.element.append(this.summary, this.body);
  }

  /** Asks the server for them. */
  async load(): Promise<void> {
    try {
      const links = await this.service.list();
      this.element.hidden = false;
      this.summary.textContent = `Your links (${links.length.toLocaleString("en")})`;
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

  private row(link: Link): HTMLElement {
    const { id, title, path } = link;
    const field = copyField(location.origin + path, title);
    const revoke = button({
      label: "Revoke",
      run: () => void this.revoke(id, revoke),
    });
    revoke.setAttribute("aria-label", `Revoke ${title}`);
    field.element.append(revoke);
    return element(
      "li",
      {},
      element("strong", {}, title),
      element("span", { class: "clio-share-what" }, describe(link)),
      field.element,
    );
  }

  private async revoke(id: string, pressed: HTMLButtonElement): Promise<void> {
    pressed.disabled = true;
    try {
      await this.service.revoke(id);
    } catch (error) {
      // Another tab may have been faster: what is there is listed anew in any case.
      console.warn("Clio could not revoke a link:", error);
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
