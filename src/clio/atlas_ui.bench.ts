// The atlas as a person waits for it, with an album of many places: scrolling, the filter, a picture, and the server's list of a page.
//
// CLIO_BENCH_PLACES is how many there are (100000).
import { rm } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { makeAtlasData } from "../../config/bench/atlas_data.js";
import { bench, type Report } from "../../config/bench/bench.js";
import { launchSharedBrowser, viewport } from "../../config/stories/browser.js";
import { StoryServer } from "../../config/stories/server.js";
import { viewerReady } from "../../config/stories/viewer.js";
import { percentile95 } from "./annotations/testing/bench_page.js";
import {
  longestTasks,
  watchDrawing,
} from "./annotations/testing/main_thread.js";
import { atlasLink } from "./atlas/testing/atlas_link.js";

const USUAL = 100_000;
const PAGES = 100;
const KEYSTROKES = 30;
const PICTURES = 10;

bench("atlas", async (report) => {
  const count = Number(process.env.CLIO_BENCH_PLACES ?? USUAL);
  const data = await makeAtlasData(count);
  const server = await StoryServer.start(data, { CLIO_CONFIG: "" });
  const browser = await launchSharedBrowser();
  const of = `${count.toLocaleString("en")} places`;
  try {
    await measureList(server.origin, of, report);
    const page = await open(browser, server.origin, count);
    await measureScrolling(browser, page, of, report);
    await measureFilter(page, of, report);
    await keystrokes(page, [""], 1);
    await measurePatterns(browser, page, of, report);
    await measurePictures(page, report);
  } finally {
    await browser.close();
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
});

function atlasPanel(page: Page): Locator {
  return page.getByRole("region", { name: "Atlas" });
}

async function measureList(
  origin: string,
  of: string,
  report: Report,
): Promise<void> {
  const times: number[] = [];
  let before = 2 ** 40;
  for (let page = 0; page < PAGES; ++page) {
    const begun = performance.now();
    const answer = await fetch(
      `${origin}/api/atlas/entries?limit=100&before=${before}`,
    );
    const { next } = (await answer.json()) as { next?: number };
    times.push(performance.now() - begun);
    before = next ?? 2 ** 40;
  }
  report({
    name: `the server's list of a page of 100, p95, ${of}`,
    value: percentile95(times),
    unit: "ms",
    target: "< 20",
  });
}

async function open(
  browser: Browser,
  origin: string,
  count: number,
): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  await page.goto(atlasLink(origin));
  await viewerReady(page);
  const all = `${count.toLocaleString("en")} places ·`;
  await atlasPanel(page)
    .filter({ hasText: all })
    .waitFor({ timeout: 10 * 60_000 });
  return page;
}

async function measureScrolling(
  browser: Browser,
  page: Page,
  of: string,
  report: Report,
): Promise<void> {
  await watchDrawing(page);
  const { own } = await longestTasks(browser, page, async () => {
    await page.evaluate(async () => {
      const grid = document.querySelector(".clio-side-panel .clio-cards")!;
      for (let step = 1; step <= 200; ++step) {
        grid.scrollTop = (grid.scrollHeight * step) / 200;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    });
    // The view is drawn at least once, which says in the trace which thread is the page's.
    await page.keyboard.press("a");
    await page.waitForTimeout(500);
  });
  report({
    name: `longest own task of scrolling from the first card to the last, ${of}`,
    value: own,
    unit: "ms",
    target: "< 50",
  });
}

async function measureFilter(
  page: Page,
  of: string,
  report: Report,
): Promise<void> {
  const words = ["s", "so", "som", "soma", "soma 1", "axon 99", "tag:glia"];
  const times = await keystrokes(page, words, KEYSTROKES);
  report({
    name: `from a keystroke in the filter to its cards, p95, ${of}`,
    value: percentile95(times),
    unit: "ms",
    target: "< 30",
  });
}

/** Regular expressions take longer over all places than a keystroke may: the first cards come at once, and the others in turns. */
async function measurePatterns(
  browser: Browser,
  page: Page,
  of: string,
  report: Report,
): Promise<void> {
  const patterns = ["^s", "^so", "^som", "^soma", "^soma 1", "9{3}", "(l+)+$"];
  let times: number[] = [];
  let all = 0;
  await page.getByLabel("regex").check();
  const { own } = await longestTasks(browser, page, async () => {
    times = await keystrokes(page, patterns, KEYSTROKES);
    const begun = Date.now();
    await keystrokes(page, ["vesicle.*beside"], 1);
    await page
      .locator(".clio-atlas-status")
      .filter({ hasNotText: "looking" })
      .waitFor();
    all = Date.now() - begun;
    // The view is drawn at least once, which says in the trace which thread is the page's.
    await atlasPanel(page).getByRole("listbox").press("a");
    await page.waitForTimeout(500);
  });
  await keystrokes(page, [""], 1);
  await page.getByLabel("regex").uncheck();
  report({
    name: `from a keystroke in a regular expression to its first cards, p95, ${of}`,
    value: percentile95(times),
    unit: "ms",
    target: "< 30",
  });
  report({
    name: `from a regular expression to all of its cards, ${of}`,
    value: all,
    unit: "ms",
  });
  report({
    name: `longest own task of regular expressions, ${of}`,
    value: own,
    unit: "ms",
    target: "< 50",
  });
}

/** Puts texts into the filter one after the other, and returns how long each took until there were cards, in milliseconds. */
function keystrokes(
  page: Page,
  texts: readonly string[],
  count: number,
): Promise<number[]> {
  return page.evaluate(
    async ([texts, count]) => {
      const field = document.querySelector<HTMLInputElement>(
        ".clio-side-panel .clio-atlas-search",
      )!;
      const times: number[] = [];
      for (let i = 0; i < count; ++i) {
        field.value = texts[i % texts.length];
        const begun = performance.now();
        field.dispatchEvent(new Event("input", { bubbles: true }));
        // The cards are in the page by now, and laid out by this.
        document.querySelector(".clio-cards")!.getBoundingClientRect();
        times.push(performance.now() - begun);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return times;
    },
    [texts, count] as const,
  );
}

async function measurePictures(page: Page, report: Report): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < PICTURES; ++i) {
    const begun = performance.now();
    await page.keyboard.press("Shift+A");
    const title = atlasPanel(page).getByRole("textbox", { name: "Title" });
    await title.and(page.locator(":focus")).waitFor();
    times.push(performance.now() - begun);
    await atlasPanel(page)
      .getByRole("button", { name: "Back to the album (Esc)" })
      .press("Enter");
  }
  report({
    name: "from the key to the draft with its picture, p95",
    value: percentile95(times),
    unit: "ms",
    target: "< 500",
  });
}
