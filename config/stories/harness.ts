// What every story (`*.e2e.ts`) runs on: one real server with the demo volume (and the real one, where
// the shared test data is there), and one Chromium that the stories share. Importing
// this file is enough; both start before the first story and end with the process.
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { awayFaults, awayOnceLoaded } from "./away.js";
import { launchSharedBrowser, viewport } from "./browser.js";
import { openWatched, type PageOptions, type WatchedPage } from "./page.js";
import { StoryServer } from "./server.js";
import {
  ensureDemo,
  ensureMedulla,
  ensureSections,
  noSharedData,
  storyData,
} from "./volumes.js";

export { OwnBrowser } from "./browser.js";
export { openWatched, type PageOptions, type WatchedPage } from "./page.js";
export { freePort, StoryServer } from "./server.js";
export { noSharedData, sharedPath, storyData } from "./volumes.js";
export * from "./viewer.js";

const setupTimeoutMs = 10 * 60_000;
const failures = path.resolve(".cache/failures");

let started: Promise<void> | undefined;
let server: StoryServer;
let browser: Browser;
let hasMedulla: boolean;
let hasSections: boolean;
let spec: jasmine.SpecResult;
/** Whether the shared server goes away as soon as a page has loaded. */
let goesAway = false;
let open: { context: BrowserContext; watched: WatchedPage }[] = [];

jasmine.getEnv().addReporter({
  specStarted(result) {
    spec = result;
  },
});

// The suites are run one by one: this comes before each of them.
beforeAll(() => (started ??= start()), setupTimeoutMs);

async function start(): Promise<void> {
  const data = storyData();
  await ensureDemo(data);
  hasMedulla = await ensureMedulla(data);
  hasSections = await ensureSections(data);
  // Playwright ends its browser with the process by itself.
  [server, browser] = await Promise.all([
    StoryServer.start(data),
    launchSharedBrowser(),
  ]);
  process.once("exit", () => void server.stop());
}

afterEach(async () => {
  const pages = open;
  open = [];
  for (const [i, { watched }] of pages.entries())
    for (const fault of watched.faults) fail(`On page ${i + 1}: ${fault}`);
  if (spec.failedExpectations.length > 0) await takePictures(pages);
  for (const { context } of pages) await context.close();
  await comeBack();
});

/**
 * Stories of work that never waits for the network. Nightly each of them is told a second time, with the shared server killed as soon as a
 * page has loaded, and there again while the next one loads.
 */
export function localStories(about: string, stories: () => void): void {
  describe(about, stories);
  if (process.env.CLIO_NIGHTLY !== "1") return;
  describe(`With the server gone once the page has loaded: ${about}`, () => {
    beforeEach(() => {
      goesAway = true;
    });
    afterEach(() => {
      goesAway = false;
    });
    stories();
  });
}

async function comeBack(): Promise<void> {
  if (server.isRunning) return;
  const { port } = new URL(server.origin);
  server = await StoryServer.start(storyData(), { PORT: port });
}

/**
 * Skips the story, with the reason, where the real volume `fibsem-medulla-ts2` cannot be had; else the shared server has it, with
 * the layers `image`, `supervoxels` and `bodies`.
 */
export function needsMedulla(): void {
  if (!hasMedulla) pending(noSharedData);
}

/** The same of `sstem-vnc`, with the layers `image` and `mitochondria`. */
export function needsSections(): void {
  if (!hasSections) pending(noSharedData);
}

/** Where the shared server serves the page, such as `http://127.0.0.1:40123`. */
export function origin(): string {
  return server.origin;
}

/**
 * A blank page in a fresh context of the shared browser, closed after the story. It fails the story by what goes wrong on it.
 * @returns the page, and what was seen of it
 */
export async function newPage(options?: PageOptions): Promise<WatchedPage> {
  return pageIn(await newContext(), options);
}

/** A fresh context of the shared browser: its pages share storage as the tabs of one person do. Closed after the story. */
export function newContext(): Promise<BrowserContext> {
  return browser.newContext({ viewport });
}

/** A further page in a context; see `newPage`. */
export async function pageIn(
  context: BrowserContext,
  options?: PageOptions,
): Promise<WatchedPage> {
  const allow = [...(options?.allow ?? []), ...(goesAway ? awayFaults : [])];
  const watched = await openWatched(context, server.origin, { allow });
  open.push({ context, watched });
  if (goesAway) {
    awayOnceLoaded(watched.page, { comeBack, goAway: () => server.kill() });
  }
  return watched;
}

async function takePictures(
  pages: readonly { watched: WatchedPage }[],
): Promise<void> {
  mkdirSync(failures, { recursive: true });
  const name = spec.fullName.replace(/\W+/g, "-").slice(0, 120);
  for (const [i, { watched }] of pages.entries()) {
    if (watched.page.isClosed()) continue;
    const file = path.join(failures, `${name}-${i + 1}.png`);
    await watched.page.screenshot({ path: file });
    console.log(`  picture: ${path.relative(process.cwd(), file)}`);
  }
}
