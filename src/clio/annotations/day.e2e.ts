import type { Page } from "playwright-core";
import { downloaded } from "../../../config/stories/downloaded.js";
import {
  localStories,
  newPage,
  origin,
  viewerReady,
} from "../../../config/stories/harness.js";
import type { AnnotationRecord } from "../model/annotation.js";
import { dryRunReads, importDialog } from "./exchange/testing/exchange_page.js";
import { violations } from "../../../config/stories/axe.js";
import { hasFocus, tabTo } from "./testing/keyboard.js";
import {
  drawnMarks,
  eventually,
  markCount,
  marksPanel,
  positionsOf,
  sandboxOf,
  statusReads,
} from "./testing/marks_page.js";
import { marksTable, selectedRow } from "./testing/table_page.js";

async function stored(
  page: Page,
  found: (records: AnnotationRecord[]) => boolean,
): Promise<AnnotationRecord[]> {
  return eventually(
    async () =>
      (await sandboxOf(page)).records.sort((a, b) => a.created - b.created),
    found,
  );
}

async function selectedIs(page: Page, text: string): Promise<void> {
  await eventually(
    () => selectedRow(page),
    (row) => row.includes(text),
  );
}

function panelButton(page: Page, name: string) {
  return marksPanel(page).getByRole("button", { name, exact: true });
}

function section(page: Page, title: string) {
  return marksPanel(page).locator("summary", { hasText: title });
}

