import { animationFrameDebounce } from "neuroglancer/unstable/util/animation_frame_debounce.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { AtlasPage, SeenEntry } from "../model/atlas_wire.js";
import {
  type AlbumFilter,
  type AlbumTab,
  isInTab,
  keptBy,
  NO_FILTER,
} from "./album_filter.js";
import { type AlbumItem, itemKey, ownItem, seenItem } from "./album_item.js";
import { AtlasRefusal, type AtlasServer } from "./atlas_server.js";
import type { OwnEntries } from "./own_entries.js";
import { Sieve } from "./sieve.js";

/** How long after an answer the server is asked again what is new, in milliseconds. */
const REFRESH_MS = 15_000;

export type AlbumOrder = "newest" | "title" | "distance";

/** How the album on the server stands. */
export type AlbumStanding =
  | "loading"
  | "loaded"
  /** The server is not there, or not now. */
  | "away"
  /** There is none that keeps records. */
  | "alone";

/** Tells how far an item is from a place in nm; undefined where that is not known. */
type Distance = (item: AlbumItem) => number | undefined;

export const TABS: readonly AlbumTab[] = [
  "all",
  "verified",
  "submitted",
  "changes requested",
  "own",
];

/** All places that a person may see: their own, and those on the server; and which of them are shown in which order. */
export class Album extends RefCounted {
  /** Told, once a frame, when something of it is another. */
  readonly changed = new NullarySignal();
  standing: AlbumStanding = "loading";
  /** Whether the server is one person's own. */
  isAlone = false;
  /** What is wrong with the filter; undefined where nothing is. */
  wrong: string | undefined;
  /** The items that are shown, in their order. */
  shown: readonly AlbumItem[] = [];
  /** Whether more of them may be found still. */
  isLooking = false;
  readonly counts = new Map<AlbumTab, number>();

  private chosen: AlbumFilter = NO_FILTER;
  private chosenOrder: AlbumOrder = "newest";
  /** What the server has told, by key. */
  private readonly seen = new Map<string, SeenEntry>();
  private readonly seenItems = new Map<string, AlbumItem>();
  /** When all was put together last, and how long that took, in milliseconds. */
  private gathered = { at: 0, took: 0 };
  private items: AlbumItem[] = [];
  private readonly sieve = new Sieve<AlbumItem>();
  /** Whether what is looked for is other than what was shown last. */
  private isOther = false;
  private reviews: ReadonlySet<string> = new Set();
  private newest = 0;
  /** Whether all that the server has told is put together. */
  private isTold = true;
  private asking: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly later: (() => void) & { cancel(): void };

  constructor(
    private readonly own: OwnEntries,
    private readonly server: AtlasServer,
    private readonly person: string,
    /** Measures from where the cross-hair is now. */
    readonly distances: () => Distance,
  ) {
    super();
    this.later = animationFrameDebounce(() => this.gather());
    this.registerDisposer(() => {
      this.later.cancel();
      clearTimeout(this.timer);
      this.sieve.stop();
    });
    const unlisten = own.changed.add(() => {
      this.later();
      // What was delivered meanwhile may stand otherwise.
      this.refreshSoon(2_000);
    });
    this.registerDisposer(unlisten);
    // Whoever comes back to the page sees what is new at once.
    this.registerEventListener(window, "focus", () => void this.refresh());
    this.gather();
    void this.refresh();
  }

  get filter(): AlbumFilter {
    return this.chosen;
  }

  set filter(filter: AlbumFilter) {
    this.chosen = filter;
    this.isOther = true;
    this.show();
  }

  get order(): AlbumOrder {
    return this.chosenOrder;
  }

  set order(order: AlbumOrder) {
    this.chosenOrder = order;
    this.isOther = true;
    this.gather();
  }

  /** Everything in it. */
  get all(): readonly AlbumItem[] {
    return this.items;
  }

  find(dataset: string, id: string): AlbumItem | undefined {
    const key = itemKey(dataset, id);
    return this.items.find((item) => item.key === key);
  }

  /** Whether the person may review an item now. */
  mayReview({ seen, isOwn, dataset }: AlbumItem): boolean {
    if (seen === undefined || !this.reviews.has(dataset)) return false;
    return !isOwn || this.isAlone;
  }

  /** Takes over what the server has answered of one entry. */
  take(seen: SeenEntry): void {
    this.note(seen);
    this.gather();
  }

  /** Orders and filters anew: the cross-hair is elsewhere. */
  moved(): void {
    if (this.chosenOrder === "distance") this.gather();
    else if (this.chosen.within !== undefined) this.show();
  }

