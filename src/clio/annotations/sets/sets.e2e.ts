import type { Page } from "playwright-core";
import {
  localStories,
  newPage,
  viewerReady,
  type Voxel,
} from "../../../../config/stories/harness.js";
import { violations } from "../../../../config/stories/axe.js";
import {
  deleteMark,
  demoState,
  drawnMarks,
  eventually,
  markCount,
  marksPanel,
  moveMark,
  openSection,
  openState,
  placeByKey,
  sandboxOf,
  settledLink,
  statusReads,
} from "../testing/marks_page.js";
import {
  marksTable,
  openTable,
  pointMark,
  putMarks,
} from "../testing/table_page.js";

const A: Voxel = [120, 120, 64];
const B: Voxel = [140, 130, 64];
const C: Voxel = [110, 140, 64];

/** Three marks: two in the set done, one in none. */
function threeMarks() {
  return [
    pointMark(1, A, { set: "done" }),
    pointMark(2, B, { set: "done" }),
    pointMark(3, C),
  ];
}

async function openSets(page: Page): Promise<void> {
  await openState(page, demoState());
  await putMarks(page, threeMarks());
  await openTable(page, 3);
  await openSection(page, "Sets");
  await row(page, "done").getByText("2", { exact: true }).waitFor();
}

function row(page: Page, name: string) {
  return marksPanel(page)
    .getByRole("list", { name: "Sets" })
    .getByRole("listitem")
    .filter({ hasText: name });
}

function setButton(page: Page, label: string) {
  return marksPanel(page).getByRole("button", { name: label, exact: true });
}

async function setsOf(page: Page): Promise<string[]> {
  const { records } = await sandboxOf(page);
  return records
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ set }) => set ?? "");
}

/** Waits for a message of the viewer. */
async function told(page: Page, text: RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

localStories("The sets of a sandbox", () => {
  it("are hidden and shown one by one in the views, are marked so in the table, and stay so over a reload", async () => {
    const { page } = await newPage();
    await openSets(page);
    await markCount(page, 3);
    await setButton(page, "Show set done").press("Enter");
    await markCount(page, 1);
    await statusReads(page, /^3 marks/);
    const hidden = marksTable(page).getByText("hidden in the views");
    await eventually(
      () => hidden.count(),
      (count) => count === 2,
    );
    expect(await violations(page, [".clio-panel"])).toEqual({});
    await settledLink(page);
    await page.reload();
    await viewerReady(page);
    await statusReads(page, /^3 marks/);
    await markCount(page, 1);
    await openSection(page, "Sets");
    const show = setButton(page, "Show set done");
    expect(await show.getAttribute("aria-pressed")).toBe("false");
    await show.press("Enter");
    await markCount(page, 3);
    expect(await hidden.count()).toBe(0);
    await setButton(page, "Show marks in no set").press("Enter");
    await markCount(page, 2);
  });

  it("are locked: their marks are neither moved, deleted, edited nor changed with others, and a person is told why", async () => {
    const { page } = await newPage();
    await openSets(page);
    await setButton(page, "Lock set done").press("Enter");
    const before = JSON.stringify((await sandboxOf(page)).records);
    const [a] = await drawnMarks(page);
    await moveMark(page, a.id, A, [130, 110, 64]);
    await told(page, /nothing was changed, because the set “done” is locked/);
    await eventually(
      () => drawnMarks(page),
      ([first]) => String(first.position) === String(A),
    );
    await deleteMark(page, a.id, A);
    await told(page, /Delete point: nothing was changed, because the set/);

    await marksTable(page).focus();
    await page.keyboard.press("Control+a");
    const bar = marksPanel(page).getByRole("region", { name: "Chosen marks" });
    await bar
      .getByRole("button", { name: "Check", exact: true })
      .press("Enter");
    await told(page, /Nothing was changed: the set “done” is locked/);
    await marksTable(page).focus();
    await page.keyboard.press("ArrowDown");
    await marksPanel(page).getByText("The set done is locked").waitFor();
    expect(await violations(page, [".clio-panel"])).toEqual({});
    expect(JSON.stringify((await sandboxOf(page)).records)).toBe(before);

    await setButton(page, "Lock set done").press("Enter");
    await moveMark(page, a.id, A, [130, 110, 64]);
    await eventually(
      () => drawnMarks(page),
      ([first]) => String(first.position) === "130,110,64",
    );
  });

  it("take new marks, and are renamed as one step, which undo takes back", async () => {
    const { page } = await newPage();
    await openSets(page);
    await marksPanel(page).getByLabel("Name of a new set").focus();
    await page.keyboard.type("to do");
    await page.keyboard.press("Enter");
    await row(page, "to do").waitFor();
    await placeByKey(page, [125, 145, 64]);
    await row(page, "to do").getByText("1", { exact: true }).waitFor();
    expect((await setsOf(page)).filter((set) => set === "to do").length).toBe(
      1,
    );

    await setButton(page, "Rename set done").press("Enter");
    await page.keyboard.type("good");
    expect(await violations(page, [".clio-panel"])).toEqual({});
    await page.keyboard.press("Enter");
    await row(page, "good").getByText("2", { exact: true }).waitFor();
    await eventually(
      () => setsOf(page),
      (sets) => sets.filter((set) => set === "good").length === 2,
    );
    await marksTable(page).focus();
    await page.keyboard.press("Control+z");
    await eventually(
      () => setsOf(page),
      (sets) => sets.filter((set) => set === "done").length === 2,
    );
  });
});
