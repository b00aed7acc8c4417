// The search as a person waits for it: from the click to the first thumbnails with an index of many signatures, frames while thumbnails
// load beside the plain upstream viewer at rest, the longest task, and the memory of a page after many searches.
//
// --sizes 10M,100M is how many there are (10M, with CLIO_NIGHTLY=1 100M as well): each takes 20 bytes of a file while the index is made of it,
// 64 of the index and 8 of memory. CLIO_BENCH_DATA is a folder in which what is made stays for the next run (a temporary one, removed).
import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import type { Browser, CDPSession, Page } from "playwright-core";
import { bench, type Report } from "../../config/bench/bench.js";
import { startPlainServer } from "../../config/bench/plain.js";
import { sizesWanted } from "../../config/bench/sizes.js";
import { launchSharedBrowser, viewport } from "../../config/stories/browser.js";
import { StoryServer } from "../../config/stories/server.js";
import { clickVoxel, viewerReady } from "../../config/stories/viewer.js";
import { ensureDemo, storyData } from "../../config/stories/volumes.js";
import { median, percentile95 } from "./annotations/testing/bench_page.js";
import {
  longestTasks,
  watchDrawing,
} from "./annotations/testing/main_thread.js";
import { RepeatedVolume } from "./search/testing/repeated_volume.js";

const USUAL = 10_000_000;
const FULL = 100_000_000;
/** Name of the dataset that is searched: the demo volume, repeated as often as there are places. */
const DATASET = "repeated";
/** Voxels of the demo volume of the benchmarks, twice along z, along each edge. */
const EDGE = 256;
/** From one place to the next along each axis in an index of a real volume, in voxels. */
const STRIDE = 16;
/** Signatures lie near so many centres, as those of real volumes do, each in up to so many other bits. */
const CENTRES = 1000;
const MOST_FLIPS = 14;

const CLICKS = 15;
const THUMBNAILS = 200;
const SEARCHES = 100;
/** Frames of a viewer at rest. */
const RESTING_FRAMES = 120;
const PEER = "plain upstream viewer at rest";

/** How often the demo volume, twice along z, is in a volume along each edge where so many places lie as far apart as in real ones. */
function repeatsFor(count: number): number {
  return Math.ceil(Math.cbrt(count) / (EDGE / STRIDE));
}

/** Writes records as the original's tools do: x, y, z (u32) and 64 bits, little-endian, 20 bytes each. */
async function writeRecords(file: string, count: number): Promise<void> {
  const side = EDGE * repeatsFor(count);
  const stream = createWriteStream(file);
  // A multiplicative generator (Park and Miller, 1988): the same records in each run.
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 0x7fffffff;
    return state;
  };
  const centres = Uint32Array.from({ length: 2 * CENTRES }, random);
  const batch = 100_000;
  for (let from = 0; from < count; from += batch) {
    const records = Math.min(batch, count - from);
    const bytes = new DataView(new ArrayBuffer(20 * records));
    for (let i = 0; i < records; ++i) {
      const at = 20 * i;
      for (let axis = 0; axis < 3; ++axis) {
        bytes.setUint32(at + 4 * axis, random() % side, true);
      }
      const centre = random() % CENTRES;
      const halves = [centres[2 * centre], centres[2 * centre + 1]];
      for (let flips = random() % MOST_FLIPS; flips > 0; --flips) {
        const bit = random() % 64;
        halves[bit >> 5] ^= 1 << (bit & 31);
      }
      bytes.setUint32(at + 12, halves[0] >>> 0, true);
      bytes.setUint32(at + 16, halves[1] >>> 0, true);
    }
    if (!stream.write(new Uint8Array(bytes.buffer))) {
      await new Promise<void>((resolve) => stream.once("drain", resolve));
    }
  }
  stream.end();
  await finished(stream);
}

/** The folder that a run leaves for the next one; undefined where nothing is to stay. */
const { CLIO_BENCH_DATA: kept } = process.env;

