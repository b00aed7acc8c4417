import { LONGEST_COMMENT } from "../model/atlas_wire.js";
import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { AlbumItem } from "./album_item.js";
import type { AtlasDesk } from "./atlas_desk.js";
import type { ReviewAct } from "./atlas_server.js";

/** What a reviewer does with an entry, and says to its author. */
export class ReviewBar {
  readonly element: HTMLElement;
  private readonly comment = element("textarea", {
    class: "clio-field clio-atlas-text",
    rows: "2",
    maxlength: String(LONGEST_COMMENT),
    placeholder: "Comment to the author, needed to ask for changes",
    "aria-label": "Comment to the author",
    dir: "auto",
  });
  private readonly note = element("p", {
    class: "clio-atlas-needs",
    role: "status",
  });
  private readonly verifyButton: HTMLButtonElement;
  private readonly askButton: HTMLButtonElement;
  private readonly unverifyButton: HTMLButtonElement;

  /** @param done called when a review was sent: what is next may be shown */
  constructor(
    private item: AlbumItem,
    private readonly desk: AtlasDesk,
    private readonly done: () => void,
  ) {
    this.verifyButton = button({
      label: "Verify: make public",
      kind: "primary",
      icon: "ok",
      key: keyOf("atlas-verify"),
      run: () => this.verify(),
    });
    this.askButton = button({
      label: "Ask for changes",
      icon: "comment",
      key: keyOf("atlas-request-changes"),
      run: () => this.requestChanges(),
    });
    this.unverifyButton = button({
      label: "Unverify",
      key: keyOf("atlas-unverify"),
      run: () => this.unverify(),
    });
    this.element = element(
      "section",
      { class: "clio-atlas-review", "aria-label": "Review" },
      this.comment,
      element(
        "div",
        { class: "clio-atlas-acts" },
        this.verifyButton,
        this.askButton,
        this.unverifyButton,
      ),
      this.note,
    );
    this.comment.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.element.closest<HTMLElement>(".clio-atlas-page")?.focus();
    });
    this.update(item);
  }

  update(item: AlbumItem): void {
    this.item = item;
    const { state, isPublic, isOwn, seen } = item;
    const canReview = state === "submitted" && seen?.isWaiting === false;
    this.verifyButton.hidden = state !== "submitted";
    this.verifyButton.disabled = !canReview;
    this.askButton.hidden = state !== "submitted";
    this.askButton.disabled = !canReview;
    this.unverifyButton.hidden = !isPublic;
    this.note.textContent =
      state === "submitted" && seen?.isWaiting === true
        ? "Its picture has not arrived yet: its author's browser delivers it."
        : isOwn
          ? "This server is yours alone: you review your own, and it is marked so."
          : isPublic
            ? "A version of it is public."
            : "Until it is verified its author and the reviewers alone see it.";
  }

  focus(): void {
    this.comment.focus();
  }

  verify(): void {
    if (this.isOffered(this.verifyButton)) void this.send("verify");
  }

  unverify(): void {
    if (this.isOffered(this.unverifyButton)) void this.send("unverify");
  }

  requestChanges(): void {
    if (!this.isOffered(this.askButton)) return;
    if (this.comment.value.trim() === "") {
      this.note.textContent =
        "Say to its author what is to be changed, then ask again.";
      this.comment.focus();
    } else void this.send("request-changes");
  }

  private isOffered({ hidden, disabled }: HTMLButtonElement): boolean {
    return !hidden && !disabled;
  }

  private async send(act: ReviewAct): Promise<void> {
    if (await this.desk.review(this.item, act, this.comment.value)) {
      this.comment.value = "";
      this.done();
    }
  }
}
