// What merging two segments and taking them apart costs the main thread with any number of merges stored, with the panel of merges closed,
// open, and open in an order that each merge may change, beside upstream's `local://equivalences`; and how long a page with so many takes to open.
import type { Browser, Page } from "playwright-core";
import { bench, type Report } from "../../config/bench/bench.js";
import { startPlainServer } from "../../config/bench/plain.js";
import { sizesWanted } from "../../config/bench/sizes.js";
import { launchSharedBrowser } from "../../config/stories/browser.js";
import { StoryServer } from "../../config/stories/server.js";
import { ensureDemo, storyData } from "../../config/stories/volumes.js";
import {
  median,
  percentile95,
  quiet,
} from "./annotations/testing/bench_page.js";
import { short } from "./annotations/testing/bench_view.js";
import { MainThread } from "./annotations/testing/main_thread.js";
import {
  contextWithMerges,
  type Drawings,
  drawings,
  mergeLocal,
  mergeOurs,
  openLocal,
  openMerges,
  unmergeLocal,
  unmergeOurs,
} from "./merges/testing/bench_merges.js";

const SIZES = [10, 10_000, 100_000, 1_000_000];
/** With more, the peer's state alone takes minutes to be read. */
const PEER_SIZES = [10, 10_000, 100_000];
const PEER = "upstream local://equivalences";

/** Up to so many merges all that follows of one is to stay within a frame too. */
const FOLLOWED = 100_000;

/** Each act is done so often at each size, and the view is drawn as it is so often. */
const REPEATS = 24;

interface Acts {
  merge(page: Page, number: number): Promise<void>;
  unmerge(page: Page, number: number): Promise<void>;
}
const OURS: Acts = { merge: mergeOurs, unmerge: unmergeOurs };
const LOCAL: Acts = { merge: mergeLocal, unmerge: unmergeLocal };
const NAMES = { merge: "merging two segments", unmerge: "taking them apart" };
type Act = keyof typeof NAMES;

/** Milliseconds of the main thread, 95th percentiles. */
interface Cost {
  /** Of all but the drawing of the view. */
  own: number;
  /** With what drawing the view took longer than where nothing has changed. */
  followed: number;
}

/** A page whose main thread is watched: once, as its drawing would be counted as often as it is. */
interface Watched {
  readonly page: Page;
  readonly thread: MainThread;
  readonly drawn: Drawings;
}

async function watch(page: Page): Promise<Watched> {
  const thread = await MainThread.of(page);
  return { page, thread, drawn: await drawings(page) };
}

async function measureActs(
  { page, thread, drawn }: Watched,
  acts: Acts,
): Promise<Record<Act, Cost>> {
  await quiet(page);
  const plain: number[] = [];
  for (let i = 0; i < REPEATS; ++i) {
    await drawn.again();
    plain.push(...(await drawn.take()));
  }
  const usual = median(plain);
  const costs: Record<Act, { own: number[]; followed: number[] }> = {
    merge: { own: [], followed: [] },
    unmerge: { own: [], followed: [] },
  };
  await quiet(page);
  for (let number = 0; number < REPEATS; ++number) {
    for (const act of Object.keys(NAMES) as Act[]) {
      const before = await thread.worked();
      await acts[act](page, number);
      await quiet(page);
      const own = (await thread.worked()) - before;
      const longer = (await drawn.take())
        .map((milliseconds) => Math.max(0, milliseconds - usual))
        .reduce((sum, each) => sum + each, 0);
      costs[act].own.push(own);
      costs[act].followed.push(own + longer);
    }
  }
  const cost = (act: Act) => ({
    own: percentile95(costs[act].own),
    followed: percentile95(costs[act].followed),
  });
  return { merge: cost("merge"), unmerge: cost("unmerge") };
}

async function measurePeer(browser: Browser, origin: string, size: number) {
  const page = await openLocal(browser, origin, size);
  try {
    return await measureActs(await watch(page), LOCAL);
  } finally {
    await page.context().close();
  }
}

async function measureSize(
  report: Report,
  browser: Browser,
  origins: { ours: string; plain: string },
  size: number,
): Promise<void> {
  const stored = `${short(size)} stored`;
  const context = await contextWithMerges(browser, origins.ours, size);
  const { page, milliseconds } = await openMerges(context, origins.ours);
  report({
    name: `a page opened until all is drawn as merged, ${stored}`,
    value: milliseconds,
    unit: "ms",
  });
  const closed = await measureActs(await watch(page), OURS);
  await page.close();
  const withPanel = await openMerges(context, origins.ours);
  await withPanel.page.keyboard.press("q");
  const panel = withPanel.page.getByRole("region", {
    name: "Merges",
    exact: true,
  });
  const rows = panel.locator(".clio-table-row").filter({ hasText: /\S/ });
  await rows.first().waitFor();
  const watched = await watch(withPanel.page);
  const open = await measureActs(watched, OURS);
  await panel.getByRole("button", { name: "Segments in all" }).click();
  await rows.first().waitFor();
  const sorted = await measureActs(watched, OURS);
  await context.close();
  const peer = PEER_SIZES.includes(size)
    ? await measurePeer(browser, origins.plain, size)
    : undefined;
  for (const [panel, costs] of [
    ["panel closed", closed],
    ["panel open", open],
    ["panel open, sorted by count", sorted],
  ] as const) {
    for (const [act, name] of Object.entries(NAMES) as [Act, string][]) {
      for (const [part, words, limit] of [
        ["own", "without drawing", Infinity],
        ["followed", "and what drawing takes longer by it", FOLLOWED],
      ] as const) {
        report({
          name: `${name}, ${panel}, main thread ${words}, 95th percentile, ${stored}`,
          value: costs[act][part],
          unit: "ms",
          ...(size <= limit && { target: "< 16" }),
          ...(peer && { peer: PEER, peerValue: peer[act][part] }),
        });
      }
    }
  }
}

async function measureAll(report: Report): Promise<void> {
  const data = storyData();
  await ensureDemo(data);
  const ours = await StoryServer.start(data);
  const plain = await startPlainServer(data);
  const browser = await launchSharedBrowser();
  const origins = { ours: ours.origin, plain: plain.origin };
  try {
    for (const size of sizesWanted() ?? SIZES) {
      await measureSize(report, browser, origins, size);
    }
  } finally {
    await browser.close();
    await ours.stop();
    await plain.stop();
  }
}

bench("merges", measureAll);
