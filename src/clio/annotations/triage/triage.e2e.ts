import type { Page } from "playwright-core";
import {
  hoverVoxel,
  localStories,
  newPage,
} from "../../../../config/stories/harness.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { hasFocus } from "../testing/keyboard.js";
import {
  demoState,
  eventually,
  marksPanel,
  openState,
  sandboxOf,
  statusReads,
} from "../testing/marks_page.js";
import {
  manyMarks,
  marksTable,
  openTable,
  putMarks,
  selectedRow,
} from "../testing/table_page.js";

async function stored(page: Page): Promise<Map<string, AnnotationRecord>> {
  const { records } = await sandboxOf(page);
  return new Map(records.map((record) => [record.description, record]));
}

/** Waits until the selected row begins so. */
async function selectedIs(page: Page, name: string): Promise<void> {
  await eventually(
    () => selectedRow(page),
    (row) => row.includes(name),
  );
}

localStories("Reviewing marks", () => {
  it("goes through thirty of them by keys alone: check, tag, choice, comment, delete and undo", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await putMarks(
      page,
      manyMarks(30).map((record) => ({ ...record, checked: false, tags: [] })),
    );
    await openTable(page, 30);

    await marksPanel(page).getByRole("button", { name: "Tag keys" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").locator("input:focus").waitFor();
    await page.keyboard.type("j");
    await page.keyboard.press("Tab");
    await page.keyboard.type("dark");
    await page.keyboard.press("Enter");
    const refusal = page.getByRole("dialog").getByRole("alert");
    await refusal.filter({ hasText: "review-next" }).waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("b");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");

    await marksTable(page).focus();
    await page.keyboard.press("j");
    await selectedIs(page, "mark 1");
    for (let i = 1; i <= 30; ++i) {
      await page.keyboard.press("Space");
      if (i % 3 === 0) await page.keyboard.press("b");
      if (i % 5 === 0) await page.keyboard.press("2");
      if (i < 30) await page.keyboard.press("j");
    }
    await selectedIs(page, "mark 30");
    await eventually(
      async () => [...(await stored(page)).values()],
      (marks) => marks.every(({ checked }) => checked),
    );

    await page.keyboard.press("k");
    await selectedIs(page, "mark 29");
    await page.keyboard.press("c");
    const description = marksPanel(page).getByLabel("Description");
    await eventually(
      () => description.evaluate((field) => field === document.activeElement),
      (focused) => focused,
    );
    await page.keyboard.press("Control+a");
    await page.keyboard.type("a look again");
    await page.keyboard.press("Enter");
    await eventually(
      async () => [...(await stored(page)).keys()],
      (names) => names.includes("a look again"),
    );

    await marksTable(page).focus();
    await page.keyboard.press("Delete");
    await statusReads(page, /^29 marks/);
    await selectedIs(page, "mark 30");
    await page.keyboard.press("Control+z");
    await statusReads(page, /^30 marks/);

    const marks = await stored(page);
    expect(
      [...marks.values()].filter(({ tags }) => tags.includes("dark")).length,
    ).toBe(10);
    expect(
      [...marks.values()].filter(({ fields }) => fields?.cell_class === "glia")
        .length,
    ).toBe(6);
    expect(marks.has("a look again")).toBeTrue();
  });

  it("leaves Space to a button that has the focus, and takes it once a key has gone to another mark", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await putMarks(page, manyMarks(1));
    await openTable(page, 1);
    await marksTable(page).focus();
    await page.keyboard.press("j");
    const columns = marksPanel(page).getByRole("button", { name: "Columns" });
    await columns.focus();
    await page.keyboard.press("Space");
    const dialog = page.getByRole("dialog", { name: "Columns" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    const isChecked = async () => [...(await stored(page)).values()][0].checked;
    expect(await isChecked()).toBeFalse();

    await columns.focus();
    await page.keyboard.press("k");
    await page.keyboard.press("Space");
    await eventually(isChecked, (checked) => checked);
  });

  it("leaves single keys to the viewer while nothing is selected, and to a field that is typed in", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await putMarks(page, manyMarks(3));
    // Whoever points at something goes on there when the panel opens.
    await hoverVoxel(page, [128, 128, 64]);
    await openTable(page, 3);
    await page.keyboard.press("/");
    await page.keyboard.press("j");
    const search = marksPanel(page).getByLabel("Search the marks");
    expect(await hasFocus(search)).toBeFalse();
    expect(await selectedRow(page)).toBe("");
    await marksTable(page).focus();
    await page.keyboard.press("/");
    await page.keyboard.type("jk u");
    expect(
      await marksPanel(page).getByRole("combobox").first().inputValue(),
    ).toBe("jk u");
    expect(await selectedRow(page)).toBe("");
  });
});
