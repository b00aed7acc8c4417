import fc from "fast-check";
import { mergesDataset, stackOf } from "../model/merge.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { decision, mergeId } from "../model/testing/merges.js";
import { Store } from "../store/store.js";
import { runs, stillRunning } from "../store/testing/counts.js";
import { cleanUp, freshName, beforeCleanUp } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { MergeBook } from "./merge_book.js";
import { MergeGraph, MergeGraphConnection } from "./merge_graph.js";
import { described, PlainSets } from "./testing/plain_sets.js";
import { shownSegments } from "./testing/shown_segments.js";

/** Milliseconds. */
const MODEL_TIMEOUT = 15 * 60_000;

/** One run in so many opens the database once more; in the others the merges alone are read anew. */
const REOPENED = 10;

const datasetOf = (dataset: string) =>
  mergesDataset({ dataset, version: "v1" });

const KEY = { user: LOCAL_USER, dataset: datasetOf("demo") };

const SEGMENTS = [
  7n,
  8n,
  9007199254740992n,
  9007199254740993n,
  18446744073709551614n,
  18446744073709551615n,
] as const;

/** A tab that has merges open. */
class BookTab {
  readonly book: MergeBook;
  /** A segmentation layer that shows them, all of it selected. */
  private readonly layer = shownSegments();

  constructor(
    readonly store: Store,
    readonly key = KEY,
  ) {
    this.book = new MergeBook(store, key);
    this.layer.visibleSegments.add([...SEGMENTS]);
    new MergeGraphConnection(new MergeGraph(this.book), this.layer, () => []);
    open.push(this);
  }

  /** The sets, once all that any tab has done is in them. */
  async shows(): Promise<string[]> {
    await until(() => this.store.state.value === "ready" && this.book.isRead);
    await this.store.catchUp();
    await this.book.settled();
    this.checkLayer();
    return described(this.book.sets);
  }

  /** Expects that the layer takes for one what is one in the book, and that what was selected still is. */
  private checkLayer(): void {
    const { sets } = this.book;
    const { segmentEquivalences, visibleSegments } = this.layer;
    const mains = SEGMENTS.map((id) => sets.mainOf(id));
    expect(SEGMENTS.map((id) => segmentEquivalences.get(id))).toEqual(mains);
    expect(new Set(visibleSegments)).toEqual(new Set(mains));
  }
}

const open: BookTab[] = [];

/** Lets go of all books, and of the stores that they are in but for some. */
function closeBooks(kept: readonly Store[] = []): void {
  for (const { book, store } of open.splice(0)) {
    book.dispose();
    if (!kept.includes(store)) store.dispose();
  }
}

beforeCleanUp(closeBooks);
afterEach(cleanUp);

function newStore(name = freshName()): Store {
  return new Store({ name, retryAfter: 1e9 });
}

async function openBook(name?: string): Promise<BookTab> {
  const tab = new BookTab(newStore(name));
  await tab.shows();
  return tab;
}

