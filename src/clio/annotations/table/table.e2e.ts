import axe from "axe-core";
import type { Page } from "playwright-core";
import {
  localStories,
  newContext,
  newPage,
  pageIn,
  viewerReady,
} from "../../../../config/stories/harness.js";
import {
  demoState,
  eventually,
  marksPanel,
  openState,
  sandboxOf,
  statusReads,
} from "../testing/marks_page.js";
import {
  columnReads,
  manyMarks,
  marksTable,
  openTable,
  putMarks,
  selectedRow,
} from "../testing/table_page.js";

async function openMarks(page: Page, count: number): Promise<void> {
  await openState(page, demoState());
  await putMarks(page, manyMarks(count));
  await openTable(page, count);
}

async function descriptions(
  page: Page,
  wanted: (seen: string[]) => boolean,
): Promise<void> {
  await eventually(() => columnReads(page, "Description"), wanted);
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const inPage = window as unknown as { axe: typeof axe };
    const found = await inPage.axe.run({ include: [[".clio-panel"]] });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html}`),
    );
  });
}

localStories("The table of marks", () => {
  it("has search, order and columns again after a reload", async () => {
    const { page } = await newPage();
    await openMarks(page, 40);
    await descriptions(page, (seen) => seen[0] === "mark 1");
    await marksTable(page).getByRole("button", { name: "Description" }).click();
    await marksTable(page).getByRole("button", { name: "Description" }).click();
    await descriptions(page, (seen) => seen[0] === "mark 40");
    await marksTable(page).focus();
    await page.keyboard.press("/");
    await page.keyboard.type("is:checked");
    await statusReads(page, /^40 marks · 8 shown/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await marksPanel(page).getByRole("button", { name: "Columns" }).click();
    await page
      .getByRole("dialog")
      .getByRole("checkbox", { name: "Author" })
      .press("Space");
    await page.keyboard.press("Escape");
    await eventually(
      () => page.evaluate(() => location.hash),
      // All of it: the address follows while one types.
      (hash) => decodeURIComponent(hash).includes("is:checked"),
    );

    await page.reload();
    await viewerReady(page);
    await statusReads(page, /^40 marks · 8 shown/);
    await descriptions(page, (seen) => seen[0] === "mark 40");
    expect(await columnReads(page, "Author")).toContain("local");
  });

  it("selects in the viewer what is selected in it, and the other way round", async () => {
    const { page } = await newPage();
    await openMarks(page, 300);
    await marksTable(page).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await eventually(
      () =>
        page.evaluate(() => {
          const { viewer } = window as unknown as {
            viewer: {
              selectionDetailsState: {
                value?: { layers: { state: { annotationId?: string } }[] };
              };
            };
          };
          return viewer.selectionDetailsState.value?.layers[0].state
            .annotationId;
        }),
      (id) => id === "00000000-0000-4000-8000-000000000002",
    );
    await page.evaluate(() => {
      const { viewer } = window as unknown as {
        viewer: {
          layerManager: {
            managedLayers: {
              name: string;
              layer: {
                sandboxState: object;
                selectAnnotation: (s: object, id: string, pin: true) => void;
              };
            }[];
          };
        };
      };
      const { layer } = viewer.layerManager.managedLayers.find(
        ({ name }) => name === "marks",
      )!;
      const id = "00000000-0000-4000-8000-000000000250";
      layer.selectAnnotation(layer.sandboxState, id, true);
    });
    await eventually(
      () => selectedRow(page),
      (row) => row.includes("mark 250"),
    );
    await marksPanel(page).getByLabel("Description").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("tags all that match in one step, which undo takes back, and another tab follows", async () => {
    const context = await newContext();
    const { page } = await pageIn(context);
    await openMarks(page, 60);
    const { page: other } = await pageIn(context);
    await openState(other, demoState());
    await openTable(other, 60);

    await marksTable(page).focus();
    await page.keyboard.press("Control+a");
    const bar = marksPanel(page).getByRole("region", { name: "Chosen marks" });
    await bar.getByText("60 marks chosen").waitFor();
    await bar.getByRole("button", { name: "Tag", exact: true }).press("Enter");
    await bar.getByLabel("Tag", { exact: true }).waitFor();
    await page.keyboard.type("seen");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    const tagged = async () =>
      (await sandboxOf(page)).records.filter(({ tags }) =>
        tags.includes("seen"),
      ).length;
    await eventually(tagged, (count) => count === 60);
    await eventually(
      () => columnReads(other, "Tags"),
      (tags) => tags.length > 5 && tags.every((text) => text.includes("seen")),
    );
    await marksTable(page).focus();
    await page.keyboard.press("Control+z");
    await eventually(tagged, (count) => count === 0);
  });

  it("says when nothing matches, and shows all again by its button", async () => {
    const { page } = await newPage();
    await openMarks(page, 10);
    await marksTable(page).focus();
    await page.keyboard.press("/");
    await page.keyboard.type("nowhere");
    const state = marksPanel(page).getByText("No mark matches");
    await state.waitFor();
    expect(await violations(page)).toEqual([]);
    await marksPanel(page)
      .getByRole("button", { name: "Clear the search" })
      .press("Enter");
    await state.waitFor({ state: "detached" });
    await descriptions(page, (seen) => seen.length === 10);
    await eventually(
      () => marksTable(page).evaluate((el) => el === document.activeElement),
      (focused) => focused,
    );
  });
});
