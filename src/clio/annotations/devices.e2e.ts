import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { AccountServer } from "../../../config/stories/account_server.js";
import {
  newContext,
  openWatched,
  OwnBrowser,
  pageIn,
  type Voxel,
  viewerReady,
} from "../../../config/stories/harness.js";
import { violations } from "../../../config/stories/axe.js";
import {
  demoState,
  eventually,
  linkAt,
  marksPanel,
  placeByKey,
  sandboxOf,
  statusReads,
} from "./testing/marks_page.js";
import { marksTable } from "./testing/table_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];
const C: Voxel = [110, 110, 64];

/** What the console says of a server that is away. */
const away = [/Failed to load resource/, /net::ERR_/];

/** A page of a device, with the panel of marks open. */
async function openDevice(
  server: AccountServer,
  context?: BrowserContext,
): Promise<Page> {
  const { page } = await pageIn(context ?? (await newContext()), {
    allow: away,
  });
  await showMarks(page, server);
  return page;
}

async function showMarks(page: Page, server: AccountServer): Promise<void> {
  const state = { ...demoState(server.origin), clioMarks: { visible: true } };
  await page.goto(linkAt(server.origin, state));
  await viewerReady(page);
  await statusReads(page, /synced/);
}

/** The records of a device, by their descriptions. */
async function descriptions(page: Page): Promise<string[]> {
  const { records } = await sandboxOf(page);
  return records.map(({ description }) => description).sort();
}

/** Writes into a field of the one mark there is, in the form of the panel. */
async function writeField(
  page: Page,
  label: string,
  text: string,
): Promise<void> {
  await page.bringToFront();
  const form = marksPanel(page).getByRole("group", { name: "This point" });
  if (!(await form.isVisible())) {
    await marksTable(page)
      .locator(".clio-table-row:not(.clio-table-waiting)")
      .first()
      .waitFor();
    await marksTable(page).focus();
    await page.keyboard.press("j");
  }
  await form.getByLabel(label).fill(text);
  await form.getByLabel(label).press("Enter");
  await eventually(
    async () => (await sandboxOf(page)).records[0],
    (record) => JSON.stringify(record).includes(JSON.stringify(text)),
  );
}

/** How many changes of the local user the server has applied, and how many records there are. */
async function onServer(
  server: AccountServer,
): Promise<{ revision: number; records: number }> {
  const answer = await fetch(`${server.origin}/api/sync/news?since=0`);
  const news = (await answer.json()) as {
    revision: number;
    records: { record?: unknown }[];
  };
  const { revision } = news;
  const there = news.records.filter(({ record }) => record !== undefined);
  return { revision, records: there.length };
}

