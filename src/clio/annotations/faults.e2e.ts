import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import {
  newContext,
  newPage,
  origin,
  pageIn,
  type Voxel,
  viewerReady,
} from "../../../config/stories/harness.js";
import type { ExportedSandbox } from "../store/export.js";
import {
  demoState,
  drawnMarks,
  eventually,
  markCount,
  marksPanel,
  moveMark,
  openState,
  type PageWithMarks,
  placeByKey,
  positionsOf,
  sandboxOf,
  statusReads,
} from "./testing/marks_page.js";
import { centerOf } from "../model/geometry.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];
const C: Voxel = [128, 150, 64];

/** What is said over the view while the panel is closed. */
const banner = (page: Page) =>
  page.getByRole("region", { name: "Problems with your marks" });

/** Waits until the banner says so, and that nobody has to look for it. */
async function bannerSays(page: Page, code: string): Promise<void> {
  await banner(page).getByText(code, { exact: true }).waitFor();
}

/** Expects that every mark that is drawn as saved is on disk. */
async function expectNoFalsePromise(page: Page): Promise<void> {
  const drawn = await drawnMarks(page);
  const { records } = await sandboxOf(page);
  const onDisk = new Set(records.map(({ id }) => id));
  for (const { id, saved } of drawn)
    if (saved) expect(onDisk).withContext("drawn as saved").toContain(id);
}

/** Waits until all of so many marks are drawn as saved and nothing is said to be wrong. */
async function allSaved(page: Page, count: number): Promise<void> {
  await eventually(
    () => drawnMarks(page),
    (marks) => marks.length === count && marks.every(({ saved }) => saved),
  );
  await banner(page).waitFor({ state: "hidden" });
  await expectNoFalsePromise(page);
  expect((await sandboxOf(page)).unsaved).toEqual([]);
}

/** Takes the export that a notice offers. */
async function exported(page: Page): Promise<ExportedSandbox> {
  const download = page.waitForEvent("download");
  await banner(page).getByRole("button", { name: "Export" }).click();
  const file = await (await download).path();
  return JSON.parse(await readFile(file, "utf8")) as ExportedSandbox;
}

/** Positions of the marks that an export has as changes that are not on disk. */
function unsavedPositions({ unsaved }: ExportedSandbox): number[][] {
  return unsaved.flatMap(({ edits }) =>
    edits.flatMap((edit) => (edit.op === "put" ? [centerOf(edit.record)] : [])),
  );
}

/** By its button: the keys are the viewer's, and a person who has just pressed a button in a notice is not there. */
async function togglePanel(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Marks", exact: true }).click();
}

async function tryAgain(page: Page): Promise<void> {
  await banner(page).getByRole("button", { name: "Try again" }).click();
}

describe("Where the browser's storage fails, the marks", () => {
  it("that an old tab keeps from being saved stay in memory, and are saved when it lets go", async () => {
    const context = await newContext();
    const { page: old } = await pageIn(context);
    await openState(old, demoState());
    await placeByKey(old, A);
    // Clio itself would let go of the database; this is a tab that does not.
    const held = await old.evaluateHandle(
      () =>
        new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open("clio");
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error!);
        }),
    );

    const { page } = await pageIn(context);
    await openNewerClio(page);
    await bannerSays(page, "database-blocked");
    await bannerSays(old, "database-superseded");
    const mark = await placeByKey(page, B);
    expect(mark.saved).toBeFalse();
    expect(unsavedPositions(await exported(page))).toEqual([[...B]]);
    await togglePanel(page);
    await statusReads(page, /1 not saved/);
    await togglePanel(page);
    await expectNoFalsePromise(page);

    await held.evaluate((db) => db.close());
    await allSaved(page, 2);
    expect(await positionsOf(page)).toEqual([[...A], [...B]]);
  });

  it("that do not fit on a full disk are shown as not saved, can be exported, and are saved when there is room", async () => {
    const { page } = await newPage();
    const session = await page.context().newCDPSession(page);
    // Before the first write: Chromium remembers for a while how much room there was.
    await session.send("Storage.overrideQuotaForOrigin", {
      origin: origin(),
      quotaSize: 2_000_000,
    });
    await openState(page, demoState());
    await placeByKey(page, A);
    await page.evaluate(fillDisk);

    expect((await placeByKey(page, B)).saved).toBeFalse();
    await bannerSays(page, "write-over-quota");
    expect((await placeByKey(page, C)).saved).toBeFalse();
    await expectNoFalsePromise(page);
    const file = await exported(page);
    expect(file.records.map(centerOf)).toEqual([[...A]]);
    expect(unsavedPositions(file)).toEqual([[...B], [...C]]);
    await togglePanel(page);
    await statusReads(page, /^3 marks · .*2 not saved/);
    await marksPanel(page).getByText("write-over-quota").waitFor();
    await togglePanel(page);

    await session.send("Storage.overrideQuotaForOrigin", { origin: origin() });
    await tryAgain(page);
    await allSaved(page, 3);
    expect(await positionsOf(page)).toEqual([[...A], [...B], [...C]]);
  });

  it("whose transaction is aborted are shown as not saved until they are", async () => {
    const { page } = await newPage();
    await page.addInitScript(abortWhenTold);
    await openState(page, demoState());
    await placeByKey(page, A);

    await page.evaluate(() => Object.assign(window, { abortWrites: true }));
    expect((await placeByKey(page, B)).saved).toBeFalse();
    await bannerSays(page, "write-failed");
    expect(unsavedPositions(await exported(page))).toEqual([[...B]]);
    await expectNoFalsePromise(page);
    const [b] = (await drawnMarks(page)).filter(({ saved }) => !saved);
    await moveMark(page, b.id, B, C);
    await eventually(
      () => drawnMarks(page),
      (marks) => marks.some(({ position }) => String(position) === String(C)),
    );
    await tryAgain(page);
    await bannerSays(page, "write-failed");
    await expectNoFalsePromise(page);

    await page.evaluate(() => Object.assign(window, { abortWrites: false }));
    await tryAgain(page);
    await allSaved(page, 2);
    await page.reload();
    await viewerReady(page);
    await allSaved(page, 2);
    expect(await positionsOf(page)).toEqual([[...A], [...C]]);
  });

  it("of a damaged page are counted, what is left of them is exported, and all others are drawn", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    const folded = 512;
    await placeByScript(page, folded);
    await placeByKey(page, A);
    await damagePages(page);

    await page.reload();
    await viewerReady(page);
    await bannerSays(page, "pages-damaged");
    await banner(page).getByText(`Up to ${folded} marks`).waitFor();
    await markCount(page, 1);
    await expectNoFalsePromise(page);
    const { records, quarantined } = await exported(page);
    expect(records.map(centerOf)).toEqual([[...A]]);
    // The bytes of one row of them were overwritten.
    expect(quarantined.flatMap(({ rows }) => rows).length).toBe(folded - 1);

    await placeByKey(page, B);
    expect(await positionsOf(page)).toEqual([[...A], [...B]]);
    await banner(page).getByRole("button", { name: "Dismiss" }).click();
    await banner(page).waitFor({ state: "hidden" });
  });
});

