/** What the stories of the atlas do on a page with the viewer. */
import type { Locator, Page } from "playwright-core";
import { origin, viewerReady } from "../../../../config/stories/harness.js";
import { atlasLink } from "./atlas_link.js";

/** Opens the atlas beside the demo volume. */
export async function openAtlas(
  page: Page,
  link = atlasLink(origin()),
): Promise<void> {
  await page.goto(link);
  await viewerReady(page);
  await atlasSays(page, /places? ·/);
}

export function atlasPanel(page: Page): Locator {
  return page.getByRole("region", { name: "Atlas" });
}

/** What of a page is the atlas's own, for axe-core. */
export const OWN = ['[aria-label="Atlas"]', ".clio-button-bar"];

/** A button of the panel. */
export function button(page: Page, name: string | RegExp): Locator {
  return atlasPanel(page).getByRole("button", { name });
}

/** Waits until the panel says so, wherever in it. */
export async function atlasSays(page: Page, text: RegExp): Promise<void> {
  await atlasPanel(page).filter({ hasText: text }).waitFor();
}

/** The cards that exist: those in view. */
export function cards(page: Page): Locator {
  return atlasPanel(page).getByRole("listbox").getByRole("option");
}

/** Titles of the cards that exist, in their order. */
export function titles(page: Page): Promise<string[]> {
  return cards(page).evaluateAll((options) =>
    options
      .map((option) => ({
        index: Number((option as HTMLElement).dataset.index),
        title: option.querySelector(".clio-atlas-title")!.textContent,
      }))
      .sort((a, b) => a.index - b.index)
      .map(({ title }) => title),
  );
}

/** Adds the place at the cross-hair by keys alone, and writes it. */
export async function writePlace(
  page: Page,
  title: string,
  description: string,
): Promise<void> {
  await page.keyboard.press("Shift+A");
  await page
    .getByRole("textbox", { name: "Title" })
    .and(page.locator(":focus"))
    .waitFor();
  await page.keyboard.type(title);
  await page.keyboard.press("Tab");
  await page.keyboard.type(description);
  await page.keyboard.press("Tab");
  await atlasPanel(page)
    .getByRole("heading", { name: title, exact: true })
    .waitFor();
}

/** The middle of the view. */
export function position(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as {
      viewer: {
        navigationState: { position: { value: Float32Array } };
      };
    };
    return [...viewer.navigationState.position.value];
  });
}

/** Takes the middle of the view elsewhere. */
export function moveTo(page: Page, place: readonly number[]): Promise<void> {
  return page.evaluate((place) => {
    const { viewer } = window as unknown as {
      viewer: {
        navigationState: { position: { value: Float32Array } };
      };
    };
    viewer.navigationState.position.value = Float32Array.from(place);
  }, place);
}
