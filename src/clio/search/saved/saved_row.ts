import { button, iconButton } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { Thumbnail } from "../../ui/thumbnail.js";
import type { Thumbnails } from "../../ui/thumbnails.js";
import type { MatchPictures } from "../match_pictures.js";
import { planeOfText } from "../../volumes/slice_frame.js";
import type { SearchRow } from "./search_database.js";

const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

interface RowActs {
  readonly open: () => void;
  readonly edit: () => void;
  readonly remove: () => void;
  readonly bringBack: () => void;
}

/** A saved search in the list. */
export class SavedRow {
  readonly element = element("li", { class: "clio-saved-row" });
  private readonly picture: Thumbnail;

  /**
   * @param isOpen whether it is the search that is open
   * @param dataset the one in view: another one's name is told
   */
  constructor(
    { id, head, counts, deleted }: SearchRow,
    isOpen: boolean,
    dataset: string | undefined,
    pictures: MatchPictures,
    thumbnails: Thumbnails,
    acts: RowActs,
  ) {
    const { name, note } = head;
    this.element.dataset.id = id;
    this.picture = new Thumbnail(thumbnails);
    if (deleted !== undefined) {
      this.element.append(
        element("span", { class: "clio-saved-gone" }, `${name} was deleted`),
        button({ label: "Undo", icon: "undo", run: acts.bringBack }),
      );
      return;
    }
    const { thumbnails: address, plane, examples } = head;
    const { point } = examples.find(({ like }) => like)!;
    const { key, cut } = pictures.at(point, {
      ...address,
      plane: planeOfText(plane),
    });
    this.picture.show(key, cut);
    const opener = element(
      "button",
      { type: "button", class: "clio-saved-name", title: note || name },
      name,
    );
    opener.addEventListener("click", acts.open);
    if (isOpen) this.element.setAttribute("aria-current", "true");
    this.element.append(
      this.picture.element,
      opener,
      element(
        "span",
        { class: "clio-saved-words" },
        wordsOf(head, counts, dataset),
      ),
      element(
        "span",
        { class: "clio-saved-count" },
        counts.matches.toLocaleString("en"),
        element("span", { class: "clio-unseen" }, " matches"),
      ),
      element("span", { class: "clio-saved-day" }, day.format(head.created)),
      iconButton("edit", `Name and note of ${name}`, acts.edit),
      iconButton("bin", `Delete ${name}`, acts.remove),
    );
  }

  focus(): void {
    this.element.querySelector("button")?.focus();
  }

  dispose(): void {
    this.picture.dispose();
  }
}

function wordsOf(
  { review, dataset: own }: SearchRow["head"],
  { matches, fresh }: SearchRow["counts"],
  dataset: string | undefined,
): string {
  const { accepted, rejected, skipped, kept } = review;
  const taken = accepted.length + kept.length;
  const reviewed = taken + rejected.length + skipped.length;
  return [
    ...(own === dataset ? [] : [own]),
    ...(taken > 0 ? [`${taken.toLocaleString("en")} accepted`] : []),
    ...(reviewed >= matches && matches > 0 ? ["all reviewed"] : []),
    ...(fresh > 0 ? [`${fresh.toLocaleString("en")} new`] : []),
  ].join(" · ");
}
