// From the act in one tab until a second tab of the same person draws it, beside what a bare message between the two tabs takes.
import type { Page } from "playwright-core";
import { bench, type Report } from "../../../config/bench/bench.js";
import {
  launchSharedBrowser,
  viewport,
} from "../../../config/stories/browser.js";
import { StoryServer } from "../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../config/stories/volumes.js";
import { percentile95 } from "./testing/bench_page.js";
import { marksLayer, openTab } from "./testing/bench_view.js";
import type { PageWithMarks } from "./testing/marks_page.js";

const REPEATS = 40;

/** When the next change of the marks has been handed to the page's drawing, in ms since 1970. */
function nextChange(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const { viewer } = window as unknown as PageWithMarks;
        const source = viewer.layerManager.managedLayers
          .map(({ layer }) => layer?.sandboxSource)
          .find((found) => found !== undefined)!;
        const remove = source.marksChanged.add(() => {
          remove();
          resolve(performance.timeOrigin + performance.now());
        });
      }),
  );
}

/** Places a point. Resolves to when that was asked for, in ms since 1970. */
function placePoint(page: Page, x: number): Promise<number> {
  return page.evaluate((x) => {
    const { viewer } = window as unknown as PageWithMarks;
    const at = performance.timeOrigin + performance.now();
    for (const { layer } of viewer.layerManager.managedLayers) {
      if (layer?.sandboxSource === undefined) continue;
      layer.placePoint(Float32Array.of(x + 0.5, 128.5, 64.5));
    }
    return at;
  }, x);
}

/** Until a message of a bare channel is there, in ms. */
async function bareMessage(from: Page, to: Page): Promise<number> {
  const arrived = to.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const channel = new BroadcastChannel("bench");
        channel.onmessage = () => {
          channel.close();
          resolve(performance.timeOrigin + performance.now());
        };
      }),
  );
  // The other page listens by the time it has answered this.
  await to.evaluate(() => undefined);
  const sent = await from.evaluate(() => {
    const channel = new BroadcastChannel("bench");
    channel.postMessage("");
    channel.close();
    return performance.timeOrigin + performance.now();
  });
  return (await arrived) - sent;
}

bench("annotations-tabs", async (report: Report) => {
  const data = storyData();
  await ensureDemo(data);
  const server = await StoryServer.start(data);
  const browser = await launchSharedBrowser();
  try {
    const context = await browser.newContext({ viewport });
    const here = await openTab(context, server.origin, marksLayer());
    const there = await openTab(context, server.origin, marksLayer());
    const followed: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < REPEATS; ++i) {
      const seen = nextChange(there);
      await there.evaluate(() => undefined);
      const asked = await placePoint(here, 60 + i);
      followed.push((await seen) - asked);
      bare.push(await bareMessage(here, there));
    }
    report({
      name: "a second tab follows a point, 95th percentile",
      value: percentile95(followed),
      unit: "ms",
      target: "< 100",
      peer: "a bare BroadcastChannel message",
      peerValue: percentile95(bare),
    });
  } finally {
    await browser.close();
    await server.stop();
  }
});
