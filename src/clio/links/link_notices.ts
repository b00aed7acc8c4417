import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import type { LinkHost } from "../../../neuroglancer/safe_state_binding.js";
import type { RefusedPart } from "../../../neuroglancer/safe_state_parts.js";
import { button } from "../ui/button.js";
import { linkPath } from "../model/link.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import type { LinkServiceError } from "./link_service.js";
import { remotePlaceOf } from "./remote_place.js";
import { noticeRow, shorten, showNotice } from "./notice_rows.js";

/** Says over the view what of a link could not be opened; asks before a link is read from elsewhere. */
export class LinkNotices implements LinkHost {
  readonly element = element("section", {
    class: "clio-links",
    "aria-label": "About this link",
  });
  private readonly ofLink = element("div");
  private readonly ofAddress = element("div");
  /** Places that the person has let views be read from since the page was loaded. */
  private readonly allowed = new Set<string>();

  constructor() {
    this.element.append(this.ofLink, this.ofAddress);
  }

  refused(reason: string): void {
    showNotice(this.ofLink, {
      severity: "bad",
      what: `This link could not be opened. ${reason}`,
      kept: "The view is as it was before.",
      next: "Ask who sent the link for a new one.",
    });
  }

  opened(leftOut: readonly RefusedPart[]): void {
    if (leftOut.length === 0) {
      this.ofLink.replaceChildren();
      return;
    }
    showNotice(
      this.ofLink,
      {
        severity: "warn",
        what:
          leftOut.length === 1
            ? "One part of this link could not be read"
            : `${leftOut.length} parts of this link could not be read`,
        kept: "The rest of the link is open.",
        next: "Go on without, or ask who sent the link for a new one.",
      },
      leftOut.map(({ part, reason }) => noticeRow(part, reason)),
    );
  }

  unwritable(reason: string): void {
    showNotice(this.ofAddress, {
      severity: "warn",
      what: `The address of this page does not follow the view at the moment: ${reason}`,
      kept: "The view itself is as you see it, and your marks are saved.",
      next: "Nothing to do: it is tried again every 5 seconds. Until then a copied address shows an earlier view.",
    });
  }

  writable(): void {
    this.ofAddress.replaceChildren();
  }

  async mayRead(url: string, signal: AbortSignal): Promise<boolean> {
    const { name, isOwn } = remotePlaceOf(url, location.origin);
    if (isOwn || this.allowed.has(name)) return true;
    const answer = await this.ask(name, signal);
    if (answer) this.allowed.add(name);
    return answer;
  }

  async readLink(id: string, signal: AbortSignal): Promise<unknown> {
    try {
      const { LinkService } = await import(
        /* webpackChunkName: "links" */ "./link_service.js"
      );
      const { stateOfLink } = await import(
        /* webpackChunkName: "links" */ "./state_of_link.js"
      );
      return stateOfLink(await new LinkService().open(id, signal));
    } catch (error) {
      if (!signal.aborted) this.notRead(id, error);
      return undefined;
    }
  }

  /** Asks whether a view may be read from a place. To follow another link, or to put the question aside, is a no. */
  private ask(name: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (answer: boolean) => {
        asked.remove();
        resolve(answer);
      };
      const asked = notice({
        severity: "warn",
        what: `This link reads its view from ${shorten(name)}`,
        kept: "Nothing was asked of it yet, and the view is as it was before.",
        next: "Open it where you trust that place: it learns that you follow the link, and the view may read data from anywhere.",
        actions: [
          button({
            label: "Open the view",
            kind: "primary",
            run: () => settle(true),
          }),
          button({ label: "Do not open", run: () => settle(false) }),
        ],
      });
      signal.addEventListener("abort", () => settle(false));
      this.ofLink.replaceChildren(asked);
    });
  }

  private notRead(id: string, error: unknown): void {
    const { message, wantsSignIn } = error as Partial<LinkServiceError>;
    const failed = (error as Error).name === "LinkServiceError";
    const signIn = button({
      label: "Sign in",
      kind: "primary",
      run: () => {
        const back = encodeURIComponent(linkPath(id));
        location.assign(`/login?redirect=${back}`);
      },
    });
    showNotice(this.ofLink, {
      severity: "bad",
      what: `This link could not be opened. ${failed ? message : whyNotLoaded(error)}`,
      kept: "The view is as it was before.",
      next: wantsSignIn
        ? "Sign in: the link opens afterwards."
        : "Ask who sent the link for a new one.",
      actions: wantsSignIn ? [signIn] : [],
    });
  }
}
