import { keyOf } from "../model/keys.js";
import { button, iconButton } from "../ui/button.js";
import { chip } from "../ui/chip.js";
import { type Child, element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import type { AlbumItem } from "./album_item.js";
import type { AtlasDesk } from "./atlas_desk.js";
import { entryLink } from "./atlas_state.js";
import { UNTITLED } from "./entry_card.js";
import { EntryForm } from "./entry_form.js";
import { EntryPicture } from "./entry_picture.js";
import { ReviewBar } from "./review_bar.js";
import { stateBadge } from "./state_badge.js";

interface EntryPageOptions {
  readonly desk: AtlasDesk;
  /** Leads back to the album. */
  readonly close: () => void;
  /** Called when a review was sent. */
  readonly reviewed: () => void;
}

/** One entry in full: its picture, its words, where it is, and what one may do with it. */
export class EntryPage {
  readonly element = element("article", {
    class: "clio-atlas-page",
    tabindex: "-1",
  });
  private readonly heading = element("h3", {
    class: "clio-atlas-heading",
    dir: "auto",
  });
  private readonly badge = element("span", {});
  private readonly picture: EntryPicture;
  private readonly words = element("div", { class: "clio-atlas-full" });
  private readonly said = element("div", {});
  private readonly facts = element("dl", { class: "clio-atlas-facts-list" });
  private readonly form: EntryForm | undefined;
  private review: ReviewBar | undefined;
  private told = "";

  constructor(
    private item: AlbumItem,
    private readonly options: EntryPageOptions,
  ) {
    const { desk, close } = options;
    this.picture = new EntryPicture(desk.pictures, "large");
    this.form = item.isOwn ? new EntryForm(item, desk) : undefined;
    const bar: Child[] = [
      iconButton("back", "Back to the album (Esc)", close),
      this.heading,
      this.badge,
      button({
        label: "Go there",
        kind: "bar",
        key: keyOf("atlas-go"),
        run: () => void desk.goTo(this.item),
      }),
      this.copyButton(),
    ];
    this.element.append(
      element("header", { class: "clio-atlas-page-head" }, ...bar),
      this.picture.element,
      this.said,
      ...(this.form === undefined ? [this.words] : [this.form.element]),
      this.facts,
    );
    this.update(item);
  }

  /** Whether it can show an item: the same, and the person's own as far as it was known to be when the page was made. */
  isOf({ key, isOwn }: AlbumItem): boolean {
    return key === this.item.key && isOwn === (this.form !== undefined);
  }

  /** Shows the item as it is now. @param item that it is of */
  update(item: AlbumItem): void {
    this.item = item;
    const { entry } = item;
    const title = entry.title.trim() === "" ? UNTITLED : entry.title;
    this.element.setAttribute("aria-label", title);
    this.heading.textContent = title;
    this.heading.title = title;
    this.badge.replaceChildren(stateBadge(item));
    this.picture.show(item);
    this.form?.update(item);
    this.words.replaceChildren(
      element("p", { dir: "auto" }, entry.description),
      element("p", { class: "clio-atlas-tags" }, ...entry.tags.map(chip)),
    );
    this.facts.replaceChildren(...factsOf(item));
    this.showSaid();
    this.showReview();
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  /** Takes the focus to where a new draft goes on. */
  write(): void {
    this.form?.focus();
  }

  get reviewBar(): ReviewBar | undefined {
    return this.review;
  }

  dispose(): void {
    this.form?.dispose();
    this.picture.dispose();
  }

  /** What a reviewer has said, or that its picture is still on its way. */
  private showSaid(): void {
    const { state, seen } = this.item;
    const comment = seen?.comment ?? "";
    const text = state === "changes requested" ? comment : "";
    if (text === this.told) return;
    this.told = text;
    this.said.replaceChildren(
      ...(text === ""
        ? []
        : [
            notice({
              severity: "warn",
              what: `${seen?.reviewer ?? "A reviewer"} asks for changes`,
              next: comment,
            }),
          ]),
    );
  }

  private showReview(): void {
    const { desk, reviewed } = this.options;
    const may = desk.album.mayReview(this.item);
    if (!may) {
      this.review?.element.remove();
      this.review = undefined;
    } else if (this.review === undefined) {
      this.review = new ReviewBar(this.item, desk, reviewed);
      this.element.append(this.review.element);
    } else this.review.update(this.item);
  }

  private copyButton(): HTMLButtonElement {
    const made = button({
      label: "Copy link",
      kind: "bar",
      icon: "link",
      run: () => {
        const { dataset, entry } = this.item;
        const link = entryLink({ dataset, id: entry.id });
        const say = (text: string) => {
          made.querySelector(".clio-button-label")!.textContent = text;
        };
        navigator.clipboard.writeText(link).then(
          () => say("Copied"),
          () => say("Not copied: the browser forbids it"),
        );
      },
    });
    return made;
  }
}

function factsOf({ dataset, entry, seen }: AlbumItem): HTMLElement[] {
  const time = (at: number) =>
    new Date(at).toLocaleString("en-GB", {
      dateStyle: "medium",
      timeStyle: "short",
    });
  const reviewer = seen?.reviewer;
  const rows: [string, string][] = [
    ["place", entry.position.join(", ")],
    ["dataset", dataset],
    ["author", entry.user],
    ["changed", time(entry.modified)],
  ];
  if (seen !== undefined) rows.push(["sent", time(seen.submitted)]);
  if (reviewer !== undefined && seen?.reviewed !== undefined) {
    const own = reviewer === entry.user ? ", its own author" : "";
    rows.push(["reviewed", `${time(seen.reviewed)} by ${reviewer}${own}`]);
  }
  return rows.flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", { dir: "auto" }, value),
  ]);
}
