import type { Page } from "playwright-core";
import {
  localStories,
  newContext,
  pageIn,
  type Voxel,
} from "../../../config/stories/harness.js";
import {
  demoState,
  drawnMarks,
  eventually,
  markCount,
  marksPanel,
  moveMark,
  deleteMark,
  openState,
  type PageWithMarks,
  pixelOf,
  placeByKey,
  sandboxOf,
  statusReads,
} from "./testing/marks_page.js";
import { columnReads, marksTable } from "./testing/table_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];

/** Two pages of one person, both with the panel of marks open. */
async function twoTabs(): Promise<[Page, Page]> {
  const context = await newContext();
  const pages: Page[] = [];
  for (let i = 0; i < 2; ++i) {
    const { page } = await pageIn(context);
    await openState(page, { ...demoState(), clioMarks: { visible: true } });
    await statusReads(page, /^0 marks/);
    pages.push(page);
  }
  return [pages[0], pages[1]];
}

/** Waits until the first row of the table has come. */
async function rowIsThere(page: Page): Promise<void> {
  await marksTable(page)
    .locator(".clio-table-row:not(.clio-table-waiting)")
    .first()
    .waitFor();
}

/** Waits until a page draws what another one draws. */
async function drawsTheSame(page: Page, as: Page): Promise<void> {
  const expected = JSON.stringify(await drawnMarks(as));
  await eventually(
    async () => JSON.stringify(await drawnMarks(page)),
    (drawn) => drawn === expected,
  );
}

localStories("Two tabs", () => {
  it("show at once what is placed, moved and deleted in the other", async () => {
    const [here, there] = await twoTabs();
    const mark = await placeByKey(here, A);
    await statusReads(there, /^1 mark · .*saved here/);
    await drawsTheSame(there, here);
    expect(await drawnMarks(there)).toEqual([mark]);

    await there.bringToFront();
    await moveMark(there, mark.id, A, B);
    await eventually(
      () => drawnMarks(here),
      ([seen]) => String(seen.position) === String(B),
    );
    await drawsTheSame(there, here);

    await here.bringToFront();
    await deleteMark(here, mark.id, B);
    await statusReads(there, /^0 marks/);
    await markCount(there, 0);
    expect((await sandboxOf(there)).records).toEqual([]);
  });

  it("that edit the same mark at once end with all of both, and with a word about what was overwritten", async () => {
    const tabs = await twoTabs();
    await placeByKey(tabs[0], A);
    const forms = tabs.map((page) =>
      marksPanel(page).getByRole("group", { name: "This point" }),
    );
    for (const [i, page] of tabs.entries()) {
      await page.bringToFront();
      await rowIsThere(page);
      await marksTable(page).focus();
      await page.keyboard.press("j");
      await forms[i].getByLabel("Description").waitFor();
    }
    // Both are typed before either is stored; two fields at once lose nothing.
    await forms[0].getByLabel("Type").fill("vesicle");
    await forms[1].getByLabel("Description").fill("from there");
    await forms[0].getByLabel("Description").fill("from here");
    await Promise.all([
      forms[0].getByLabel("Description").press("Enter"),
      forms[1].getByLabel("Description").press("Enter"),
    ]);
    // The placing, the type, and both descriptions: for a moment both tabs show the one that came first.
    await eventually(
      () =>
        tabs[0].evaluate(() => {
          const { clio } = window as unknown as PageWithMarks;
          return clio.store.db!.count("history");
        }),
      (steps) => steps === 4,
    );
    const [record] = (await sandboxOf(tabs[0])).records;
    expect(record.type).toBe("vesicle");
    const kept = await eventually(
      () => Promise.all(tabs.map((page) => columnReads(page, "Description"))),
      ([[here], [there]]) => here === there && here.startsWith("from"),
    );
    expect((await sandboxOf(tabs[1])).records[0].type).toBe(record.type);
    const [[last]] = kept;
    expect((await sandboxOf(tabs[1])).records[0].description).toBe(last);
    // Who was overwritten can have his own back, by the button or by undo.
    await tabs[0].bringToFront();
    await marksTable(tabs[0]).focus();
    const other = last === "from here" ? "from there" : "from here";
    await tabs[0].keyboard.press("Control+z");
    await eventually(
      () => Promise.all(tabs.map((page) => columnReads(page, "Description"))),
      (seen) => seen.every(([text]) => text === other),
    );
  });

  it("both have all that is placed in both at the same time", async () => {
    const tabs = await twoTabs();
    const count = 20;
    await Promise.all(
      tabs.map(async (page, tab) => {
        for (let i = 0; i < count; ++i) {
          const { x, y } = await pixelOf(page, [
            100 + 3 * i,
            110 + 10 * tab,
            64,
          ]);
          await page.mouse.move(x, y);
          await page.keyboard.press("p");
        }
      }),
    );
    for (const page of tabs) {
      await markCount(page, tabs.length * count);
      await statusReads(page, /^40 marks · .*saved here/);
      const drawn = (await drawnMarks(page)).map(({ position }) => position);
      expect(drawn.map(String).sort()).toEqual(
        tabs
          .flatMap((_, tab) =>
            Array.from({ length: count }, (_, i) =>
              String([100 + 3 * i, 110 + 10 * tab, 64]),
            ),
          )
          .sort(),
      );
    }
    const { records } = await sandboxOf(tabs[0]);
    expect(records.length).toBe(tabs.length * count);
  });
});
