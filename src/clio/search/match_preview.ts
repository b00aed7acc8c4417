import { element } from "../ui/element.js";
import { Thumbnail } from "../ui/thumbnail.js";
import type { Thumbnails } from "../ui/thumbnails.js";
import type { Match } from "./answers.js";
import { scoreOf } from "./filters.js";
import type { MatchPictures } from "./match_pictures.js";
import "./match_preview.css";

/** Edge of the larger picture, in pixels. */
const PIXELS = 340;
/** Between it and the panel, in pixels. */
const GAP = 10;
/** The pointer must rest so long on a match before it is shown larger, in milliseconds: whoever passes over many wants to see none. */
const REST_MS = 120;

/** A match that the pointer rests on, larger, beside the panel and over the picture. It is for the eye alone. */
export class MatchPreview {
  private readonly thumbnail: Thumbnail;
  private readonly caption = element("span", { class: "clio-preview-caption" });
  private readonly element: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly panel: HTMLElement,
    private readonly pictures: MatchPictures,
    thumbnails: Thumbnails,
  ) {
    this.thumbnail = new Thumbnail(thumbnails);
    this.element = element(
      "div",
      { class: "clio-preview", "aria-hidden": "true" },
      this.thumbnail.element,
      this.caption,
    );
    this.element.style.width = `${PIXELS}px`;
  }

  /** Shows a match beside its card, or none. */
  show(match: Match | undefined, card: HTMLElement | undefined): void {
    clearTimeout(this.timer);
    if (match === undefined || card === undefined) {
      this.hide();
      return;
    }
    this.timer = setTimeout(() => this.place(match, card), REST_MS);
  }

  hide(): void {
    clearTimeout(this.timer);
    this.thumbnail.dispose();
    this.element.remove();
  }

  private place(match: Match, card: HTMLElement): void {
    if (!card.isConnected) return;
    const { key, cut } = this.pictures.of(match);
    this.thumbnail.show(key, cut);
    const { point, distance, dataset } = match;
    const where = dataset === undefined ? "" : `${dataset} · `;
    this.caption.textContent = `${where}${point.join(", ")} · distance ${distance} of 64 bits · score ${scoreOf(distance).toFixed(2)}`;
    document.body.append(this.element);
    const panel = this.panel.getBoundingClientRect();
    const beside = card.getBoundingClientRect();
    const { offsetHeight } = this.element;
    const left = Math.max(GAP, panel.left - PIXELS - GAP);
    const top = Math.min(
      Math.max(GAP, beside.top + beside.height / 2 - offsetHeight / 2),
      window.innerHeight - offsetHeight - GAP,
    );
    this.element.style.transform = `translate(${left}px, ${top}px)`;
  }
}
