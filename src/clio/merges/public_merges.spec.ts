import { mergesDataset, type MergedSegmentation } from "../model/merge.js";
import type { PublicMerges } from "../model/merge_request.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { decision, mergeId } from "../model/testing/merges.js";
import { tellEverybodysNews } from "../store/everybodys_news.js";
import { Store } from "../store/store.js";
import { cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { MergeBook } from "./merge_book.js";
import { MergeServer } from "./merge_server.js";
import { followPublicMerges } from "./public_merges.js";

/** A server that has merges of one segment and its neighbour each, and answers with two of them at a time. */
class TwoByTwo extends MergeServer {
  count = 5;
  readonly asked: number[] = [];

  override publicMerges(
    { version }: MergedSegmentation,
    after: number,
  ): Promise<PublicMerges> {
    expect(version).toBe("v1");
    this.asked.push(after);
    const position = Math.min(this.count, after + 2);
    const merges = Array.from({ length: position - after }, (_, i) => ({
      merge: decision(after + i, 10 * (after + i), 10 * (after + i) + 1),
      ...{ reviewer: "cleo@lab.org", request: mergeId(9), applied: 5 },
    }));
    return Promise.resolve({ merges, position, more: merges.length === 2 });
  }
}

describe("What is merged for everybody", () => {
  afterEach(cleanUp);

  it("is read page by page, and from then on what is new when it is told of, until nobody wants it any more", async () => {
    const store = new Store({ name: freshName(), retryAfter: 1e9 });
    const dataset = mergesDataset({ dataset: "demo", version: "v1" });
    const book = new MergeBook(store, { user: LOCAL_USER, dataset });
    const server = new TwoByTwo();
    const stop = followPublicMerges(server, book);
    await until(() => book.isRead && book.shared.size === 5);
    expect(server.asked).toEqual([0, 2, 4]);
    expect(book.sets.mainOf(41n)).toBe(40n);
    server.count = 6;
    tellEverybodysNews(mergesDataset({ dataset: "vnc", version: "v1" }));
    tellEverybodysNews(dataset);
    await until(() => book.shared.size === 6);
    expect(server.asked).toEqual([0, 2, 4, 5]);
    expect(book.sets.mainOf(51n)).toBe(50n);
    // Whoever has lost the stream does not know of what.
    tellEverybodysNews();
    await until(() => server.asked.length === 5);
    stop();
    tellEverybodysNews();
    await new Promise((done) => setTimeout(done, 20));
    expect(server.asked.length).toBe(5);
    book.dispose();
    store.dispose();
  });
});