  /** Asks the server what is new, and for all of it the first time. Never rejects. */
  refresh(): Promise<void> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
      this.refreshSoon(REFRESH_MS);
    });
    return this.asking;
  }

  private refreshSoon(milliseconds: number): void {
    clearTimeout(this.timer);
    if (this.wasDisposed || this.standing === "alone") return;
    this.timer = setTimeout(() => {
      // What nobody looks at is asked for when somebody does.
      if (document.hidden) this.refreshSoon(REFRESH_MS);
      else void this.refresh();
    }, milliseconds);
  }

  private async ask(): Promise<void> {
    const { server } = this;
    try {
      const { sync } = await server.session();
      if (!sync) {
        this.stand("alone");
        return;
      }
      const known = this.newest;
      let newest = known;
      let before: number | undefined;
      do {
        const page = await server.page(before, known);
        if (this.wasDisposed) return;
        this.takePage(page);
        newest = Math.max(newest, ...page.entries.map(({ seq }) => seq));
        before = page.next;
        // The rest of the page has its turn.
        await new Promise((resolve) => setTimeout(resolve));
      } while (before !== undefined);
      // Not before the last page: what is on one that did not come is older than the newest, and would never be asked for again.
      this.newest = newest;
      if (!this.isTold) this.later();
      this.stand("loaded");
    } catch (error) {
      if (error instanceof AtlasRefusal) {
        console.warn("Clio could not read the atlas:", error.message);
      }
      this.stand("away");
    }
  }

  private stand(standing: AlbumStanding): void {
    if (this.wasDisposed || standing === this.standing) return;
    this.standing = standing;
    this.later();
  }

  private takePage({ entries, gone, reviews, isAlone }: AtlasPage): void {
    for (const each of entries) this.note(each);
    for (const { dataset, id } of gone) {
      this.seen.delete(itemKey(dataset, id));
      this.seenItems.delete(itemKey(dataset, id));
    }
    const isSame =
      isAlone === this.isAlone &&
      reviews.length === this.reviews.size &&
      reviews.every((each) => this.reviews.has(each));
    this.reviews = new Set(reviews);
    this.isAlone = isAlone;
    if (isSame && entries.length === 0 && gone.length === 0) return;
    this.isTold = false;
    // While very many come, putting them together takes a small share of the time.
    const { at, took } = this.gathered;
    if (performance.now() - at > 10 * took) this.later();
  }

  private note(seen: SeenEntry): void {
    const item = seenItem(seen);
    this.seen.set(item.key, seen);
    this.seenItems.set(item.key, item);
  }

  /** Puts together what is one's own and what the server has. */
  private gather(): void {
    const { seen } = this;
    const begun = performance.now();
    this.isTold = true;
    const items: AlbumItem[] = [];
    const own = new Set<string>();
    for (const { dataset, entry } of this.own.all()) {
      const key = itemKey(dataset, entry.id);
      own.add(key);
      items.push(ownItem(dataset, entry, seen.get(key)));
    }
    for (const [key, item] of this.seenItems) {
      if (own.has(key)) continue;
      // What was deleted here is on its way to the server.
      if (item.entry.user === this.person && this.own.isRead) continue;
      items.push(item);
    }
    this.items = this.inOrder(items);
    this.counts.clear();
    for (const tab of TABS) {
      this.counts.set(tab, items.filter((item) => isInTab(item, tab)).length);
    }
    this.show();
    const at = performance.now();
    this.gathered = { at, took: at - begun };
  }

  private inOrder(items: AlbumItem[]): AlbumItem[] {
    const newer = (a: AlbumItem, b: AlbumItem) =>
      b.at - a.at || (a.key < b.key ? -1 : 1);
    if (this.chosenOrder === "newest") return items.sort(newer);
    if (this.chosenOrder === "title") {
      const { compare } = new Intl.Collator("en", { numeric: true });
      return items.sort(
        (a, b) => compare(a.entry.title, b.entry.title) || newer(a, b),
      );
    }
    const distance = this.distances();
    // Each is measured once, and not for each comparison.
    return items
      .map((item) => ({ item, far: distance(item) ?? Infinity }))
      .sort((a, b) => (a.far === b.far ? newer(a.item, b.item) : a.far - b.far))
      .map(({ item }) => item);
  }

  private show(): void {
    const keeps = keptBy(this.chosen, this.distances());
    this.wrong = "wrong" in keeps ? keeps.wrong : undefined;
    if ("wrong" in keeps) {
      // Under a filter that is none what was shown stays.
      this.changed.dispatch();
      return;
    }
    this.sieve.start(this.items, keeps.test, keeps.atOnce, (found, isAll) => {
      this.isLooking = !isAll;
      // A part of what is shown already would only move it to and fro.
      if (isAll || this.isOther) this.shown = found;
      if (isAll) this.isOther = false;
      this.changed.dispatch();
    });
  }
}