describe("Two devices of one person", () => {
  let server: AccountServer;
  beforeEach(async () => {
    server = await AccountServer.startLocal();
  }, 60_000);
  afterEach(() => server.close());

  it("show each other's marks, and merge different fields", async () => {
    const here = await openDevice(server);
    const there = await openDevice(server);
    await here.bringToFront();
    await placeByKey(here, A);
    await statusReads(there, /^1 mark .*synced/);
    await writeField(there, "Description", "seen there");
    await eventually(
      () => descriptions(here),
      ([text]) => text === "seen there",
    );
    await statusReads(here, /saved here.*synced/);
  });

  it("keep what is done while the server is away, and deliver it once", async () => {
    const context = await newContext();
    const here = await openDevice(server, context);
    const there = await openDevice(server);
    await here.bringToFront();
    await placeByKey(here, A);
    await statusReads(there, /^1 mark/);
    await server.kill();
    await placeByKey(here, B);
    await placeByKey(here, C);
    await statusReads(here, /^3 marks .*saved here.*offline.*waiting \(\d+\)/);
    await server.restart();
    // What waits survives the page as well.
    await here.reload();
    await statusReads(here, /^3 marks .*saved here.*synced/);
    await statusReads(there, /^3 marks .*synced/);
    const { revision, records } = await onServer(server);
    expect(records).toBe(3);
    const changes = await here.evaluate(() => {
      const { clio } = window as unknown as {
        clio: { store: { db: { count(name: string): Promise<number> } } };
      };
      return clio.store.db.count("journal");
    });
    // One revision a change: none was applied twice.
    expect(revision).toBe(changes);
  });

  it("deliver what waited in a browser that was killed", async () => {
    const profile = mkdtempSync(path.join(tmpdir(), "clio-device-"));
    let browser = await OwnBrowser.launch(profile);
    const open = async () => {
      const { page } = await openWatched(browser.context, server.origin);
      await showMarks(page, server);
      return page;
    };
    try {
      const before = await open();
      await server.kill();
      await placeByKey(before, A);
      await statusReads(before, /^1 mark .*saved here.*waiting \(1\)/);
      await browser.kill();
      await server.restart();
      browser = await OwnBrowser.launch(profile);
      await statusReads(await open(), /^1 mark .*saved here.*synced/);
      expect(await onServer(server)).toEqual({ revision: 1, records: 1 });
    } finally {
      await browser.kill();
      rmSync(profile, { recursive: true, force: true });
    }
  });

  it("have a conflict shown with both values, and settled by a key", async () => {
    const here = await openDevice(server);
    const there = await openDevice(server);
    await here.bringToFront();
    await placeByKey(here, A);
    await statusReads(there, /^1 mark/);
    await server.kill();
    await statusReads(here, /offline/);
    await statusReads(there, /offline/);
    await writeField(here, "Description", "from here");
    await writeField(there, "Description", "from there");
    await writeField(there, "Type", "vesicle");
    await server.restart();
    for (const page of [here, there]) {
      await statusReads(page, /synced.*conflict \(1\)/);
    }
    const kept = await eventually(
      () => Promise.all([here, there].map(descriptions)),
      ([[mine], [theirs]]) => mine === theirs,
    );
    // Nobody was overwritten without a word, and what did not clash is there.
    const [[text]] = kept;
    expect((await sandboxOf(here)).records[0].type).toBe("vesicle");

    await here.bringToFront();
    await here.getByRole("button", { name: "1 conflict" }).click();
    const dialog = here.getByRole("dialog", { name: "Sync" });
    const list = dialog.getByRole("list", { name: "Conflicts" });
    const value = list.locator(".clio-conflict-value");
    await value.filter({ hasText: "from here" }).waitFor();
    await value.filter({ hasText: "from there" }).waitFor();
    expect(await violations(here, [".clio-dialog"])).toEqual({});
    // The other value than that which is in place.
    await list
      .getByRole("button", { name: /from (here|there)/ })
      .first()
      .focus();
    const other = text === "from here" ? "from there" : "from here";
    await here.keyboard.press(other === "from here" ? "1" : "2");
    for (const page of [here, there]) {
      await eventually(
        () => descriptions(page),
        ([seen]) => seen === other,
      );
      await statusReads(page, /saved here.*synced(?!.*conflict)/);
    }
  });
});

describe("Two tabs of one device", () => {
  it("have one stream to the server, and both say how it stands", async () => {
    const server = await AccountServer.startLocal();
    try {
      const context = await newContext();
      let streams = 0;
      context.on("request", (request) => {
        if (request.url().endsWith("/api/sync/events")) streams += 1;
      });
      const first = await openDevice(server, context);
      const second = await openDevice(server, context);
      expect(streams).toBe(1);
      await first.bringToFront();
      await placeByKey(first, A);
      await statusReads(second, /^1 mark .*saved here.*synced/);
      // The next tab takes over where the first is closed.
      await first.close();
      await second.bringToFront();
      await placeByKey(second, B);
      await statusReads(second, /^2 marks .*saved here.*synced/);
      await eventually(
        () => onServer(server),
        ({ records }) => records === 2,
      );
    } finally {
      await server.close();
    }
  });
});
