import { element } from "./element.js";
import { paint } from "./picture.js";
import type { Cut, Thumbnails } from "./thumbnails.js";
import "./thumbnail.css";

/**
 * A thumbnail: a skeleton of its final size until the picture is there, and words where it cannot be had.
 * It is for the eye; what it belongs to has the name.
 */
export class Thumbnail {
  readonly element = element("span", {
    class: "clio-thumbnail",
    "aria-hidden": "true",
  });
  private reading: AbortController | undefined;

  constructor(private readonly thumbnails: Thumbnails) {}

  /** Shows the picture of a key. One that was asked for before and has not come is not read any more. */
  show(key: string, cut: Cut): void {
    this.dispose();
    const reading = new AbortController();
    this.reading = reading;
    const canvas = element("canvas", {});
    const known = this.thumbnails.peek(key);
    if (known !== undefined) {
      paint(canvas, known);
      this.element.replaceChildren(canvas);
      return;
    }
    this.element.replaceChildren();
    this.element.classList.add("clio-thumbnail-waiting");
    this.thumbnails.get(key, cut, reading.signal).then(
      (picture) => {
        if (reading.signal.aborted) return;
        paint(canvas, picture);
        this.arrive(canvas);
      },
      (error: unknown) => {
        if (reading.signal.aborted) return;
        console.warn("Clio could not cut a thumbnail:", error);
        this.arrive(element("span", {}, "no picture"));
      },
    );
  }

  /** Lets go of what is being read. */
  dispose(): void {
    this.reading?.abort();
    this.element.classList.remove("clio-thumbnail-waiting");
  }

  private arrive(child: HTMLElement): void {
    this.element.classList.remove("clio-thumbnail-waiting");
    this.element.replaceChildren(child);
  }
}
