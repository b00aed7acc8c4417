// A thousand marks gone through by keys alone: each is selected, checked, and every third one tagged. No task of the main thread is to
// be long enough for a person to feel it. What draws the view is upstream's, and so is the wait for the graphics processor, which is the
// processor itself here: the peer shows what a view with as many points of upstream's own costs when it merely moves as often.
import type { Browser, Page } from "playwright-core";
import { bench, type Report } from "../../../../config/bench/bench.js";
import { launchSharedBrowser } from "../../../../config/stories/browser.js";
import { StoryServer } from "../../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../../config/stories/volumes.js";
import { startPlainServer } from "../../../../config/bench/plain.js";
import { pan } from "../testing/bench_page.js";
import {
  localPoints,
  openFilled,
  openPanel,
  openView,
} from "../testing/bench_view.js";
import { longestTasks, watchDrawing } from "../testing/main_thread.js";

const MARKS = 1_000;

/** Frames of the peer: enough to meet the longest ones. */
const FRAMES = 200;

/** Marks of one trace: that of all would be longer than a text may be. */
const TRACED = 50;

/** Goes through some marks. */
async function triage(page: Page, from: number, to: number): Promise<void> {
  for (let i = from; i < to; ++i) {
    await page.keyboard.press("j");
    await page.keyboard.press("Space");
    if (i % 3 === 0) await page.keyboard.press("b");
  }
}

/** Waits until the last mark is checked. */
async function allChecked(page: Page): Promise<void> {
  await page
    .getByRole("combobox", { name: "Search the marks" })
    .fill("is:unchecked");
  await page
    .locator(".clio-side-panel")
    .getByRole("status")
    .filter({ hasText: "· 0 shown" })
    .waitFor();
}

/** The longest task of upstream's viewer while its view moves, with all that is in it. */
async function longestOfPeer(
  browser: Browser,
  origin: string,
): Promise<number> {
  const page = await openView(browser, origin, localPoints(MARKS));
  await watchDrawing(page);
  const { whole } = await longestTasks(browser, page, async () => {
    await pan(page, { voxelsPerPixel: 0.5, frames: FRAMES });
  });
  await page.context().close();
  return whole;
}

bench("annotations-triage", async (report: Report) => {
  const data = storyData();
  await ensureDemo(data);
  const server = await StoryServer.start(data);
  const plain = await startPlainServer(data);
  const browser = await launchSharedBrowser();
  try {
    const page = await openFilled(browser, server.origin, MARKS);
    await page.evaluate(() =>
      localStorage.setItem("clio.tagKeys", JSON.stringify({ b: "again" })),
    );
    await openPanel(page);
    await watchDrawing(page);
    await page.getByRole("grid", { name: "Marks" }).focus();
    let own = 0;
    let whole = 0;
    let time = 0;
    for (let from = 0; from < MARKS; from += TRACED) {
      const longest = await longestTasks(browser, page, async () => {
        const start = performance.now();
        await triage(page, from, from + TRACED);
        time += performance.now() - start;
      });
      own = Math.max(own, longest.own);
      whole = Math.max(whole, longest.whole);
    }
    const each = time / MARKS;
    await allChecked(page);
    await page.context().close();
    report({
      name: "1k marks by keys, longest task in our code",
      value: own,
      unit: "ms",
      target: "< 50",
    });
    report({
      name: "1k marks by keys, longest task with the view's drawing",
      value: whole,
      unit: "ms",
      peer: "upstream's view with 1k points, moving",
      peerValue: await longestOfPeer(browser, plain.origin),
    });
    report({ name: "1k marks by keys, each", value: each, unit: "ms" });
  } finally {
    await browser.close();
    await server.stop();
    await plain.stop();
  }
});
