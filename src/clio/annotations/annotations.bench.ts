// Adding one point to a sandbox of any size, beside upstream's `local://annotations`, which keeps its points in the URL. Both pages are
// built alike, served alike and show the same view.
import type { Browser, Page } from "playwright-core";
import { bench } from "../../../config/bench/bench.js";
import { startPlainServer } from "../../../config/bench/plain.js";
import { launchSharedBrowser } from "../../../config/stories/browser.js";
import { StoryServer } from "../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../config/stories/volumes.js";
import {
  addClioPoint,
  addLocalPoint,
  median,
  redraw,
  urlLength,
  type Added,
} from "./testing/bench_page.js";
import {
  localPoints,
  openFilled,
  openView,
  short,
} from "./testing/bench_view.js";

const OUR_SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** At a million its URL would be 200 MB. */
const PEER_SIZES = [1_000, 10_000, 100_000];
const PEER = "upstream local://annotations";

/** Points added and redraws timed at each size. */
const REPEATS = 9;

const label = (size: number) => `${short(size)} stored`;

interface Measured {
  /** Milliseconds of scripts on the main thread for one added point, less those of a mere redraw. */
  script: number;
  /** Milliseconds until a frame with the point was drawn. */
  pixels: number;
  /** The same for a mere redraw. */
  redraw: number;
  /** Milliseconds in our own functions; not measured for the peer. */
  own: number;
  url: number;
}

async function measure(
  page: Page,
  add: (page: Page, i: number) => Promise<Added>,
): Promise<Measured> {
  const redraws: Added[] = [];
  const added: Added[] = [];
  for (let i = 0; i < REPEATS; ++i) {
    redraws.push(await redraw(page));
    added.push(await add(page, i));
  }
  const middle = (of: Added[], what: keyof Added) =>
    median(of.map((one) => one[what]));
  return {
    script: Math.max(0, middle(added, "script") - middle(redraws, "script")),
    pixels: middle(added, "pixels"),
    redraw: middle(redraws, "pixels"),
    own: middle(added, "own"),
    url: await urlLength(page),
  };
}

async function measureOurs(
  browser: Browser,
  origin: string,
  size: number,
): Promise<Measured> {
  const page = await openFilled(browser, origin, size);
  const measured = await measure(page, addClioPoint);
  await page.context().close();
  return measured;
}

async function measurePeer(
  browser: Browser,
  origin: string,
  size: number,
): Promise<Measured> {
  const page = await openView(browser, origin, localPoints(size));
  const measured = await measure(page, addLocalPoint);
  await page.context().close();
  return measured;
}

bench("annotations", async (report) => {
  const data = storyData();
  await ensureDemo(data);
  const ours = await StoryServer.start(data);
  const plain = await startPlainServer(data);
  const browser = await launchSharedBrowser();
  try {
    for (const size of OUR_SIZES) {
      // One after the other at each size, so that the machine's moods meet both.
      const own = await measureOurs(browser, ours.origin, size);
      const peer = PEER_SIZES.includes(size)
        ? await measurePeer(browser, plain.origin, size)
        : undefined;
      const beside = (value: number | undefined) =>
        value === undefined ? {} : { peer: PEER, peerValue: value };
      report({
        name: `adding a point, our code on the main thread, ${label(size)}`,
        value: own.own,
        unit: "ms",
        target: "< 16",
      });
      report({
        name: `adding a point, all scripts on the main thread, ${label(size)}`,
        value: own.script,
        unit: "ms",
        ...beside(peer?.script),
      });
      report({
        name: `adding a point to pixels, ${label(size)}`,
        value: own.pixels,
        unit: "ms",
        ...beside(peer?.pixels),
      });
      report({
        name: `a mere redraw, ${label(size)}`,
        value: own.redraw,
        unit: "ms",
        ...beside(peer?.redraw),
      });
      report({
        name: `length of the URL, ${label(size)}`,
        value: own.url,
        unit: "characters",
        target: "< 2000",
        ...beside(peer?.url),
      });
    }
  } finally {
    await browser.close();
    await ours.stop();
    await plain.stop();
  }
});
