// From opening a link to a table of marks that takes keys, with a sandbox of any size, beside the mere reading of as many rows by Dexie.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { bench, type Report } from "../../../config/bench/bench.js";
import { startPageServer } from "../../../config/bench/plain.js";
import { launchSharedBrowser } from "../../../config/stories/browser.js";
import { StoryServer } from "../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../config/stories/volumes.js";
import { median } from "./testing/bench_page.js";
import { openFilled, openPanel, short } from "./testing/bench_view.js";
import type { Peers } from "./testing/peers_page.js";
import { sampleMarks } from "./testing/sample_marks.js";

const SIZES = [1_000, 100_000, 1_000_000];
/** To put a million rows by Dexie takes minutes. */
const PEER_SIZES = [100_000];

const REPEATS = 5;

interface Window {
  peers: Peers;
}

/** Opens a link. Resolves to the milliseconds until its table knows all rows, shows some, and follows a key. */
async function open(
  context: BrowserContext,
  link: string,
  size: number,
): Promise<number> {
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(link, { waitUntil: "commit" });
  await page.waitForFunction(
    (rows) => {
      const grid = document.querySelector<HTMLElement>(
        '[role="grid"][aria-label="Marks"]',
      );
      const row = grid?.querySelector(".clio-table-row");
      if (grid?.getAttribute("aria-rowcount") !== rows) return false;
      if (!row?.textContent) return false;
      grid.focus();
      grid.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }),
      );
      return grid.querySelector("[aria-current]") !== null;
    },
    String(size + 1),
    { polling: "raf" },
  );
  const time = performance.now() - start;
  await page.close();
  return time;
}

async function measureOurs(
  browser: Browser,
  origin: string,
  size: number,
): Promise<number> {
  const page = await openFilled(browser, origin, size);
  await openPanel(page);
  await page.waitForFunction(() => location.hash.includes("clioMarks"));
  const link = page.url();
  const context = page.context();
  await page.close();
  const times: number[] = [];
  // The first one warms the caches of the scripts and does not count.
  for (let i = -1; i < REPEATS; ++i) {
    const time = await open(context, link, size);
    if (i >= 0) times.push(time);
  }
  await context.close();
  return median(times);
}

async function measurePeer(
  browser: Browser,
  origin: string,
  size: number,
): Promise<number> {
  const context = await browser.newContext();
  const page: Page = await context.newPage();
  await page.goto(origin);
  await page.evaluate(
    (json) => (window as unknown as Window).peers.take(json),
    JSON.stringify(sampleMarks(0, size)),
  );
  await page.evaluate(() => (window as unknown as Window).peers.putByDexie());
  const times: number[] = [];
  for (let i = 0; i < REPEATS; ++i) {
    await page.reload();
    times.push(
      await page.evaluate(() =>
        (window as unknown as Window).peers.readByDexie(),
      ),
    );
  }
  await context.close();
  return median(times);
}

bench("annotations-open", async (report: Report) => {
  const data = storyData();
  await ensureDemo(data);
  const ours = await StoryServer.start(data);
  const peers = await startPageServer("test/peers-page", data);
  const browser = await launchSharedBrowser();
  try {
    for (const size of SIZES) {
      const value = await measureOurs(browser, ours.origin, size);
      report({
        name: `opening a link to an interactive table, ${short(size)} stored`,
        value,
        unit: "ms",
        ...(PEER_SIZES.includes(size) && {
          peer: "Dexie, reading alone",
          peerValue: await measurePeer(browser, peers.origin, size),
        }),
      });
    }
  } finally {
    await browser.close();
    await ours.stop();
    await peers.stop();
  }
});