localStories("A day with marks, by keyboard alone,", () => {
  it("opens a dataset, places marks, edits, filters, reviews, tags, sets, colours, imports, exports and undoes", async () => {
    const { page } = await newPage();
    const { keyboard } = page;
    await page.goto(origin());
    const chooser = page.getByRole("dialog", { name: "Open a dataset" });
    await chooser.getByRole("option").first().waitFor();
    await keyboard.type("demo");
    await keyboard.press("Enter");
    await viewerReady(page);

    // Without a pointer they are placed in the middle of the view, which goes where its coordinates say.
    const x = page.locator("input.neuroglancer-position-dimension-coordinate");
    for (const [count, at] of ["120", "130", "140"].entries()) {
      await tabTo(page, x.first());
      await keyboard.press("Control+a");
      await keyboard.type(at);
      await keyboard.press("Enter");
      // Out of the field, in which the next key would write its letter, and into the view, which takes the focus a moment later.
      await keyboard.press("Escape");
      await eventually(
        () =>
          page
            .locator(":focus")
            .evaluateAll((all) => all.map((one) => one.tagName)),
        (focused) => focused.length === 1 && !/BODY|INPUT/.test(focused[0]),
      );
      await keyboard.press("p");
      await markCount(page, count + 1);
    }
    const places = (await positionsOf(page)).map(([x]) => x);
    expect(places).toEqual([120, 130, 140]);

    await keyboard.press("i");
    await statusReads(page, /^3 marks/);
    await eventually(
      () => hasFocus(marksTable(page)),
      (focused) => focused,
    );
    await keyboard.press("j");
    await marksTable(page).locator('[aria-current="true"]').waitFor();
    await keyboard.press("c");
    const description = marksPanel(page).getByLabel("Description");
    await eventually(
      () => hasFocus(description),
      (focused) => focused,
    );
    await keyboard.type("dense core, on the left");
    await keyboard.press("Enter");
    await selectedIs(page, "dense core");
    await eventually(
      () => hasFocus(marksTable(page)),
      (focused) => focused,
    );
    await keyboard.press("t");
    await eventually(
      () =>
        hasFocus(marksPanel(page).getByLabel("Type", { exact: true }).first()),
      (focused) => focused,
    );
    await keyboard.type("vesicle");
    await keyboard.press("Tab");
    await keyboard.type("da");
    // The change comes back from the store, and the rows with it, in the middle of a word.
    await selectedIs(page, "vesicle");
    await keyboard.type("rk");
    await keyboard.press("Enter");
    await keyboard.press("Enter");
    await stored(page, (records) =>
      records.some(
        ({ type, tags }) => type === "vesicle" && tags.includes("dark"),
      ),
    );
    expect(await hasFocus(marksTable(page))).toBeTrue();
    await keyboard.press("2");
    await keyboard.press("Space");
    await keyboard.press("u");
    await keyboard.press("Space");
    await stored(
      page,
      (records) => records.filter(({ checked }) => checked).length === 2,
    );

    await keyboard.press("/");
    await keyboard.type("is:unchecked");
    await statusReads(page, /^3 marks · 1 shown/);
    await markCount(page, 1);
    await keyboard.press("Enter");
    await tabTo(page, panelButton(page, "Filter the views too"), "Shift+Tab");
    await keyboard.press("Space");
    await markCount(page, 3);
    expect(await violations(page, [".clio-panel"])).toEqual({});
    await keyboard.press("Space");
    await markCount(page, 1);
    await tabTo(
      page,
      marksPanel(page).getByLabel("Search the marks"),
      "Shift+Tab",
    );
    await keyboard.press("Control+a");
    await keyboard.press("Delete");
    await statusReads(page, /^3 marks · [^0-9]/);
    await keyboard.press("Enter");

    await keyboard.press("Control+a");
    const bar = marksPanel(page).getByRole("region", { name: "Chosen marks" });
    await bar.getByText("3 marks chosen").waitFor();
    await tabTo(
      page,
      bar.getByRole("button", { name: "Tag", exact: true }),
      "Shift+Tab",
    );
    await keyboard.press("Enter");
    await eventually(
      () => hasFocus(bar.getByLabel("Tag", { exact: true })),
      (focused) => focused,
    );
    await keyboard.type("seen");
    await keyboard.press("Enter");
    await stored(page, (records) =>
      records.every(({ tags }) => tags.includes("seen")),
    );
    await eventually(
      () => hasFocus(bar.getByRole("button", { name: "Tag", exact: true })),
      (focused) => focused,
    );
    await tabTo(page, bar.getByRole("button", { name: "Set", exact: true }));
    await keyboard.press("Enter");
    await eventually(
      () => hasFocus(bar.getByLabel("Set", { exact: true })),
      (focused) => focused,
    );
    await keyboard.type("monday");
    await keyboard.press("Enter");
    await stored(page, (records) =>
      records.every(({ set }) => set === "monday"),
    );

    await tabTo(page, section(page, "Sets"));
    await keyboard.press("Enter");
    await tabTo(page, panelButton(page, "Show set monday"));
    await keyboard.press("Space");
    await markCount(page, 0);
    await marksTable(page)
      .getByText("point, hidden in the views with its set")
      .first()
      .waitFor({ state: "attached" });
    expect(await violations(page, [".clio-panel"])).toEqual({});
    await keyboard.press("Space");
    await markCount(page, 3);

    await tabTo(page, section(page, "Look"), "Shift+Tab");
    await keyboard.press("Enter");
    await tabTo(page, marksPanel(page).getByLabel("Colour by"));
    await keyboard.press("t");
    await eventually(
      () => drawnMarks(page),
      (marks) => marks.every(({ color }) => color !== undefined),
    );

    await tabTo(page, panelButton(page, "Import marks"), "Shift+Tab");
    await keyboard.press("Enter");
    const dialog = importDialog(page);
    await tabTo(page, dialog.getByLabel("Text to import"));
    await keyboard.insertText("x,y,z,comment\n130,120,64,from a table\n");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await dryRunReads(page, "1", "will be added");
    const start = dialog.getByRole("button", { name: "Import 1 mark" });
    await eventually(
      () => hasFocus(start),
      (focused) => focused,
    );
    await keyboard.press("Enter");
    await statusReads(page, /^4 marks/);
    await dialog.waitFor({ state: "hidden" });

    await tabTo(page, panelButton(page, "Export marks"));
    const file = await downloaded(page, async () => {
      await keyboard.press("Enter");
      const start = page.getByRole("dialog").getByRole("button", {
        name: "Export",
        exact: true,
      });
      await eventually(
        () => hasFocus(start),
        (focused) => focused,
      );
      await keyboard.press("Enter");
    });
    expect(file.text.trim().split("\r\n").length).toBe(5);
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    await tabTo(page, marksTable(page));
    await keyboard.press("Control+z");
    await statusReads(page, /^3 marks ·/);
    await keyboard.press("j");
    await keyboard.press("Delete");
    await statusReads(page, /^2 marks ·/);
    await keyboard.press("Control+z");
    await statusReads(page, /^3 marks ·/);
  });
});
