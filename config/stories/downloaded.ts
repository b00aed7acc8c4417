import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

/** The text of the file that an act on the page downloads. */
export async function downloaded(
  page: Page,
  act: () => Promise<void>,
): Promise<{ name: string; text: string }> {
  const download = page.waitForEvent("download");
  await act();
  const file = await download;
  const text = readFileSync(await file.path(), "utf8");
  return { name: file.suggestedFilename(), text };
}
