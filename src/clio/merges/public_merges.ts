import { mergedSegmentationOf } from "../model/merge.js";
import { onEverybodysNews } from "../store/everybodys_news.js";
import type { MergeBook } from "./merge_book.js";
import type { MergeServer } from "./merge_server.js";

/**
 * Puts what has come to hold for everybody since it was asked for last below the merges of a book. Where the server does not answer, what
 * was had stays.
 */
export async function sharePublicMerges(
  server: MergeServer,
  book: MergeBook,
): Promise<void> {
  const segmentation = mergedSegmentationOf(book.key.dataset);
  if (segmentation === undefined) return;
  try {
    let more = true;
    while (more) {
      const { position } = book.shared;
      const page = await server.publicMerges(segmentation, position);
      book.share(page);
      more = page.more;
    }
  } catch (error) {
    // A dataset may be in the browser alone, and a server may be away: a person's own merges need neither.
    console.info("Clio has no public merges:", error);
  }
}

/**
 * Keeps what holds for everybody below the merges of a book as it becomes more.
 * @returns what stops that
 */
export function followPublicMerges(
  server: MergeServer,
  book: MergeBook,
): () => void {
  const ask = () => void sharePublicMerges(server, book);
  // Whoever has no account is told nothing, and asks when they come back to the page.
  const look = () => {
    if (document.visibilityState === "visible") ask();
  };
  ask();
  document.addEventListener("visibilitychange", look);
  const stop = onEverybodysNews((dataset) => {
    if (dataset === undefined || dataset === book.key.dataset) ask();
  });
  return () => {
    document.removeEventListener("visibilitychange", look);
    stop();
  };
}
