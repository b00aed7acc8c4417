import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import type { LinkHost } from "../../../neuroglancer/safe_state_binding.js";
import type { RefusedPart } from "../../../neuroglancer/safe_state_parts.js";
import { button, iconButton } from "../ui/button.js";
import { linkPath } from "../model/link.js";
import { type Child, element } from "../ui/element.js";
import { notice, type NoticeOptions } from "../ui/notice.js";
import "./link_notices.css";
import type { LinkServiceError } from "./link_service.js";
import { remotePlaceOf } from "./remote_place.js";
import type {
  UnreachableLayer,
  UnreachableLayers,
} from "./unreachable_layers.js";

const shownNameLength = 60;

/** Says over the view what of a link could not be opened, and which of its layers cannot be reached; asks before a link is read from elsewhere. */
export class LinkNotices implements LinkHost {
  readonly element = element("section", {
    class: "clio-links",
    "aria-label": "About this link",
  });
  private readonly ofLink = element("div");
  private readonly ofAddress = element("div");
  private readonly ofLayers = element("div");
  /** Places that the person has let views be read from since the page was loaded. */
  private readonly allowed = new Set<string>();

  constructor(private readonly unreachable: UnreachableLayers) {
    this.element.append(this.ofLink, this.ofAddress, this.ofLayers);
    unreachable.changed.add(() => this.showLayers());
  }

  refused(reason: string): void {
    this.show(this.ofLink, {
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
    this.show(
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
      leftOut.map(({ part, reason }) => row(part, reason)),
    );
  }

  unwritable(reason: string): void {
    this.show(this.ofAddress, {
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
    this.show(this.ofLink, {
      severity: "bad",
      what: `This link could not be opened. ${failed ? message : whyNotLoaded(error)}`,
      kept: "The view is as it was before.",
      next: wantsSignIn
        ? "Sign in: the link opens afterwards."
        : "Ask who sent the link for a new one.",
      actions: wantsSignIn ? [signIn] : [],
    });
  }

  private showLayers(): void {
    const { list } = this.unreachable;
    if (list.length === 0) {
      this.ofLayers.replaceChildren();
      return;
    }
    const retry = button({
      label: "Try again",
      kind: "primary",
      icon: "refresh",
      run: () => {
        retry.disabled = true;
        void this.unreachable.retry();
      },
    });
    const hide = button({
      label: list.length === 1 ? "Hide layer" : "Hide layers",
      run: () => this.unreachable.hide(list),
    });
    this.show(
      this.ofLayers,
      { ...this.layerWords(list), actions: [retry, hide] },
      list.length === 1 ? [] : list.map((one) => this.layerRow(one)),
      () => this.unreachable.dismiss(list),
    );
  }

  private layerWords(
    list: readonly UnreachableLayer[],
  ): Omit<NoticeOptions, "actions"> {
    const [{ layer, failure }] = list;
    const { others } = this.unreachable;
    const open =
      others === 0
        ? "The view is open."
        : `The other ${others === 1 ? "layer" : `${others} layers`} and the view are open.`;
    if (list.length === 1) {
      return {
        severity: "warn",
        what: `Layer “${shorten(layer.name)}” cannot be reached`,
        kept: `${open} The layer stays in the list.`,
        next: `${failure.place} ${failure.reason}. ${failure.next}`,
      };
    }
    const advice = new Set(list.map(({ failure }) => failure.next));
    return {
      severity: "warn",
      what: `${list.length} layers cannot be reached`,
      kept: `${open} These layers stay in the list.`,
      next: [...advice].join(" "),
    };
  }

  private layerRow(one: UnreachableLayer): HTMLElement {
    const { layer, failure } = one;
    const name = shorten(layer.name);
    return row(
      name,
      `${failure.place} ${failure.reason}`,
      iconButton("close", `Hide layer ${name}`, () =>
        this.unreachable.hide([one]),
      ),
    );
  }

  private show(
    place: HTMLElement,
    options: NoticeOptions,
    rows: readonly HTMLElement[] = [],
    close: () => void = () => place.replaceChildren(),
  ): void {
    const dismiss = button({ label: "Dismiss", run: close });
    const made = notice({
      ...options,
      actions: [...(options.actions ?? []), dismiss],
    });
    if (rows.length > 0) {
      made.append(element("ul", { class: "clio-links-rows" }, ...rows));
    }
    place.replaceChildren(made);
  }
}

function row(name: string, words: string, ...actions: Child[]): HTMLElement {
  return element(
    "li",
    { class: "clio-links-row" },
    element("span", { class: "clio-links-name" }, name),
    element("span", { class: "clio-links-why" }, words),
    ...actions,
  );
}

function shorten(name: string): string {
  return name.length > shownNameLength
    ? `${name.slice(0, shownNameLength)}…`
    : name;
}
