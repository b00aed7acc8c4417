import type { AlbumItem } from "./album_item.js";
import { type AlbumFilter, NO_FILTER } from "./album_filter.js";
import { nextToReview } from "./review_queue.js";

/** Items by name: those in capitals wait for a review, of those with a mark after them not by whoever asks. */
const itemsOf = (names: string) =>
  names.split(" ").map((key) => {
    const state = key === key.toUpperCase() ? "submitted" : "verified";
    return { key, state } as AlbumItem;
  });

function nextAfter(
  reviewed: string,
  names: string,
  tab: AlbumFilter["tab"] = "submitted",
  hidden = "",
): string | undefined {
  const all = itemsOf(names);
  const album = {
    all,
    shown: all.filter(({ key }) => !hidden.includes(key)),
    filter: { ...NO_FILTER, tab },
    mayReview: ({ key }: AlbumItem) => !key.endsWith("!"),
  };
  return nextToReview(album, reviewed)?.key;
}

describe("The queue of a reviewer", () => {
  it("goes on in the order of the album, past what is reviewed, hidden, or not for them", () => {
    expect(nextAfter("b", "A b C D")).toBe("C");
    expect(nextAfter("b", "A b c! C! D")).toBe("D");
    expect(nextAfter("b", "A b C D", "submitted", "bC")).toBe("D");
  });

  it("comes back to what was passed over, and then ends", () => {
    expect(nextAfter("c", "A B c")).toBe("A");
    expect(nextAfter("a", "a b c")).toBe(undefined);
    // The album may not know yet that it was reviewed.
    expect(nextAfter("A", "A b c")).toBe(undefined);
  });

  it("leads nowhere where the album shows something else", () => {
    expect(nextAfter("a", "a B C", "all")).toBe(undefined);
  });
});
