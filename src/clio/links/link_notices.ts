import type { LinkReport } from "../../../neuroglancer/safe_state_binding.js";
import type { RefusedPart } from "../../../neuroglancer/safe_state_parts.js";
import { button, iconButton } from "../ui/button.js";
import { type Child, element } from "../ui/element.js";
import { notice, type NoticeOptions } from "../ui/notice.js";
import "./link_notices.css";
import type {
  UnreachableLayer,
  UnreachableLayers,
} from "./unreachable_layers.js";

const shownNameLength = 60;

/** Says over the view what of a link could not be opened, and which of its layers cannot be reached. */
export class LinkNotices implements LinkReport {
  readonly element = element("section", {
    class: "clio-links",
    "aria-label": "About this link",
  });
  private readonly ofLink = element("div");
  private readonly ofAddress = element("div");
  private readonly ofLayers = element("div");

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
