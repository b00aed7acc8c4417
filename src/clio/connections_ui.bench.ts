// A cell with very many partners as a person waits for it: from the server's answer to the rows, a key in the filter, another order, and the
// longest task meanwhile.
//
// --sizes 10k,100k is how many partners there are (100k).
import type { Browser, Page } from "playwright-core";
import { bench, type Report } from "../../config/bench/bench.js";
import { sizesWanted } from "../../config/bench/sizes.js";
import { BUSY_CELL, busyCell } from "../../config/stories/busy_cell.js";
import { launchSharedBrowser, viewport } from "../../config/stories/browser.js";
import { NeuprintServer } from "../../config/stories/neuprint_server.js";
import { chooseDemo } from "../../config/stories/viewer.js";
import { percentile95 } from "./annotations/testing/bench_page.js";
import {
  longestTasks,
  watchDrawing,
} from "./annotations/testing/main_thread.js";

const USUAL = 100_000;
const KEYSTROKES = 30;

bench("connections panel", async (report) => {
  for (const size of sizesWanted() ?? [USUAL]) await measure(size, report);
});

async function measure(size: number, report: Report): Promise<void> {
  const server = await NeuprintServer.start(busyCell(size));
  const browser = await launchSharedBrowser();
  try {
    const page = await (await browser.newContext({ viewport })).newPage();
    await page.goto(server.origin);
    await chooseDemo(page);
    await selectBusyCell(page);
    await measurePage(browser, page, size, report);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Nothing sends to the cell: its outputs are asked for later. */
async function selectBusyCell(page: Page): Promise<void> {
  await page.keyboard.press("c");
  const find = page.getByRole("searchbox", { name: /^Find a cell/ });
  await find.fill(String(BUSY_CELL));
  await find.press("Enter");
  await page
    .getByRole("list", { name: "Cells found" })
    .getByRole("button")
    .press("Enter");
  await page.getByText("neuPrint knows no inputs").waitFor();
}

async function measurePage(
  browser: Browser,
  page: Page,
  size: number,
  report: Report,
): Promise<void> {
  const of = `${size.toLocaleString("en")} partners`;
  const report1 = (name: string, value: number, target?: string) =>
    report({
      ...{ name: `${name}, ${of}`, value, unit: "ms" },
      ...(target !== undefined && { target }),
    });
  await watchDrawing(page);
  const { own } = await longestTasks(browser, page, async () => {
    report1("from the server's answer to the rows", await rowsAfter(page));
    report1(
      "from a keystroke in the filter to its rows, p95",
      percentile95(await filterTimes(page)),
      "< 50",
    );
    report1("first sorting by name", await sortingTime(page));
    report1("sorting by name once more", await sortingTime(page), "< 50");
    await scroll(page);
  });
  report1("longest own task of all that", own, "< 50");
}

/** Asks for the outputs. Milliseconds from when the answer was there. */
async function rowsAfter(page: Page): Promise<number> {
  await page.keyboard.press("o");
  const grid = page.getByRole("grid", { name: "Partners" });
  await grid.locator(".clio-table-row").first().waitFor();
  return page.evaluate(() => {
    const now = performance.now();
    const [answer] = performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.endsWith("/connections"))
      .slice(-1) as PerformanceResourceTiming[];
    return now - answer.responseEnd;
  });
}

function filterTimes(page: Page): Promise<number[]> {
  return page.evaluate(async (keystrokes) => {
    const field = document.querySelector<HTMLInputElement>(
      ".clio-side-panel .clio-connections-text",
    )!;
    const words = ["m", "ma", "man", "many", "many1", "many17", "traced 99"];
    const times: number[] = [];
    for (let i = 0; i < keystrokes; ++i) {
      field.value = words[i % words.length];
      const begun = performance.now();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      // The rows are in memory: they are in the page with the next turn, and laid out by this.
      await Promise.resolve();
      document.querySelector(".clio-table-rows")!.getBoundingClientRect();
      times.push(performance.now() - begun);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return times;
  }, KEYSTROKES);
}

/** Milliseconds from a click on the head of the names to when other rows are shown. */
function sortingTime(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const panel = document.querySelector(".clio-side-panel .clio-table")!;
    // The strongest partner may be the first by its name as well.
    const shown = () => panel.querySelector(".clio-table-rows")!.textContent;
    const head = [...panel.querySelectorAll("button")].find(
      (each) => each.textContent === "Name",
    )!;
    const before = shown();
    const begun = performance.now();
    head.click();
    while (shown() === before) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - begun;
  });
}

function scroll(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const table = document.querySelector(".clio-side-panel .clio-table")!;
    for (let step = 1; step <= 100; ++step) {
      table.scrollTop = (table.scrollHeight * step) / 100;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}
