import { iconButton } from "../ui/button.js";
import { element } from "../ui/element.js";
import { Thumbnail } from "../ui/thumbnail.js";
import type { Thumbnails } from "../ui/thumbnails.js";
import type { Example } from "./found.js";
import type { MatchPictures } from "./match_pictures.js";
import type { SearchSession } from "./search_session.js";

/** What is looked for: the examples, each with its picture. */
export class ExampleList {
  readonly element = element("ul", {
    class: "clio-examples",
    "aria-label": "Examples",
  });
  private shown: readonly unknown[] = [];
  private pictures: Thumbnail[] = [];

  constructor(
    private readonly session: SearchSession,
    private readonly cuts: MatchPictures,
    private readonly thumbnails: Thumbnails,
  ) {}

  update(): void {
    const { examples, plane } = this.session;
    // Where the image was not looked at yet its pictures come as soon as it was.
    const shown = [examples, plane, this.cuts.source];
    if (shown.every((part, i) => part === this.shown[i])) return;
    this.shown = shown;
    this.dispose();
    this.element.replaceChildren(...examples.map((each) => this.item(each)));
  }

  dispose(): void {
    for (const picture of this.pictures.splice(0)) picture.dispose();
  }

  private item(example: Example): HTMLElement {
    const { point, like } = example;
    const picture = new Thumbnail(this.thumbnails);
    const { key, cut } = this.cuts.of({ point });
    picture.show(key, cut);
    this.pictures.push(picture);
    const place = point.map(Math.floor).join(", ");
    const words = like ? "like" : "not like";
    return element(
      "li",
      { class: `clio-example clio-example-${like ? "like" : "unlike"}` },
      picture.element,
      element(
        "span",
        { class: "clio-example-words" },
        element("b", {}, words),
        element("span", { class: "clio-example-place" }, place),
      ),
      iconButton("close", `Take away: ${words} ${place}`, () =>
        this.session.removeExample(example),
      ),
    );
  }
}