/** A data folder with the demo volume, and an index of so many signatures: that of an earlier run where it was to stay. */
async function ensureData(count: number): Promise<string> {
  const root = kept ?? tmpdir();
  const data = path.join(root, `clio-search-ui-${count}`);
  if (kept !== undefined && existsSync(data)) return data;
  await mkdir(root, { recursive: true });
  const draft = await mkdtemp(`${data}-`);
  try {
    await fill(draft, count);
  } catch (error) {
    await rm(draft, { recursive: true });
    throw error;
  }
  if (kept === undefined) return draft;
  await rename(draft, data);
  return data;
}

async function fill(data: string, count: number): Promise<void> {
  const shared = storyData();
  await ensureDemo(shared);
  await cp(path.join(shared, "volumes/demo"), path.join(data, "volumes/demo"), {
    recursive: true,
  });
  const records = path.join(data, "records");
  await writeRecords(records, count);
  await promisify(execFile)(
    process.execPath,
    [
      "--enable-source-maps",
      "dist/server/signatures.js",
      ...["import", DATASET, "--from", records, "--encoder", "bench"],
      ...["--voxel-size", "8,8,8"],
      ...["--stride", new Array(3).fill(STRIDE).join()],
    ],
    { env: { ...process.env, CLIO_DATA: data, CLIO_CONFIG: "" } },
  );
  await rm(records);
}

/** Writes the configuration of a server that lists the dataset. */
async function configure(
  data: string,
  { source }: RepeatedVolume,
): Promise<string> {
  const layer = { type: "image", name: "image", source };
  const listed = {
    [DATASET]: {
      title: "The demo volume, repeated",
      mainLayer: "image",
      neuroglancer: { layers: [layer] },
    },
  };
  const datasets = path.join(data, "datasets.json");
  await writeFile(datasets, JSON.stringify(listed));
  const config = path.join(data, "config.json");
  await writeFile(config, JSON.stringify({ sync: false, datasets }));
  return config;
}

function link(origin: string, { source }: RepeatedVolume): string {
  const state = JSON.stringify({
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    crossSectionScale: 0.25,
    layout: "xy",
    layers: [{ type: "image", source, name: "image" }],
  });
  return `${origin}/#!${encodeURIComponent(state)}`;
}

async function open(
  browser: Browser,
  origin: string,
  volume: RepeatedVolume,
): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  await page.goto(link(origin, volume));
  await viewerReady(page);
  return page;
}

interface Window {
  /** Resolves to the milliseconds from the click to the frame with the first thumbnail of the answer to it. */
  seen: Promise<number>;
  /** Milliseconds between frames, and whether to go on. */
  frames: number[];
  framing: boolean;
}

/** Milliseconds from a click to the first thumbnails of what it finds. */
async function clickToThumbnails(page: Page, i: number): Promise<number> {
  await page.evaluate(() => {
    const own = window as unknown as Window;
    own.seen = new Promise((resolve) => {
      const started = () => {
        const start = performance.now();
        const before = document.querySelector(".clio-card");
        const look = () => {
          const card = document.querySelector(".clio-card");
          const isThere = card !== before && card?.querySelector("canvas");
          if (isThere) resolve(performance.now() - start);
          else requestAnimationFrame(look);
        };
        look();
      };
      const options = { capture: true, once: true };
      window.addEventListener("pointerup", started, options);
    });
  });
  // All of them are in view, and few of them twice.
  const at = (step: number) => 60 + ((i * step) % 120);
  await clickVoxel(page, [at(37), at(53), 64], { modifiers: ["Alt"] });
  return page.evaluate(() => (window as unknown as Window).seen);
}

