import { picturePath } from "../model/atlas_wire.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import type { AlbumItem } from "./album_item.js";
import type { PictureStore } from "./picture_store.js";

/** So long a picture is in view before it is asked for, in milliseconds: whoever scrolls past it needs none. */
const PASSING_MS = 60;

/** The picture of an entry: from this machine where it is here, else from the server. What it shows, the words beside it say. */
export class EntryPicture {
  readonly element = element("div", { class: "clio-atlas-picture" });
  private url: string | undefined;
  private image: HTMLImageElement | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hash: string | undefined;
  private isShown = false;
  private isGone = false;

  constructor(
    private readonly pictures: PictureStore,
    private readonly size: "small" | "large",
  ) {}

  /** Shows that of an item; the same one stays as it is. */
  show({ dataset, entry, isOwn }: AlbumItem): void {
    const hash = entry.pictures?.[this.size];
    if (this.isShown && hash === this.hash) return;
    this.isShown = true;
    this.hash = hash;
    this.release();
    if (hash === undefined) {
      this.none("No picture");
      return;
    }
    if (!isOwn) {
      this.element.replaceChildren();
      this.timer = setTimeout(
        () => this.load(picturePath(dataset, hash)),
        PASSING_MS,
      );
    } else {
      void this.pictures.find(hash).then((blob) => {
        if (this.hash !== hash || this.isGone) return;
        this.url = blob && URL.createObjectURL(blob);
        this.load(this.url ?? picturePath(dataset, hash));
      });
    }
  }

  dispose(): void {
    this.isGone = true;
    this.release();
  }

  private load(src: string): void {
    const image = element("img", { alt: "", decoding: "async" });
    image.addEventListener("error", () => {
      if (image.isConnected) this.none("The picture is not here yet");
    });
    image.src = src;
    this.image = image;
    this.element.replaceChildren(image);
  }

  private none(words: string): void {
    this.element.replaceChildren(icon("image"), element("span", {}, words));
  }

  private release(): void {
    clearTimeout(this.timer);
    // What is still on its way is not needed any more.
    this.image?.removeAttribute("src");
    this.image = undefined;
    if (this.url !== undefined) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }
}
