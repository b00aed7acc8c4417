// From a keystroke in the search box to the rows of the table that it asks for, beside MiniSearch over the same marks. MiniSearch has an
// index and finds words by how they begin; ours has none, and finds any part of a text.
import type { Browser, Page } from "playwright-core";
import { bench, type Report } from "../../../../config/bench/bench.js";
import { startPageServer } from "../../../../config/bench/plain.js";
import { launchSharedBrowser } from "../../../../config/stories/browser.js";
import { StoryServer } from "../../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../../config/stories/volumes.js";
import { median, percentile95 } from "../testing/bench_page.js";
import { openFilled, openPanel, short } from "../testing/bench_view.js";
import type { Peers } from "../testing/peers_page.js";
import { sampleMarks } from "../testing/sample_marks.js";
import type { SandboxQuery } from "./sandbox_query.js";

const SIZES = [
  { size: 100_000, target: "< 16" },
  { size: 1_000_000, target: "< 60" },
];

/** What is typed, one letter after the other: what many marks have and what few have. */
const TYPED = [
  "synapse glia",
  "dark soma",
  "mitochondrion 12",
  "left edge 4",
  "e",
  "nucleus check again",
];

/** Between two keystrokes, in milliseconds: a fast typist's. */
const PAUSE = 120;
/** That of somebody who thinks about each letter, and sees the view follow: it is drawn while the next key is pressed. */
const LONG_PAUSE = 500;

/** Marks that are handed to the peer at once. */
const BATCH = 5_000;

interface Window {
  viewer: {
    layerManager: {
      getLayerByName(name: string): {
        layer: { sandboxSource: { query: SandboxQuery } };
      };
    };
  };
  /** Resolves once the rows of the keystroke that was awaited are in the table, to the milliseconds that it took. */
  answered: Promise<number>;
  peers: Peers;
}

interface Typed {
  fast: number[];
  slow: number[];
}

async function measureOurs(
  browser: Browser,
  origin: string,
  size: number,
): Promise<Typed> {
  const page = await openFilled(browser, origin, size);
  await openPanel(page);
  await page.getByRole("combobox", { name: "Search the marks" }).focus();
  const fast = await type(page, PAUSE);
  const slow = await type(page, LONG_PAUSE);
  await page.context().close();
  return { fast, slow };
}

/** Types all texts. Resolves to the milliseconds of each keystroke. */
async function type(page: Page, pause: number): Promise<number[]> {
  const times: number[] = [];
  for (const text of TYPED) {
    for (const letter of text) {
      await page.waitForTimeout(pause);
      times.push(await keystroke(page, letter));
    }
    await checkRows(page, text);
    // The next letter takes the place of all that is there.
    await page.keyboard.press("Control+a");
  }
  return times;
}

/** Presses a key in the search box. Resolves to the milliseconds from the key until the table has its rows. */
async function keystroke(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    const own = window as unknown as Window;
    const { layer } = own.viewer.layerManager.getLayerByName("marks");
    const { query } = layer.sandboxSource;
    own.answered = new Promise((resolve) => {
      let pressed: number | undefined;
      addEventListener("keydown", (event) => (pressed = event.timeStamp), {
        capture: true,
        once: true,
      });
      const remove = query.changed.add(() => {
        if (pressed === undefined || query.matching === undefined) return;
        remove();
        const start = pressed;
        written = performance.now();
        // Asked for after the table has asked for its rows, where it has to, and so answered after them.
        void query.rankOf("").then(() => {
          observer.disconnect();
          resolve(written - start);
        });
      });
      // Where the rows are those of before, nothing is written, and it is the answer that counts.
      let written = 0;
      const observer = new MutationObserver(() => {
        written = performance.now();
      });
      observer.observe(document.querySelector('[role="grid"]')!, {
        subtree: true,
        childList: true,
        attributes: true,
      });
    });
  });
  await page.keyboard.press(key);
  return page.evaluate(() => (window as unknown as Window).answered);
}

/** @throws {Error} where the table has not the rows that were asked for */
async function checkRows(page: Page, text: string): Promise<void> {
  const { matching, rows, first, shown } = await page.evaluate(async () => {
    const { viewer } = window as unknown as Window;
    const { layer } = viewer.layerManager.getLayerByName("marks");
    const { query } = layer.sandboxSource;
    const grid = document.querySelector('[role="grid"]');
    const [first] = await query.rows(0, 1);
    return {
      matching: query.matching,
      rows: Number(grid?.getAttribute("aria-rowcount")) - 1,
      first: first?.description ?? "",
      shown: grid?.querySelector(".clio-table-row")?.textContent ?? "",
    };
  });
  if (rows !== matching || !shown.includes(first)) {
    throw new Error(
      `After "${text}" the table has ${rows} rows, and ${matching} match; the first is "${shown}", expected "${first}".`,
    );
  }
}

async function measurePeer(
  browser: Browser,
  origin: string,
  size: number,
): Promise<number[]> {
  const page = await browser.newPage();
  await page.goto(origin);
  for (let from = 0; from < size; from += BATCH) {
    await page.evaluate(
      (json) => (window as unknown as Window).peers.index(json),
      JSON.stringify(sampleMarks(from, Math.min(size, from + BATCH))),
    );
  }
  const times: number[] = [];
  for (const text of TYPED) {
    for (let end = 1; end <= text.length; ++end) {
      times.push(
        await page.evaluate(
          (text) => (window as unknown as Window).peers.search(text),
          text.slice(0, end),
        ),
      );
    }
  }
  await page.close();
  return times;
}

async function measure(report: Report): Promise<void> {
  const data = storyData();
  await ensureDemo(data);
  const ours = await StoryServer.start(data);
  const peers = await startPageServer("test/peers-page", data);
  const browser = await launchSharedBrowser();
  try {
    for (const { size, target } of SIZES) {
      const own = await measureOurs(browser, ours.origin, size);
      const peer = await measurePeer(browser, peers.origin, size);
      const beside = { peer: "MiniSearch", peerValue: percentile95(peer) };
      report({
        name: `a keystroke to its rows, 95th percentile, ${short(size)} stored`,
        value: percentile95(own.fast),
        unit: "ms",
        target,
        ...beside,
      });
      report({
        name: `the same, typed slowly, while the view is drawn, ${short(size)} stored`,
        value: percentile95(own.slow),
        unit: "ms",
        ...beside,
      });
      report({
        name: `a keystroke to its rows, median, ${short(size)} stored`,
        value: median(own.fast),
        unit: "ms",
      });
    }
  } finally {
    await browser.close();
    await ours.stop();
    await peers.stop();
  }
}

bench("annotations-search", measure);