describe("A book of merges", () => {
  it("merges onto the main of the first, and takes the outermost merge apart in the order of the selection", async () => {
    const tab = await openBook();
    const { book } = tab;
    await book.merge(8n, [7n, 18446744073709551615n], [1, 2, 3]);
    await book.merge(9007199254740993n, [7n, 9007199254740992n]);
    expect(book.sets.mainOf(7n)).toBe(9007199254740993n);
    expect(book.sets.membersOf(8n).length).toBe(5);
    expect(await book.unmerge(18446744073709551615n)).toEqual([
      9007199254740993n,
      8n,
      9007199254740992n,
    ]);
    expect(await tab.shows()).toEqual(["8: 18446744073709551615 7 8"]);
    expect([...book.decisions.values()].map((each) => each.position)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    await expectAsync(book.merge(7n, [8n])).toBeRejectedWithError(
      "they are one segment already",
    );
    await expectAsync(book.unmerge(9n)).toBeRejectedWithError(
      "segment 9 is merged with none",
    );
  });

  it("shows what holds for everybody below the person's own, and takes none of it back", async () => {
    const name = freshName();
    const tab = await openBook(name);
    const { book } = tab;
    const shared = [
      decision(1, 18446744073709551615n, 18446744073709551614n, {
        created: Date.now() + 1e9,
      }),
      decision(2, 9007199254740993n, 8n),
    ].map((merge) => ({
      merge,
      ...{ reviewer: "cleo@lab.org", request: mergeId(9), applied: 5 },
    }));
    const share = (merges: typeof shared, position: number) =>
      book.share({ merges, position, more: false });
    share([shared[1]], 1);
    expect(await tab.shows()).toEqual(["9007199254740993: 8 9007199254740993"]);
    // What is told twice is there once.
    share(shared, 2);
    share(shared, 2);
    await tab.shows();
    expect([book.shared.size, book.shared.position]).toEqual([2, 2]);
    expect(await tab.shows()).toEqual([
      "18446744073709551615: 18446744073709551614 18446744073709551615",
      "9007199254740993: 8 9007199254740993",
    ]);
    await book.merge(7n, [18446744073709551614n]);
    expect(await tab.shows()).toEqual([
      "7: 18446744073709551614 18446744073709551615 7",
      "9007199254740993: 8 9007199254740993",
    ]);
    await expectAsync(book.unmerge(8n)).toBeRejectedWithError(
      /merged for everybody/,
    );
    // What is stored, and what other tabs see, is the person's own.
    expect(book.decisions.size).toBe(1);
    expect(await (await openBook(name)).shows()).toEqual([
      "7: 18446744073709551615 7",
    ]);
    book.showShared(false);
    expect(await tab.shows()).toEqual(["7: 18446744073709551615 7"]);
    await book.unmerge(7n);
    expect(await tab.shows()).toEqual([]);
    book.showShared(true);
    expect(await tab.shows()).toEqual([
      "18446744073709551615: 18446744073709551614 18446744073709551615",
      "9007199254740993: 8 9007199254740993",
    ]);
    expect(
      book.rowsOf("everybody's").oldestFirst.map(({ onto }) => onto),
    ).toEqual([9007199254740993n, 18446744073709551615n]);
  });

  it("keeps the main that was chosen, although another device's clock is ahead", async () => {
    const tab = await openBook();
    const { book, store } = tab;
    await book.merge(7n, [8n]);
    const [first] = book.decisions.values();
    const created = Date.now() + 3_600_000;
    await store.apply({
      id: crypto.randomUUID(),
      ...KEY,
      at: created,
      label: "Merge 2 segments",
      edits: [{ op: "put", record: { ...first, created } }],
    });
    await book.merge(9007199254740993n, [7n]);
    expect(book.sets.mainOf(8n)).toBe(9007199254740993n);
  });

  it("edits a comment and removes single decisions, each a step of undo", async () => {
    const tab = await openBook();
    const { book, store } = tab;
    await book.merge(7n, [8n]);
    await book.merge(9007199254740993n, [7n]);
    const [first, second] = book.decisions.keys();
    await book.comment([first], "the same axon");
    await book.remove([first]);
    expect(await tab.shows()).toEqual(["9007199254740993: 7 9007199254740993"]);
    await store.undoStack.undo(stackOf(KEY));
    await tab.shows();
    expect(book.decisions.get(first)?.description).toBe("the same axon");
    await store.undoStack.undo(stackOf(KEY));
    await tab.shows();
    expect(book.decisions.get(first)?.description).toBe("");
    await book.remove([first, second]);
    expect(await tab.shows()).toEqual([]);
    await expectAsync(book.remove([first])).toBeRejectedWithError(
      "it was removed meanwhile",
    );
  });

  it("takes in pairs from elsewhere in one step of undo, each cell an act, and leaves out what they repeat", async () => {
    const tab = await openBook();
    const { book, store } = tab;
    await book.merge(7n, [8n]);
    const pairs = [
      [8n, 7n],
      [8n, 9007199254740993n],
      [9007199254740992n, 9007199254740992n],
      [18446744073709551615n, 18446744073709551614n],
    ] as const;
    const { pairs: added, selves, repeated } = await book.add(pairs);
    expect([added.length, selves, repeated]).toEqual([2, 1, 1]);
    expect(await tab.shows()).toEqual([
      "18446744073709551615: 18446744073709551614 18446744073709551615",
      "8: 7 8 9007199254740993",
    ]);
    const acts = [...book.decisions.values()].map(({ act }) => act);
    expect(new Set(acts).size).toBe(3);
    expect((await book.add(pairs)).pairs).toEqual([]);
    await store.undoStack.undo(stackOf(KEY));
    expect(await tab.shows()).toEqual(["7: 7 8"]);
  });

  it("says what is wrong where the storage cannot be read", async () => {
    const indexedDB = Object.getOwnPropertyDescriptor(window, "indexedDB")!;
    const closed = () => {
      throw new DOMException("no site data", "SecurityError");
    };
    Object.defineProperty(window, "indexedDB", {
      ...{ configurable: true, get: closed },
    });
    try {
      const { book } = new BookTab(newStore());
      await until(() => book.whyNotRead?.includes("cannot be read") === true);
      expect(book.whyNotRead).toContain("no site data");
    } finally {
      Object.defineProperty(window, "indexedDB", indexedDB);
    }
  });

  it("writes nothing before what is stored was read", async () => {
    const name = freshName();
    const first = await openBook(name);
    await first.book.merge(7n, [8n]);
    const second = new BookTab(newStore(name));
    await expectAsync(second.book.merge(7n, [8n])).toBeRejectedWithError(
      /could not be read|already/,
    );
    expect(await second.shows()).toEqual(["7: 7 8"]);
    expect(second.book.decisions.size).toBe(1);
  });

  const steps = fc.array(
    fc.record({
      tab: fc.nat({ max: 1 }),
      act: fc.constantFrom(
        "merge",
        "merge",
        "unmerge",
        "remove",
        "undo",
        "redo",
      ),
      a: fc.constantFrom(...SEGMENTS),
      b: fc.constantFrom(...SEGMENTS),
    }),
    { maxLength: 12 },
  );

  it(
    "shows in two tabs, and when it is opened again, what plain sets come to, whatever is done in whichever, undo included",
    async () => {
      const name = freshName();
      const stores = [newStore(name), newStore(name)];
      let run = 0;
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          stillRunning();
          const key = { ...KEY, dataset: datasetOf(`run ${++run}`) };
          const tabs = stores.map((store) => new BookTab(store, key));
          await Promise.all(tabs.map((tab) => tab.shows()));
          /** What is shown after each step that is done, and how far undo went back. */
          const shown: string[][] = [[]];
          let at = 0;
          for (const { tab, act, a, b } of sequence) {
            const { book, store } = tabs[tab];
            if (act === "undo" || act === "redo") {
              const taken = await store.undoStack[act](stackOf(key));
              const next = act === "undo" ? at - 1 : at + 1;
              expect(taken !== undefined).toBe(shown[next] !== undefined);
              if (taken !== undefined) at = next;
            } else {
              const before = await tabs[tab].shows();
              const done = await attempt(book, act, a, b);
              const after = await tabs[tab].shows();
              if (done) shown.splice(++at, Infinity, after);
              else expect(after).toEqual(before);
            }
            for (const each of tabs) {
              expect(await each.shows()).toEqual(shown[at]);
            }
            expect(plainly(book)).toEqual(shown[at]);
          }
          const [store] = run % REOPENED === 0 ? [newStore(name)] : stores;
          const again = new BookTab(store, key);
          expect(await again.shows()).toEqual(shown[at]);
          closeBooks(stores);
        }),
        { numRuns: runs(150, 1000) },
      );
      for (const store of stores) store.dispose();
    },
    MODEL_TIMEOUT,
  );
});

/** Does an act, and says whether anything was done: what is one already is not merged again. */
async function attempt(
  book: MergeBook,
  act: "merge" | "unmerge" | "remove",
  a: bigint,
  b: bigint,
): Promise<boolean> {
  const { sets } = book;
  const main = sets.mainOf(a);
  const decision = sets.newestOf(a)?.id;
  if (act === "merge") {
    const isNew = main !== sets.mainOf(b);
    const merging = book.merge(a, [b]);
    if (!isNew) await expectAsync(merging).toBeRejected();
    await merging.catch(() => undefined);
    expect(book.sets.mainOf(b)).toBe(main);
    return isNew;
  }
  if (decision === undefined) {
    const none = act === "unmerge" ? book.unmerge(a) : book.remove(["none"]);
    await expectAsync(none as Promise<unknown>).toBeRejected();
    return false;
  }
  if (act === "unmerge") await book.unmerge(a);
  else await book.remove([decision]);
  expect(book.decisions.has(decision)).toBeFalse();
  return true;
}

/** The sets that the decisions of a book come to in the plain way. */
function plainly(book: MergeBook): string[] {
  const plain = new PlainSets();
  for (const [id, decision] of book.decisions)
    plain.decisions.set(id, decision);
  return plain.described;
}