/** Runs in the page: every writing transaction is aborted while `abortWrites` is set. */
function abortWhenTold(): void {
  const begin = Reflect.get(IDBDatabase.prototype, "transaction");
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const transaction = begin.call(this, stores, mode, options);
    if (mode === "readwrite" && Reflect.get(window, "abortWrites") === true) {
      // After the first request, so that there is something to take back.
      setTimeout(() => transaction.abort());
    }
    return transaction;
  };
}

/** Runs in the page: stores noise in another database until not even a little more of it fits. */
async function fillDisk(): Promise<void> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open("filler");
    request.onupgradeneeded = () =>
      request.result.createObjectStore("noise", { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  });
  const fits = (bytes: number) =>
    new Promise<boolean>((resolve) => {
      const transaction = db.transaction("noise", "readwrite");
      const noise = crypto.getRandomValues(new Uint8Array(bytes));
      transaction.objectStore("noise").add(noise);
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    });
  for (let bytes = 65_536; bytes >= 64; bytes /= 4) while (await fits(bytes));
}

/** Opens the demo in a Clio whose database is one version newer, in the page and in its worker. */
async function openNewerClio(page: Page): Promise<void> {
  const raiseVersion = `{
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (name, version) {
      return open.call(this, name, version && version + 1);
    };
  }`;
  await page.addInitScript(raiseVersion);
  await page.route("**/neuroglancer_chunk_worker*.js", async (route) => {
    const response = await route.fetch();
    const body = raiseVersion + (await response.text());
    await route.fulfill({ response, body });
  });
  await openState(page, demoState());
}

/** Places so many points through the store, each by a change of its own, and waits until they are folded into pages. */
async function placeByScript(page: Page, count: number): Promise<void> {
  await page.evaluate(async (count) => {
    const { clio } = window as unknown as PageWithMarks;
    const key = { user: "local", dataset: "demo" };
    const now = Date.now();
    const points = Array.from({ length: count }, (_, i) => ({
      id: crypto.randomUUID(),
      kind: "point" as const,
      position: [100 + (i % 32), 100 + Math.floor(i / 32), 64] as [
        number,
        number,
        number,
      ],
      ...{ description: "", tags: [], checked: false },
      ...{ user: key.user, created: now, modified: now },
    }));
    await Promise.all(
      points.map((record) =>
        clio.store.apply({
          ...{ id: crypto.randomUUID(), ...key, at: now, label: "Place point" },
          edits: [{ op: "put", record }],
        }),
      ),
    );
  }, count);
  await eventually(
    () =>
      page.evaluate(() => {
        const { clio } = window as unknown as PageWithMarks;
        return clio.store.db!.count("journal");
      }),
    (left) => left === 0,
  );
}

/** Overwrites a byte of a mark in each page, as a failing disk does. */
async function damagePages(page: Page): Promise<void> {
  const damaged = await page.evaluate(async () => {
    const { clio } = window as unknown as PageWithMarks;
    const db = clio.store.db!;
    const rows = await db.getAll("pages");
    for (const row of rows) {
      const bytes = row.bytes.slice();
      bytes[new TextDecoder("latin1").decode(bytes).indexOf('"kind"')] = 0;
      await db.put("pages", { ...row, bytes });
    }
    return rows.length;
  });
  expect(damaged).toBeGreaterThan(0);
}
