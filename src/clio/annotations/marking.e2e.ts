import type { Page } from "playwright-core";
import {
  clickVoxel,
  hoverVoxel,
  localStories,
  newPage,
  origin,
  viewerReady,
  viewerState,
  type Voxel,
} from "../../../config/stories/harness.js";
import { columnReads } from "./testing/table_page.js";
import {
  deleteMark,
  demoState,
  drawnMarks,
  eventually,
  imageState,
  markCount,
  marksPanel,
  moveMark,
  openState,
  type PageWithMarks,
  pixelOf,
  placeByKey,
  positionsOf,
  settledLink,
  statusReads,
} from "./testing/marks_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];
const C: Voxel = [128, 150, 64];

/** Waits until the rows of the panel are at these places, newest first. */
async function listed(page: Page, places: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      const axes: string[][] = [];
      for (const axis of ["x", "y", "z"]) {
        axes.push(await columnReads(page, axis));
      }
      return axes[0].map((_, i) => axes.map((axis) => axis[i]).join(", "));
    },
    (seen) => seen.join("; ") === places.join("; "),
  );
}

/** Has the table show where marks are. */
async function showPlaces(page: Page): Promise<void> {
  await page.addInitScript(() =>
    localStorage.setItem(
      "clio.columns.demo",
      JSON.stringify({ shown: ["description", "x", "y", "z"], widths: {} }),
    ),
  );
}

// It looks closer than what the page has read when it is drawn.
describe("Marking", () => {
  it("places points where the pointer is, by key and by tool, and has them after a reload", async () => {
    const { page } = await newPage();
    await showPlaces(page);
    await page.goto(origin());
    const chooser = page.getByRole("dialog", { name: "Open a dataset" });
    await chooser.getByRole("option").first().waitFor();
    await page.keyboard.type("demo");
    await page.keyboard.press("Enter");
    await viewerReady(page);

    expect((await placeByKey(page, A)).position).toEqual([...A]);
    await page.keyboard.press("i");
    await statusReads(page, /^1 mark · .*saved here/);
    await listed(page, ["130, 120, 64"]);

    await page.keyboard.press("Shift+P");
    await clickVoxel(page, B);
    await statusReads(page, /^2 marks · .*saved here/);
    await listed(page, ["100, 140, 64", "130, 120, 64"]);

    await page.reload();
    await viewerReady(page);
    await statusReads(page, /^2 marks · .*saved here/);
    await listed(page, ["100, 140, 64", "130, 120, 64"]);
    expect(await positionsOf(page)).toEqual([[...A], [...B]]);
    const drawn = await eventually(
      () => drawnMarks(page),
      (marks) => marks.length === 2,
    );
    expect(drawn.every(({ saved }) => saved)).toBeTrue();
  });
});

