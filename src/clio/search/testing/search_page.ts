/** What the stories of the search do on a page with the viewer. */
import type { Locator, Page } from "playwright-core";
import { eventually } from "../../../../config/stories/eventually.js";
import { clickVoxel, type Voxel } from "../../../../config/stories/harness.js";

/** The search panel. */
export function searchPanel(page: Page): Locator {
  return page.getByRole("region", { name: "Search by example" });
}

/** Asks what looks like a voxel, as the original's gesture has it. */
export async function searchLike(page: Page, voxel: Voxel): Promise<void> {
  await clickVoxel(page, voxel, { modifiers: ["Alt"] });
}

/** The cards of matches that exist: those in view. */
export function matchCards(page: Page): Locator {
  return searchPanel(page).getByRole("listbox").getByRole("option");
}

/** Waits until matches are listed, and returns how many there are in all. */
export async function matchesListed(page: Page): Promise<number> {
  const first = matchCards(page).first();
  await first.waitFor();
  return Number(await first.getAttribute("aria-setsize"));
}

/** A match as its card says it. */
export interface SeenMatch {
  readonly distance: number;
  readonly place: readonly number[];
}

/** The matches whose cards exist, in their order. */
export async function seenMatches(page: Page): Promise<SeenMatch[]> {
  const cards = await matchCards(page).evaluateAll((options) =>
    options.map((option) => ({
      index: Number((option as HTMLElement).dataset.index),
      distance: option.querySelector(".clio-match-distance")!.textContent,
      place: option.querySelector(".clio-match-place")!.textContent,
    })),
  );
  return cards
    .sort((a, b) => a.index - b.index)
    .map(({ distance, place }) => ({
      distance: Number(/\d+/.exec(distance)![0]),
      place: [...place.matchAll(/\d+/g)].map(([digits]) => Number(digits)),
    }));
}

/** The list of saved searches. */
export function savedSearches(page: Page): Locator {
  return searchPanel(page).getByRole("list", { name: "Saved searches" });
}

/** What a page asks of the signature routes from now on. */
export function questionsOf(page: Page): string[] {
  const urls: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/v2/signatures/")) urls.push(request.url());
  });
  return urls;
}

/** The page's address, as soon as it names a search that is saved. */
export function addressOfSaved(page: Page, name: string): Promise<string> {
  return eventually(
    () => Promise.resolve(page.url()),
    (url) => decodeURIComponent(url).includes(`"name":"${name}"`),
  );
}

/** Waits until the panel says so, wherever in it. */
export async function panelSays(page: Page, text: RegExp): Promise<void> {
  await searchPanel(page).filter({ hasText: text }).waitFor();
}

/** The active match: how many there are before it. */
export async function activeMatch(page: Page): Promise<number> {
  const index = await searchPanel(page)
    .locator('[role="option"][aria-selected="true"]')
    .getAttribute("data-index");
  return Number(index);
}
