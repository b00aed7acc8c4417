import type { Page } from "playwright-core";
import {
  localStories,
  newPage,
  showVoxel,
  viewerState,
  type Voxel,
} from "../../../../config/stories/harness.js";
import { violations } from "../../../../config/stories/axe.js";
import {
  deleteMark,
  demoState,
  drawnMarks,
  eventually,
  markCount,
  moveMark,
  openState,
  PIXELS_A_VOXEL,
  placeByKey,
  positionsOf,
  statusReads,
} from "../testing/marks_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];
const C: Voxel = [150, 150, 64];
const D: Voxel = [110, 110, 64];

/** Where the marks are on disk and on the screen, both the same, as one text. */
async function marksAre(page: Page, expected: string): Promise<void> {
  await eventually(
    async () => String((await positionsOf(page)).map(String).sort()),
    (held) => held === expected,
  );
  await eventually(
    async () =>
      String(
        (await drawnMarks(page)).map((mark) => String(mark.position)).sort(),
      ),
    (drawn) => drawn === expected,
  );
}

function text(...voxels: Voxel[]): string {
  return String(voxels.map(String).sort());
}

function toast(page: Page) {
  return page.locator(".clio-toast");
}

localStories("Undo and redo", () => {
  it("take back and do again by keys all that was done, a reload in between", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    const a = await placeByKey(page, A);
    const b = await placeByKey(page, B);
    await placeByKey(page, C);
    await moveMark(page, a.id, A, D);
    await marksAre(page, text(D, B, C));
    await deleteMark(page, b.id, B);
    const states = [
      text(),
      text(A),
      text(A, B),
      text(A, B, C),
      text(D, B, C),
      text(D, C),
    ];
    await marksAre(page, states[5]);
    await toast(page).getByText("Deleted point").waitFor();

    for (const done of [4, 3, 2]) {
      await page.keyboard.press("Control+z");
      await marksAre(page, states[done]);
    }
    await toast(page).getByText("Undid place point").waitFor();
    await page.reload();
    await markCount(page, 2);
    for (const done of [1, 0]) {
      await page.keyboard.press("Control+z");
      await marksAre(page, states[done]);
    }
    for (const done of [1, 2, 3]) {
      await page.keyboard.press("Control+Shift+z");
      await marksAre(page, states[done]);
    }
    await page.keyboard.press("Control+y");
    await marksAre(page, states[4]);
    await toast(page).getByText("Redid move point").waitFor();
    await page.keyboard.press("Control+y");
    await marksAre(page, states[5]);
  });

  it("are in the toast, which does what its button says", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await placeByKey(page, A);
    await toast(page).getByRole("button", { name: "Undo place point" }).click();
    await marksAre(page, text());
    await toast(page).getByRole("button", { name: "Redo" }).click();
    await marksAre(page, text(A));
    await showVoxel(page, D, PIXELS_A_VOXEL);
    await toast(page).getByRole("button", { name: "Show" }).click();
    await eventually(
      async () => (await viewerState(page)).position,
      (position) => String(position) === String(A.map((voxel) => voxel + 0.5)),
    );
    expect(await violations(page, [".clio-toast"])).toEqual({});
    await toast(page).getByRole("button", { name: "Dismiss" }).click();
    await toast(page).getByRole("button").first().waitFor({ state: "hidden" });
  });

  it("leave a text that is being typed its own undo", async () => {
    const { page } = await newPage();
    await openState(page, { ...demoState(), clioMarks: { visible: true } });
    await placeByKey(page, A);
    await statusReads(page, /^1 mark/);
    const search = page
      .locator(
        ".clio-side-panel input[type=search], .clio-side-panel input[type=text], .clio-side-panel input:not([type])",
      )
      .first();
    await search.click();
    await page.keyboard.type("so");
    await page.keyboard.press("Control+z");
    expect(await search.inputValue()).not.toBe("so");
    await search.fill("");
    await marksAre(page, text(A));
    await page
      .locator(".neuroglancer-rendered-data-panel")
      .first()
      .click({ position: { x: 20, y: 20 } });
    await page.keyboard.press("Control+z");
    await marksAre(page, text());
  });
});