localStories("Marking", () => {
  it("places a point where the pointer is when the view was not drawn since it moved", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await hoverVoxel(page, A);
    const { x, y } = await pixelOf(page, B);
    // In one turn of the page, so that no frame comes between: a busy machine is as slow as that.
    const moveAndPress = (clientX: number, clientY: number) =>
      page.evaluate(
        ([clientX, clientY]) => {
          const { viewer } = window as unknown as PageWithMarks;
          viewer.display.scheduleRedraw();
          const at = { clientX, clientY, bubbles: true };
          const panel = document.elementFromPoint(clientX, clientY)!;
          panel.dispatchEvent(new MouseEvent("mousemove", at));
          panel.dispatchEvent(
            new KeyboardEvent("keydown", { code: "KeyP", bubbles: true }),
          );
        },
        [clientX, clientY] as const,
      );
    await moveAndPress(x, y);
    const [mark] = await eventually(
      () => drawnMarks(page),
      (marks) => marks.length > 0,
    );
    expect(mark.position).toEqual([...B]);
  });

  it("places nothing by a drag of the view, nor after the tool was left, and the view stays where it is", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await hoverVoxel(page, A);
    await page.keyboard.press("Shift+P");
    const message = page.locator("#neuroglancer-status-container");
    await message.filter({ hasText: "click to place one" }).waitFor();
    const { position: before } = await viewerState(page);

    const at = await pixelOf(page, A);
    await page.mouse.down();
    await page.mouse.move(at.x + 40, at.y, { steps: 4 });
    await page.mouse.up();
    const { position: dragged } = await viewerState(page);
    expect(dragged).not.toEqual(before);

    await clickVoxel(page, B);
    await eventually(
      () => drawnMarks(page),
      (marks) => marks.length > 0,
    );
    expect((await viewerState(page)).position).toEqual(dragged);

    await page.keyboard.press("Escape");
    await message.filter({ hasText: "click to place one" }).waitFor({
      state: "hidden",
    });
    await clickVoxel(page, A);
    await placeByKey(page, C);
    expect(await positionsOf(page)).toEqual([[...B], [...C]]);
  });

  it("takes every press of the key at speed for the voxel under the pointer, and the link keeps its length", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await placeByKey(page, A);
    const link = await settledLink(page);

    const voxels: Voxel[] = Array.from({ length: 50 }, (_, i) => [
      100 + (i % 10) * 6,
      110 + Math.floor(i / 10) * 7,
      64,
    ]);
    for (const voxel of voxels) {
      const { x, y } = await pixelOf(page, voxel);
      await page.mouse.move(x, y);
      await page.keyboard.press("p");
    }
    await markCount(page, 51);
    const positions = await positionsOf(page);
    expect(positions.map(String).sort()).toEqual(
      [A, ...voxels].map(String).sort(),
    );
    expect((await settledLink(page)).length).toBe(link.length);
  });

  it("deletes a mark and moves one by the viewer's own gestures, for good", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    const first = await placeByKey(page, A);
    const second = await placeByKey(page, B);
    // Opened afresh, the page has seen neither of them but as dots.
    await page.reload();
    await viewerReady(page);
    await markCount(page, 2);

    await moveMark(page, second.id, B, C);
    await eventually(
      () => positionsOf(page),
      (positions) =>
        positions.some((position) => String(position) === String(C)),
    );
    expect(
      (await drawnMarks(page)).find(({ id }) => id === second.id)?.position,
    ).toEqual([...C]);

    await deleteMark(page, first.id, A);
    await markCount(page, 1);

    await page.reload();
    await viewerReady(page);
    await markCount(page, 1);
    const [left] = await drawnMarks(page);
    expect(left).toEqual({
      ...{ id: second.id, position: [...C] },
      ...{ saved: true, color: undefined },
    });
  });

  it("places nothing outside of the image, and says so", async () => {
    const { page } = await newPage();
    await openState(page, { ...demoState(), position: [2.5, 128.5, 64.5] });
    await hoverVoxel(page, [-3, 128, 64]);
    await page.keyboard.press("p");
    await page
      .locator("#neuroglancer-status-container")
      .filter({ hasText: "Nothing was placed: the pointer is outside" })
      .waitFor();
    await placeByKey(page, [0, 128, 64]);
    expect(await positionsOf(page)).toEqual([[0, 128, 64]]);
  });

  it("leaves its keys alone while a person types in a field", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await hoverVoxel(page, A);
    // Upstream's field for the position: in it a person types with the pointer over the slice.
    const field = page
      .locator("input.neuroglancer-position-dimension-coordinate")
      .first();
    await field.focus();
    await page.keyboard.type("pid");
    expect(await marksPanel(page).count()).toBe(0);
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.keyboard.press("Escape");
    await placeByKey(page, B);
    expect(await positionsOf(page)).toEqual([[...B]]);
  });

  it("is among the keys of the viewer's own help", async () => {
    const { page } = await newPage();
    await openState(page, imageState());
    await hoverVoxel(page, A);
    await page.keyboard.press("h");
    const help = page.locator(".neuroglancer-help-body");
    await help.waitFor();
    const text = await help.innerText();
    for (const action of ["open-dataset", "toggle-marks-panel", "place-point"])
      expect(text).toContain(action);
    expect(text).toContain("Clio");
  });
});
