import type { Album } from "./album.js";
import type { AlbumItem } from "./album_item.js";

/**
 * What a reviewer looks at after a review: what waits next in the order of the album, then what was passed over.
 * @param reviewed key of the item that was reviewed
 * @returns undefined where nothing waits, or where the album is not shown as the queue of what does
 */
export function nextToReview(
  album: Pick<Album, "all" | "shown" | "filter" | "mayReview">,
  reviewed: string | undefined,
): AlbumItem | undefined {
  const { all, shown, filter } = album;
  if (filter.tab !== "submitted") return undefined;
  const waiting = shown.filter(
    (item) =>
      item.state === "submitted" &&
      item.key !== reviewed &&
      album.mayReview(item),
  );
  const at = all.findIndex(({ key }) => key === reviewed);
  const later = new Set(all.slice(at + 1));
  return waiting.find((item) => later.has(item)) ?? waiting.at(0);
}
