import { element } from "../ui/element.js";
import { icon, type IconName } from "../ui/icons.js";
import { Thumbnail } from "../ui/thumbnail.js";
import type { Card } from "../ui/card_grid.js";
import type { Thumbnails } from "../ui/thumbnails.js";
import type { Match } from "./answers.js";
import { scoreOf } from "./filters.js";
import type { MatchPictures } from "./match_pictures.js";
import type { Review, Verdict } from "./review.js";
import "./match_card.css";

const VERDICTS: Readonly<Record<Verdict, { icon: IconName; words: string }>> = {
  accepted: { icon: "ok", words: "accepted" },
  rejected: { icon: "close", words: "rejected" },
  skipped: { icon: "down", words: "skipped" },
  kept: { icon: "point", words: "a mark" },
};

/** Below a thumbnail: where it is. In pixels. */
export const CAPTION_PIXELS = 20;

/** A match in the grid: its picture, its distance, where it is, and what was said of it. */
export class MatchCard implements Card {
  readonly element = element("div", { class: "clio-match" });
  private readonly thumbnail: Thumbnail;
  private readonly verdict = element("span", { class: "clio-match-verdict" });

  constructor(
    private readonly match: Match,
    private readonly review: Review,
    /** What is said of it beside its place: that it was not found before, and in which other dataset it lies. */
    { isNew, elsewhere }: { isNew: boolean; elsewhere: string | undefined },
    pictures: MatchPictures,
    thumbnails: Thumbnails,
  ) {
    const { point, distance } = match;
    const { key, cut } = pictures.of(match);
    this.thumbnail = new Thumbnail(thumbnails);
    this.thumbnail.show(key, cut);
    this.element.append(
      this.thumbnail.element,
      element(
        "span",
        { class: "clio-match-distance" },
        element("span", { class: "clio-unseen" }, "distance "),
        String(distance),
      ),
      element(
        "span",
        { class: "clio-match-score" },
        element("span", { class: "clio-unseen" }, "score "),
        scoreOf(distance).toFixed(2),
      ),
      ...(isNew ? [element("span", { class: "clio-match-new" }, "new")] : []),
      ...(elsewhere === undefined
        ? []
        : [
            element(
              "span",
              { class: "clio-match-dataset" },
              element("span", { class: "clio-unseen" }, "in "),
              elsewhere,
            ),
          ]),
      this.verdict,
      element(
        "span",
        { class: "clio-match-place" },
        element("span", { class: "clio-unseen" }, "at "),
        point.join(", "),
      ),
    );
    this.update();
  }

  update(): void {
    const verdict = this.review.of(this.match);
    this.element.dataset.verdict = verdict ?? "";
    if (verdict === undefined) {
      this.verdict.replaceChildren();
      return;
    }
    const { icon: name, words } = VERDICTS[verdict];
    this.verdict.replaceChildren(icon(name), words);
  }

  dispose(): void {
    this.thumbnail.dispose();
  }
}
