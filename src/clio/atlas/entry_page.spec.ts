import {
  type AtlasEntry,
  type EntryWords,
  LONGEST_ENTRY_DESCRIPTION,
  LONGEST_ENTRY_TAG,
  LONGEST_ENTRY_TITLE,
} from "../model/atlas.js";
import { LONGEST_COMMENT, type SeenEntry } from "../model/atlas_wire.js";
import { hostileText, MEGABYTE } from "../model/testing/hostile_texts.js";
import { runs, stillRunning } from "../store/testing/counts.js";
import { ownItem, seenItem } from "./album_item.js";
import type { AtlasDesk } from "./atlas_desk.js";
import { EntryPage } from "./entry_page.js";
import "../ui/panel.css";
import "./atlas_view.css";

const WIDTH = 400;

/** The places of an entry that hold what people write. */
const PLACES = 5;

/** An entry with a text in all its places, or with one in each, as long as each may be; which in which goes by `n`. */
function seenOf(n: number, ...texts: string[]): SeenEntry {
  const textIn = (place: number) => texts[(n + place) % texts.length];
  const title = textIn(0).slice(0, LONGEST_ENTRY_TITLE);
  const entry: AtlasEntry = {
    id: `0123abcd-0000-4000-8000-${String(n).padStart(12, "0")}`,
    kind: "atlas",
    title,
    description: textIn(1).slice(0, LONGEST_ENTRY_DESCRIPTION),
    tags: [2, 3].map((place) => textIn(place).slice(0, LONGEST_ENTRY_TAG)),
    position: [1, 2, 3],
    submitted: 5,
    user: title,
    created: 1,
    modified: 1,
  };
  return {
    dataset: "demo",
    entry,
    state: "changes requested",
    isPublic: false,
    version: 1,
    submitted: 5,
    comment: textIn(4).slice(0, LONGEST_COMMENT),
    reviewer: title,
    reviewed: 6,
    isWaiting: false,
    seq: n,
  };
}

describe("The page of an entry", () => {
  const body = document.createElement("div");
  body.className = "clio-panel";
  body.style.width = `${WIDTH}px`;
  beforeEach(() => document.body.append(body));
  afterEach(() => body.remove());

  const desk = {
    own: { find: () => undefined },
    pictures: { find: () => Promise.resolve(undefined) },
    unsaved: new Map<string, EntryWords>(),
    overlays: {},
    album: { standing: "loaded", mayReview: () => true },
  } as unknown as AtlasDesk;

  /** Tags of all that a page is made of. */
  const tagsOf = (page: EntryPage) =>
    [...page.element.querySelectorAll("*")].map(({ tagName }) => tagName);

  it("shows what its author and its reviewers have written as text, whatever that is, and no wider for it", async () => {
    const options = { desk, close: () => undefined, reviewed: () => undefined };
    const made = (seen: SeenEntry) => {
      const items = [ownItem("demo", seen.entry, seen), seenItem(seen)];
      return items.map((item) => new EntryPage(item, options));
    };
    const plain = made(seenOf(0, "plain")).map(tagsOf);
    const { title: tabTitle } = document;
    const count = runs(50, 1000) / PLACES;
    for (let n = 0; n <= count; ++n) {
      stillRunning();
      // What is told goes out between two turns.
      await new Promise((resolve) => setTimeout(resolve));
      const texts = Array.from({ length: PLACES }, (_, place) =>
        n === count ? MEGABYTE : hostileText(n * PLACES + place),
      );
      const seen = seenOf(n, ...texts);
      const { entry, comment = "" } = seen;
      const { title } = entry;
      made(seen).forEach((page, i) => {
        body.append(page.element);
        expect(tagsOf(page)).toEqual(plain[i]);
        const { scrollWidth, clientWidth, textContent } = page.element;
        expect(scrollWidth).withContext(title.slice(0, 80)).toBe(clientWidth);
        expect(textContent).toContain(title);
        expect(textContent).toContain(comment);
        page.dispose();
        page.element.remove();
      });
    }
    expect("hit" in window).toBe(false);
    expect(document.title).toBe(tabTitle);
  }, 300_000);

  it("is of its entry until that turns out to be the person's own, which has fields to write in", () => {
    const options = { desk, close: () => undefined, reviewed: () => undefined };
    const [one, other] = [seenOf(1, "one"), seenOf(2, "other")];
    const page = new EntryPage(seenItem(one), options);
    expect(page.isOf(seenItem({ ...one, version: 2 }))).toBe(true);
    expect(page.isOf(seenItem(other))).toBe(false);
    const own = ownItem("demo", one.entry, one);
    expect(page.isOf(own)).toBe(false);
    const written = new EntryPage(own, options);
    expect(written.isOf(own)).toBe(true);
    expect(written.element.querySelector("form")).not.toBeNull();
    for (const each of [page, written]) each.dispose();
  });

  it("marks what its own author has reviewed as such", () => {
    const options = { desk, close: () => undefined, reviewed: () => undefined };
    const own = seenOf(1, "ada@lab.org");
    const text = (seen: SeenEntry) => {
      const page = new EntryPage(seenItem(seen), options);
      page.dispose();
      return page.element.textContent;
    };
    expect(text(own)).toContain("by ada@lab.org, its own author");
    expect(text({ ...own, reviewer: "bob@lab.org" })).not.toContain("its own");
  });
});
