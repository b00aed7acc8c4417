import { formatLength } from "../model/measurement.js";
import { chip } from "../ui/chip.js";
import type { Card } from "../ui/card_grid.js";
import { element } from "../ui/element.js";
import type { AlbumItem } from "./album_item.js";
import { EntryPicture } from "./entry_picture.js";
import type { PictureStore } from "./picture_store.js";
import { stateBadge } from "./state_badge.js";

/** The size of a card, in pixels; the picture takes the share of its own proportions. */
export const CARD_WIDTH = 218;
export const CARD_HEIGHT = 218;

/** What an entry without one is called. */
export const UNTITLED = "Untitled";

/** A place of the album in the grid: its picture, its words, its state, and how far it is. */
export class EntryCard implements Card {
  readonly element = element("div", { class: "clio-atlas-card" });
  private readonly picture: EntryPicture;
  private readonly far = element("span", { class: "clio-atlas-far" });

  constructor(
    private readonly item: AlbumItem,
    pictures: PictureStore,
    private readonly distance: (item: AlbumItem) => number | undefined,
  ) {
    const { entry, dataset } = item;
    this.picture = new EntryPicture(pictures, "small");
    this.picture.show(item);
    const [tag] = entry.tags;
    this.element.append(
      this.picture.element,
      element(
        "span",
        { class: "clio-atlas-title", dir: "auto" },
        entry.title.trim() === "" ? UNTITLED : entry.title,
      ),
      element(
        "span",
        { class: "clio-atlas-words", dir: "auto" },
        // More than is ever seen of it would only cost time.
        entry.description.slice(0, 300),
      ),
      element(
        "span",
        { class: "clio-atlas-facts" },
        stateBadge(item),
        ...(tag === undefined ? [] : [chip(tag)]),
        this.far,
      ),
    );
    this.element.title = `${dataset} · ${entry.user}`;
    this.update();
  }

  update(): void {
    const nm = this.distance(this.item);
    this.far.textContent =
      nm === undefined ? this.item.dataset : nm < 1 ? "here" : formatLength(nm);
  }

  dispose(): void {
    this.picture.dispose();
  }
}
