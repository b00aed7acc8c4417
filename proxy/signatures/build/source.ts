import type { Place } from "./volume/file_store.js";

/** A scale of an image, which a worker thread opens by itself. Plain data. */
export interface ImageSource {
  readonly place: Place;
  /** Of the scale, 0 for the finest. */
  readonly scale: number;
}
