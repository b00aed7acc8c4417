import type { Page } from "playwright-core";
import {
  newContext,
  pageIn,
  type Voxel,
} from "../../../config/stories/harness.js";
import {
  demoState,
  drawnMarks,
  eventually,
  markCount,
  moveMark,
  deleteMark,
  openState,
  pixelOf,
  placeByKey,
  sandboxOf,
  statusReads,
} from "./testing/marks_page.js";

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

/** Waits until a page draws what another one draws. */
async function drawsTheSame(page: Page, as: Page): Promise<void> {
  const expected = JSON.stringify(await drawnMarks(as));
  await eventually(
    async () => JSON.stringify(await drawnMarks(page)),
    (drawn) => drawn === expected,
  );
}

describe("Two tabs", () => {
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
