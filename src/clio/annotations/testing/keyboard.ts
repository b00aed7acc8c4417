/** What the stories of people without a mouse do on a page. */
import type { Locator, Page } from "playwright-core";

/** More stops than there are on a page. */
const MOST_STOPS = 150;

export function hasFocus(control: Locator): Promise<boolean> {
  return control.evaluate((element) => element === document.activeElement);
}

/**
 * Presses Tab until a control has the focus.
 * @throws {Error} where a round of the page does not lead there
 */
export async function tabTo(
  page: Page,
  control: Locator,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<void> {
  await control.waitFor();
  for (let stops = 0; stops < MOST_STOPS; ++stops) {
    if (await hasFocus(control)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never leads to ${control.toString()}.`);
}
