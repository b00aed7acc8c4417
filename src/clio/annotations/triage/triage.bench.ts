// A thousand marks gone through by keys alone: each is selected, checked, and every third one tagged. No task of the main thread is to
// be long enough for a person to feel it; what draws the view is upstream's, and left out.
import type { Page } from "playwright-core";
import { bench, type Report } from "../../../../config/bench/bench.js";
import { launchSharedBrowser } from "../../../../config/stories/browser.js";
import { StoryServer } from "../../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../../config/stories/volumes.js";
import { openFilled, openPanel } from "../testing/bench_view.js";
import { longestTask, watchDrawing } from "../testing/main_thread.js";

const MARKS = 1_000;

/** Goes through all marks, and waits until the last one is checked. */
async function triage(page: Page): Promise<void> {
  await page.getByRole("grid", { name: "Marks" }).focus();
  for (let i = 0; i < MARKS; ++i) {
    await page.keyboard.press("j");
    await page.keyboard.press("Space");
    if (i % 3 === 0) await page.keyboard.press("q");
  }
  await page
    .getByRole("combobox", { name: "Search the marks" })
    .fill("is:unchecked");
  await page
    .locator(".clio-side-panel")
    .getByRole("status")
    .filter({ hasText: "· 0 shown" })
    .waitFor();
}

bench("annotations-triage", async (report: Report) => {
  const data = storyData();
  await ensureDemo(data);
  const server = await StoryServer.start(data);
  const browser = await launchSharedBrowser();
  try {
    const page = await openFilled(browser, server.origin, MARKS);
    await page.evaluate(() =>
      localStorage.setItem("clio.tagKeys", JSON.stringify({ q: "again" })),
    );
    await openPanel(page);
    await watchDrawing(page);
    const start = performance.now();
    const longest = await longestTask(browser, page, () => triage(page));
    const each = (performance.now() - start) / MARKS;
    report({
      name: "1k marks by keys, longest task without drawing",
      value: longest,
      unit: "ms",
      target: "< 50",
    });
    report({ name: "1k marks by keys, each", value: each, unit: "ms" });
  } finally {
    await browser.close();
    await server.stop();
  }
});
