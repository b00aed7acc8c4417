// A table of 100,000 rows from the choice of the file to marks that are on disk and can be searched, beside the mere writing of the same
// rows, which are read already, by idb alone and by Dexie: both in one transaction with two indexes.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { bench, type Report } from "../../../../config/bench/bench.js";
import { startPageServer } from "../../../../config/bench/plain.js";
import { launchSharedBrowser } from "../../../../config/stories/browser.js";
import { StoryServer } from "../../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../../config/stories/volumes.js";
import type { PointRecord } from "../../model/annotation.js";
import { median } from "../testing/bench_page.js";
import { openFilled } from "../testing/bench_view.js";
import { PageMemory } from "../testing/page_memory.js";
import type { Peers } from "../testing/peers_page.js";
import { sampleMarks } from "../testing/sample_marks.js";
import type { SandboxQuery } from "../query/sandbox_query.js";

const ROWS = 100_000;
const REPEATS = 3;

/** A text that one row has. */
const SOUGHT = String(ROWS - 1);

interface Window {
  viewer: {
    layerManager: {
      getLayerByName(name: string): {
        layer: { sandboxSource: { query: SandboxQuery } };
      };
    };
  };
  peers: Peers;
  /** Resolves when a search has found the last row. */
  searchable: Promise<void>;
}

interface Measured {
  /** Milliseconds from the choice of the file until its dry run is shown. */
  read: number;
  /** Milliseconds from the order to import until all is on disk, and a search has found the last row. */
  write: number;
  /** Megabytes; undefined where the system does not tell. */
  memory: number | undefined;
}

/** Writes the table to a file: to hand it to the browser in any other way takes longer than to read it. */
function tableOf(records: readonly PointRecord[]): string {
  const lines = records.map(
    ({ position, description, type, tags }) =>
      `${position.join(",")},${description},${type},${tags.join(" ")}`,
  );
  const file = path.join(
    mkdtempSync(path.join(tmpdir(), "clio-")),
    "marks.csv",
  );
  const header = "x,y,z,description,type,tags";
  writeFileSync(file, [header, ...lines, ""].join("\n"));
  return file;
}

async function measureOurs(
  browser: Browser,
  origin: string,
  table: string,
): Promise<Measured> {
  const page = await openFilled(browser, origin, 0);
  await page.keyboard.press("i");
  const panel = page.locator(".clio-side-panel");
  await panel.getByRole("button", { name: "Import marks" }).click();
  const dialog = page.getByRole("dialog", { name: "Import marks" });
  const input = dialog.locator("input[type=file]");
  await watchSearch(page);
  const memory = await PageMemory.watch(browser);
  const chosen = performance.now();
  await input.setInputFiles(table);
  const name = `Import ${ROWS.toLocaleString("en")} marks`;
  const button = dialog.getByRole("button", { name });
  await button.waitFor();
  const read = performance.now() - chosen;
  const ordered = performance.now();
  await button.press("Enter");
  // It closes when the disk has acknowledged the change.
  await dialog.waitFor({ state: "hidden" });
  await page.evaluate(() => (window as unknown as Window).searchable);
  const write = performance.now() - ordered;
  const peak = memory?.end();
  await page.context().close();
  return { read, write, memory: peak };
}

/** Has the page say when a search finds the last row. The question is asked before there is anything. */
async function watchSearch(page: Page): Promise<void> {
  await page.evaluate((text) => {
    const own = window as unknown as Window;
    const { layer } = own.viewer.layerManager.getLayerByName("marks");
    const { query } = layer.sandboxSource;
    query.query.value = { text };
    own.searchable = new Promise((resolve) => {
      const remove = query.changed.add(() => {
        if (query.matching !== 1) return;
        remove();
        resolve();
      });
    });
  }, SOUGHT);
}

async function measurePeer(
  browser: Browser,
  origin: string,
  records: string,
  put: "putByIdb" | "putByDexie",
): Promise<Pick<Measured, "write" | "memory">> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(origin);
  await page.evaluate(
    (json) => (window as unknown as Window).peers.take(json),
    records,
  );
  const memory = await PageMemory.watch(browser);
  const write = await page.evaluate(
    (put) => (window as unknown as Window).peers[put](),
    put,
  );
  const peak = memory?.end();
  await context.close();
  return { write, memory: peak };
}

async function measure(report: Report): Promise<void> {
  const records = sampleMarks(0, ROWS);
  const table = tableOf(records);
  const json = JSON.stringify(records);
  const data = storyData();
  await ensureDemo(data);
  const ours = await StoryServer.start(data);
  const peers = await startPageServer("test/peers-page", data);
  const browser = await launchSharedBrowser();
  const own: Measured[] = [];
  const others = { putByIdb: [], putByDexie: [] } as Record<
    "putByIdb" | "putByDexie",
    Pick<Measured, "write" | "memory">[]
  >;
  try {
    // In turn, so that the machine's moods meet all three.
    for (let i = 0; i < REPEATS; ++i) {
      own.push(await measureOurs(browser, ours.origin, table));
      for (const put of ["putByIdb", "putByDexie"] as const) {
        others[put].push(await measurePeer(browser, peers.origin, json, put));
      }
    }
  } finally {
    await browser.close();
    await ours.stop();
    await peers.stop();
  }
  const whole = median(own.map(({ read, write }) => read + write));
  const rows = "100k rows";
  report({
    name: `${rows} of CSV to their dry run`,
    value: median(own.map(({ read }) => read)),
    unit: "ms",
  });
  for (const [put, peer] of [
    ["putByIdb", "plain idb, writing alone"],
    ["putByDexie", "Dexie, writing alone"],
  ] as const) {
    report({
      name: `${rows} of CSV to durable and searchable`,
      value: whole,
      unit: "ms",
      target: "< 2000",
      peer,
      peerValue: median(others[put].map(({ write }) => write)),
    });
    const peak = peakOf(own);
    if (peak === undefined) continue;
    report({
      name: `${rows} of CSV to durable and searchable, peak memory over that before`,
      value: peak,
      unit: "MB",
      peer,
      peerValue: peakOf(others[put]),
    });
  }
}

/** The middle one of some peaks. */
function peakOf(measured: readonly Pick<Measured, "memory">[]) {
  const peaks = measured.flatMap(({ memory }) => memory ?? []);
  return peaks.length === 0 ? undefined : median(peaks);
}

bench("annotations-import", measure);
