import type { Page } from "playwright-core";

/** A server that is there only while pages load. */
export interface AwayServer {
  /** Has it running, where it was before. */
  comeBack(): Promise<void>;
  /** Ends it with no chance to do anything about it. */
  goAway(): Promise<void>;
}

/** What the console says of a server that is away. */
export const awayFaults = [/Failed to load resource/, /net::ERR_/];

/** What the page offers to scripts, as far as it is used here. */
interface LoadedInPage {
  clio?: { loaded: Promise<void> };
}

const away = new WeakMap<Page, AwayServer>();

/** Has the server of a page there while the page loads, and at no other time: from when it goes to an address until `loaded`. */
export function awayOnceLoaded(page: Page, server: AwayServer): void {
  away.set(page, server);
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...args) => {
    await server.comeBack();
    return goto(...args);
  };
  page.reload = async (...args) => {
    await server.comeBack();
    return reload(...args);
  };
}

/** To be called when a page has drawn what it shows: where its server goes away then, it does so as soon as the page has the rest. */
export async function loaded(page: Page): Promise<void> {
  const server = away.get(page);
  if (server === undefined) return;
  await restLoaded(page);
  await server.goAway();
}

/** Waits until a page has all of itself that local work may ask for later. */
export async function restLoaded(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as LoadedInPage).clio?.loaded);
}
