import type { BrowserContext, Locator, Page } from "playwright-core";
import {
  newContext,
  origin,
  pageIn,
} from "../../../../config/stories/harness.js";

/** Faults of a page that are none where a story cuts off the network: the browser itself logs each request that failed. */
export const cutOff: readonly RegExp[] = [/Failed to load resource/];

/** What the stories of links use of the viewer. */
interface ViewerInPage {
  layerManager: { managedLayers: LayerInPage[] };
}

interface LayerInPage {
  name: string;
  layer: {
    dataSources: { spec: { url: string }; loadState?: { error?: Error } }[];
  } | null;
}

/** Refuses every request to another host. @returns the hosts that were asked, which grows */
export async function cutOffOthers(
  context: BrowserContext,
  origins: readonly string[],
): Promise<Set<string>> {
  const asked = new Set<string>();
  await context.route(
    (url) => !origins.includes(url.origin),
    async (route) => {
      asked.add(new URL(route.request().url()).host);
      await route.abort();
    },
  );
  return asked;
}

/** A page of ours with nobody else to talk to. */
export async function cutOffPage(): Promise<Page> {
  const context = await newContext();
  await cutOffOthers(context, [origin()]);
  return (await pageIn(context, { allow: cutOff })).page;
}

/** A layer with the demo volume's image. */
export function demoImage(server = origin()) {
  const source = `precomputed://${server}/volumes/demo/image`;
  return { type: "image", name: "near", source };
}

/** What the page says of a link. */
export function notices(page: Page): Locator {
  return page.getByRole("region", { name: "About this link" });
}

/** What the page says of a link, in these words among others. */
export function noticeOf(page: Page, text: string): Locator {
  return notices(page).getByRole("alert").filter({ hasText: text });
}

/** The fragment of a link that carries a state. */
export function fragmentOf(state: object): string {
  return `#!${encodeURIComponent(JSON.stringify(state))}`;
}

/** Opens a link in a page that is open, as a person does who pastes it into the address. */
export async function follow(page: Page, fragment: string): Promise<void> {
  await page.evaluate(async (fragment) => {
    const followed = new Promise((resolve) =>
      addEventListener("hashchange", resolve, { once: true }),
    );
    location.hash = fragment;
    await followed;
  }, fragment);
}

/** Waits until each source of each layer is there, or cannot be. @returns the names of the layers that have one that cannot */
export async function sourcesSettled(page: Page): Promise<string[]> {
  const settled = await page.waitForFunction(
    () => {
      const { viewer } = window as unknown as { viewer?: ViewerInPage };
      if (viewer === undefined) return false;
      const failed: string[] = [];
      for (const { name, layer } of viewer.layerManager.managedLayers) {
        const sources = (layer?.dataSources ?? []).filter(
          ({ spec }) => spec.url !== "",
        );
        if (sources.some(({ loadState }) => loadState === undefined)) {
          return false;
        }
        if (sources.some(({ loadState }) => loadState?.error !== undefined)) {
          failed.push(name);
        }
      }
      return { failed };
    },
    undefined,
    { timeout: 30_000, polling: 50 },
  );
  const result = await settled.jsonValue();
  return result === false ? [] : result.failed;
}

/** The names of the viewer's layers. */
export function layerNames(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as { viewer: ViewerInPage };
    return viewer.layerManager.managedLayers.map(({ name }) => name);
  });
}

/**
 * Waits until the viewer has written its address in the place of a link, and writes no more.
 * @returns the fragment
 */
export function addressWritten(page: Page, link: string): Promise<string> {
  return page.evaluate(async (link) => {
    let last = link;
    let since = performance.now();
    while (last === link || performance.now() - since < 600) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (location.hash === last) continue;
      last = location.hash;
      since = performance.now();
    }
    return last;
  }, link);
}

/** The state that a fragment carries. */
export function stateOf(fragment: string): unknown {
  return JSON.parse(decodeURIComponent(fragment.slice(2)));
}