/** Milliseconds between the frames of a page while something is done there. */
async function framesWhile(
  page: Page,
  act: () => Promise<void>,
): Promise<number[]> {
  await page.evaluate(() => {
    const own = window as unknown as Window;
    own.frames = [];
    own.framing = true;
    let last: number | undefined;
    const frame = (now: number) => {
      if (last !== undefined) own.frames.push(now - last);
      last = now;
      if (own.framing) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await act();
  return page.evaluate(() => {
    const own = window as unknown as Window;
    own.framing = false;
    return own.frames;
  });
}

function rest(page: Page): Promise<void> {
  return page.evaluate(async (frames) => {
    for (let i = 0; i < frames; ++i) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, RESTING_FRAMES);
}

/** Has so many thumbnails of the field of view that was not shown yet come, page by page as a person looks through them. */
async function loadThumbnails(page: Page, width: string): Promise<void> {
  const panel = page.getByRole("region", { name: "Search by example" });
  await panel.getByLabel("Greatest distance").fill("24");
  await panel.getByLabel("Field of view").selectOption(width);
  const matches = panel.getByRole("listbox");
  await matches.focus();
  await page.keyboard.press("Home");
  for (let seen = 0; seen < THUMBNAILS;) {
    const inView = panel.locator(".clio-card");
    seen += await inView.count();
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".clio-card")].every(
        (card) => card.querySelector(".clio-thumbnail-waiting") === null,
      ),
    );
    await page.keyboard.press("PageDown");
  }
}

/** Megabytes of the page's heap after the garbage is gone. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize")!.value / 1e6;
}

async function measureMemory(page: Page, report: Report): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const search = async (searches: number) => {
    for (let i = 0; i < searches; ++i) await clickToThumbnails(page, i);
  };
  // What is kept of some searches is bounded: pictures in memory, and cards of those in view.
  await search(20);
  const before = await heapOf(session);
  await search(SEARCHES);
  report({
    name: `memory after ${SEARCHES} searches more`,
    value: await heapOf(session),
    unit: "MB",
    peer: "after the first 20",
    peerValue: before,
  });
}

async function measure(count: number, report: Report): Promise<void> {
  const of = `${count / 1e6}M signatures`;
  const data = await ensureData(count);
  const edge = repeatsFor(count);
  const volume = await RepeatedVolume.serve(
    path.join(data, "volumes/demo/image"),
    [edge, edge, 2 * edge],
  );
  const server = await StoryServer.start(data, {
    CLIO_CONFIG: await configure(data, volume),
  });
  const plain = await startPlainServer(data);
  const browser = await launchSharedBrowser();
  try {
    const page = await open(browser, server.origin, volume);
    // Loads the panel, and opens the index.
    await clickToThumbnails(page, 0);
    const times: number[] = [];
    for (let i = 1; i <= CLICKS; ++i) {
      times.push(await clickToThumbnails(page, i));
    }
    report({
      name: `click to first thumbnails, median, ${of}`,
      value: median(times),
      unit: "ms",
      target: "< 1000",
    });
    report({
      name: `click to first thumbnails, p95, ${of}`,
      value: percentile95(times),
      unit: "ms",
      target: "< 1000",
    });

    const peer = await open(browser, plain.origin, volume);
    const resting = await framesWhile(peer, () => rest(peer));
    await peer.close();
    await page.bringToFront();
    const loading = await framesWhile(page, () => loadThumbnails(page, "600"));
    for (const [what, figure] of [
      ["median", median],
      ["p95", percentile95],
    ] as const) {
      report({
        name: `a frame while ${THUMBNAILS} thumbnails load, ${what}, ${of}`,
        value: figure(loading),
        unit: "ms",
        peer: PEER,
        peerValue: figure(resting),
      });
    }

    await watchDrawing(page);
    const { own } = await longestTasks(browser, page, async () => {
      await clickToThumbnails(page, CLICKS + 1);
      await loadThumbnails(page, "2400");
      // The view is drawn at least once, which says in the trace which thread is the page's.
      await page.keyboard.press("Enter");
      await rest(page);
      await page.keyboard.press("Backspace");
    });
    report({
      name: `longest own task of a search and ${THUMBNAILS} thumbnails, ${of}`,
      value: own,
      unit: "ms",
      target: "< 50",
    });
    await measureMemory(page, report);
  } finally {
    await browser.close();
    await server.stop();
    await plain.stop();
    volume.stop();
    if (kept === undefined) await rm(data, { recursive: true, force: true });
  }
}

bench("search-ui", async (report) => {
  const usual = process.env.CLIO_NIGHTLY === "1" ? [USUAL, FULL] : [USUAL];
  for (const count of sizesWanted() ?? usual) await measure(count, report);
});
