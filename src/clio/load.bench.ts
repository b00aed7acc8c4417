// From opening a link to a viewer that takes keys, and to one whose view is drawn whole: with an empty sandbox, with 100,000 marks in it,
// and beside the plain upstream viewer with the same image.
import type { BrowserContext } from "playwright-core";
import { bench } from "../../config/bench/bench.js";
import { startPlainServer } from "../../config/bench/plain.js";
import { launchSharedBrowser, viewport } from "../../config/stories/browser.js";
import { StoryServer } from "../../config/stories/server.js";
import { viewerReady } from "../../config/stories/viewer.js";
import { ensureDemo, storyData } from "../../config/stories/volumes.js";
import { fillSandbox, median } from "./annotations/testing/bench_page.js";

const REPEATS = 9;
const STORED = 100_000;
const PEER = "plain upstream viewer";

interface Loaded {
  /** Milliseconds from the navigation until the viewer takes keys. */
  interactive: number;
  /** Milliseconds until all that is in view is drawn. */
  pixels: number;
}

function link(origin: string, layers: readonly object[]): string {
  const image = {
    type: "image",
    source: `precomputed://${origin}/volumes/demo/image`,
    name: "image",
  };
  const state = JSON.stringify({
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    layout: "xy",
    layers: [image, ...layers],
  });
  return `${origin}/#!${encodeURIComponent(state)}`;
}

async function load(context: BrowserContext, url: string): Promise<Loaded> {
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => "viewer" in window, undefined, {
    polling: "raf",
  });
  const interactive = performance.now() - start;
  await viewerReady(page);
  const pixels = performance.now() - start;
  await page.close();
  return { interactive, pixels };
}

bench("load", async (report) => {
  const data = storyData();
  await ensureDemo(data);
  const ours = await StoryServer.start(data);
  const plain = await startPlainServer(data);
  const browser = await launchSharedBrowser();
  try {
    const context = await browser.newContext({ viewport });
    const filler = await context.newPage();
    await filler.goto(link(ours.origin, []));
    await viewerReady(filler);
    await fillSandbox(filler, "demo", STORED);
    await filler.close();
    const marks = {
      type: "clio-annotation",
      source: "clio://sandbox/demo",
      name: "marks",
    };
    const cases = {
      empty: link(ours.origin, []),
      full: link(ours.origin, [marks]),
      plain: link(plain.origin, []),
    };
    const times = { empty: [], full: [], plain: [] } as Record<
      keyof typeof cases,
      Loaded[]
    >;
    // In turn, so that the machine's moods meet all three; the first round warms the caches and does not count.
    for (let i = -1; i < REPEATS; ++i) {
      for (const name of ["empty", "full", "plain"] as const) {
        const loaded = await load(context, cases[name]);
        if (i >= 0) times[name].push(loaded);
      }
    }
    for (const what of ["interactive", "pixels"] as const) {
      const of = (name: keyof typeof cases) =>
        median(times[name].map((loaded) => loaded[what]));
      for (const [name, words] of [
        ["empty", "without marks"],
        ["full", "with 100k marks"],
      ] as const) {
        report({
          name: `opening a link to ${what === "pixels" ? "a view drawn whole" : "a viewer that takes keys"}, ${words}`,
          value: of(name),
          unit: "ms",
          peer: PEER,
          peerValue: of("plain"),
        });
      }
    }
  } finally {
    await browser.close();
    await ours.stop();
    await plain.stop();
  }
});
