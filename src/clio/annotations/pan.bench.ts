// A view that moves over a million marks, beside the same view over ten: what is drawn of them must not grow with what there is. Both
// pages are open at once and take turns.
import type { Page } from "playwright-core";
import { bench, type Report } from "../../../config/bench/bench.js";
import { launchSharedBrowser } from "../../../config/stories/browser.js";
import { StoryServer } from "../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../config/stories/volumes.js";
import { median, pan, quiet } from "./testing/bench_page.js";
import { openFilled } from "./testing/bench_view.js";

const FEW = 10;
const MANY = 1_000_000;

/** Turns of each page. */
const ROUNDS = 5;
/** Frames of a turn. */
const FRAMES = 24;

/** Views that are moved: of the whole volume, and of a part of it as people work in it. */
const VIEWS = [
  { name: "the whole volume in view", voxelsPerPixel: 0.5 },
  { name: "8 pixels a voxel", voxelsPerPixel: 1 / 8 },
];

async function measureView(
  pages: Readonly<Record<"few" | "many", Page>>,
  voxelsPerPixel: number,
): Promise<Record<"few" | "many", number>> {
  const frames = { few: [] as number[], many: [] as number[] };
  // The first turn reads the cells and does not count.
  for (let round = -1; round < ROUNDS; ++round) {
    for (const which of ["few", "many"] as const) {
      const page = pages[which];
      const times = await pan(page, { voxelsPerPixel, frames: FRAMES });
      // What is still being read would take the processor from the other.
      await quiet(page);
      if (round >= 0) frames[which].push(...times);
    }
  }
  return { few: median(frames.few), many: median(frames.many) };
}

bench("annotations-pan", async (report: Report) => {
  const data = storyData();
  await ensureDemo(data);
  const server = await StoryServer.start(data);
  const browser = await launchSharedBrowser();
  try {
    const pages = {
      few: await openFilled(browser, server.origin, FEW),
      many: await openFilled(browser, server.origin, MANY),
    };
    for (const { name, voxelsPerPixel } of VIEWS) {
      const { few, many } = await measureView(pages, voxelsPerPixel);
      report({
        name: `a frame of panning, ${name}, 1M stored`,
        value: many,
        unit: "ms",
        peer: `${FEW} stored`,
        peerValue: few,
      });
      report({
        name: `a frame of panning, ${name}, 1M by ${FEW}`,
        value: many / few,
        unit: "times",
        target: "< 1.5",
      });
    }
  } finally {
    await browser.close();
    await server.stop();
  }
});
