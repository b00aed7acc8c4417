import { type BrowserContext, errors, type Page } from "playwright-core";
import {
  newContext,
  openWatched,
  origin,
  viewerReady,
  viewerState,
  type WatchedPage,
} from "../../../../config/stories/harness.js";
import { cutOff, cutOffOthers, follow, fragmentOf } from "./link_page.js";

/** Something that no link may do, and the link after which it was seen. */
export interface Fault {
  readonly index: number;
  readonly what: string;
}

/** What the page notes of itself from before its first script on. */
interface Ledger {
  current: number;
  faults: Fault[];
  writes: number;
}

interface LedgerPage {
  ledger: Ledger;
}

/** Small: a frame then takes the time of a thumbnail, also where a program draws it. */
const viewport = { width: 320, height: 240 };

/** The schemes whose host does not stand in the link. */
const hostsOfSchemes: readonly [scheme: string, host: RegExp][] = [
  ["gs:", /^storage\.googleapis\.com$/],
  ["s3:", /(^|\.)s3([.-][a-z0-9-]+)?\.amazonaws\.com$/],
];

/** A page that hostile links are followed in, one after the other. */
export class HostilePage {
  private followed = "";

  private constructor(
    private readonly context: BrowserContext,
    private readonly watched: WatchedPage,
    private readonly asked: Set<string>,
  ) {}

  static async open(fragment = ""): Promise<HostilePage> {
    const context = await newContext();
    const asked = await cutOffOthers(context, [origin()]);
    const watched = await openWatched(context, origin(), {
      allow: [...cutOff, /^uncaught:/],
    });
    await watched.page.setViewportSize(viewport);
    await watched.page.addInitScript(keepLedger);
    await watched.page.goto(`${origin()}/${fragment}`);
    // The page makes its database, empty, as soon as it opens: what links do to it is counted from then on.
    await watched.page.waitForFunction(isOpen);
    const made = new HostilePage(context, watched, asked);
    made.note([fragment]);
    return made;
  }

  /**
   * Follows links, each as soon as the page has drawn what the one before became.
   * @returns what was seen that no link may do, each with the index of the link that was being followed
   */
  async followAll(fragments: readonly string[]): Promise<Fault[]> {
    this.note(fragments);
    const { page } = this.watched;
    const before = await page.evaluate(storedRecords);
    await page.evaluate(followInPage, fragments);
    const after = await page.evaluate(storedRecords);
    const { faults, writes } = await page.evaluate(takeLedger);
    const last = fragments.length - 1;
    const add = (what: string) => faults.push({ index: last, what });
    if (writes > 0) add(`the sandbox's database was written ${writes} times`);
    if (after !== before) add(`the database held ${before}, now ${after}`);
    for (const host of this.asked) {
      if (!this.isNamed(host)) add(`${host} was asked, and no link names it`);
    }
    for (const fault of this.watched.faults.splice(0)) add(fault);
    if (this.context.pages().length > 1) add("a window was opened");
    return faults;
  }

  /**
   * Opens a view without layers, and then a good link.
   * @param patienceMs how long the good link may take to be drawn
   * @returns what does not open as ever
   */
  async aftermath(patienceMs: number): Promise<string | undefined> {
    await follow(this.page, fragmentOf({ title: "Empty" }));
    const empty = await viewerState(this.page);
    if (empty.dimensions !== undefined) {
      return `a view without layers then has the dimensions ${JSON.stringify(empty.dimensions)}`;
    }
    const source = `precomputed://${origin()}/volumes/demo/image`;
    const layers = [{ type: "image", source, name: "image" }];
    await follow(this.page, fragmentOf({ layers, layout: "xy" }));
    try {
      await viewerReady(this.page, patienceMs);
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      const state = JSON.stringify(await viewerState(this.page));
      return `a good link then is not drawn within ${patienceMs} ms, and its view is ${state}`;
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.context.close();
  }

  private get page(): Page {
    return this.watched.page;
  }

  private note(fragments: readonly string[]): void {
    for (const fragment of fragments) {
      // What a host could stand in is short.
      if (fragment.length < 100_000) this.followed += ` ${readable(fragment)}`;
    }
  }

  private isNamed(host: string): boolean {
    return (
      this.followed.includes(host) ||
      hostsOfSchemes.some(
        ([scheme, pattern]) =>
          pattern.test(host) && this.followed.includes(scheme),
      )
    );
  }
}

/** A fragment as a person reads it. */
export function readable(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** Runs in the page. */
function isOpen(): boolean {
  const { clio } = window as unknown as {
    clio?: { store: { state: { value: string } } };
  };
  return clio?.store.state.value === "ready";
}

/** Runs in the page. */
function keepLedger(): void {
  const ledger: Ledger = { current: -1, faults: [], writes: 0 };
  (window as unknown as LedgerPage).ledger = ledger;
  const add = (what: string) =>
    ledger.faults.push({ index: ledger.current, what });
  const words = (error: unknown) =>
    error instanceof Error ? (error.stack ?? error.message) : String(error);
  addEventListener("error", (event) =>
    add(`uncaught: ${words(event.error ?? event.message)}`),
  );
  addEventListener("unhandledrejection", (event) =>
    add(`unhandled rejection: ${words(event.reason)}`),
  );
  for (const name of ["alert", "confirm", "prompt", "open"] as const) {
    window[name] = () => {
      add(`${name}() was called`);
      return null as never;
    };
  }
  const store = IDBObjectStore.prototype as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  for (const name of ["add", "put", "delete", "clear"]) {
    const method = store[name];
    store[name] = function (this: IDBObjectStore, ...args) {
      // A database that was just made, and its second copy, say there that they are complete.
      if (this.name !== "meta") ++ledger.writes;
      return method.apply(this, args);
    };
  }
}

/** Runs in the page: what was noted since the last time. */
function takeLedger(): { faults: Fault[]; writes: number } {
  const { ledger } = window as unknown as LedgerPage;
  const taken = { faults: ledger.faults, writes: ledger.writes };
  ledger.faults = [];
  ledger.writes = 0;
  return taken;
}

/** Runs in the page. */
async function followInPage(fragments: readonly string[]): Promise<void> {
  const { ledger } = window as unknown as LedgerPage;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (const [index, fragment] of fragments.entries()) {
    ledger.current = index;
    const before = location.href;
    const changed = new Promise((resolve) =>
      addEventListener("hashchange", resolve, { once: true }),
    );
    location.hash = fragment;
    if (location.href !== before) await changed;
    // One to lay out and one to draw, and a moment for sources to answer.
    await frame();
    await frame();
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  // The address is written some time after.
  await new Promise((resolve) => setTimeout(resolve, 600));
}

/** Runs in the page: how many records each part of Clio's database holds. */
async function storedRecords(): Promise<string> {
  const known = await indexedDB.databases();
  if (!known.some(({ name }) => name === "clio")) return "nothing";
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () =>
        reject(request.error ?? new Error("no reason given"));
    });
  const db = await done(indexedDB.open("clio"));
  const counts: string[] = [];
  for (const name of db.objectStoreNames) {
    const store = db.transaction(name).objectStore(name);
    counts.push(`${name} ${await done(store.count())}`);
  }
  db.close();
  return counts.join(", ");
}
