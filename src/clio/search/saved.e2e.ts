import {
  newContext,
  newPage,
  pageIn,
  type Voxel,
  viewerReady,
} from "../../../config/stories/harness.js";
import { violations } from "../../../config/stories/axe.js";
import { eventually } from "../../../config/stories/eventually.js";
import { demoLink } from "./testing/marked_page.js";
import {
  addressOfSaved,
  matchCards,
  matchesListed,
  panelSays,
  questionsOf,
  savedSearches,
  searchLike,
  searchPanel,
  seenMatches,
} from "./testing/search_page.js";

const PLACE: Voxel = [130, 120, 64];

describe("A saved search", () => {
  it("is there after a reload with what was found and reviewed, and its link opens elsewhere without running anything; all by keys", async () => {
    const context = await newContext();
    const { page } = await pageIn(context);
    await page.goto(demoLink());
    await viewerReady(page);
    await page.keyboard.press("f");
    const count = await matchesListed(page);
    const seen = await seenMatches(page);
    for (const key of ["a", "x", "a"]) await page.keyboard.press(key);
    await page.keyboard.press("Control+s");
    await page.keyboard.type("Dark ones");
    await page.keyboard.press("Enter");
    const row = savedSearches(page).locator('[aria-current="true"]');
    await row.filter({ hasText: "Dark ones" }).waitFor();
    expect(
      await violations(page, ['[aria-label="Search by example"]']),
    ).toEqual({});
    await searchPanel(page).getByRole("listbox").focus();
    await page.keyboard.press("a");
    await row.filter({ hasText: "3 accepted" }).waitFor();
    await panelSays(page, /saved here/);
    const link = await addressOfSaved(page, "Dark ones");

    const questions = questionsOf(page);
    await page.reload();
    await viewerReady(page);
    expect(await matchesListed(page)).toBe(count);
    await panelSays(page, /4 of [\d,]+ reviewed · 3 accepted/);
    expect(await seenMatches(page)).toEqual(seen);
    expect(questions).toEqual([]);

    const elsewhere = await newPage();
    const asksElsewhere = questionsOf(elsewhere.page);
    await elsewhere.page.goto(link);
    await viewerReady(elsewhere.page);
    await panelSays(elsewhere.page, /A search waits to be run/);
    expect(await matchCards(elsewhere.page).count()).toBe(0);
    await searchPanel(elsewhere.page)
      .getByText("like", { exact: true })
      .waitFor();
    expect(
      await violations(elsewhere.page, ['[aria-label="Search by example"]']),
    ).toEqual({});
    expect(asksElsewhere).toEqual([]);
    await elsewhere.page.keyboard.press("Enter");
    expect(await matchesListed(elsewhere.page)).toBe(count);
    expect(await seenMatches(elsewhere.page)).toEqual(seen);
    await panelSays(elsewhere.page, /0 of [\d,]+ reviewed/);
  });

  it("is deleted with a way back, comes back out of its file, and is refused by what is wrong in that", async () => {
    const { page } = await newPage();
    await page.goto(demoLink());
    await viewerReady(page);
    await searchLike(page, PLACE);
    const count = await matchesListed(page);
    await page.keyboard.press("Control+s");
    await page.keyboard.type("Dark ones");
    await page.keyboard.press("Enter");
    const list = savedSearches(page);
    await list.getByRole("button", { name: "Delete Dark ones" }).focus();
    await page.keyboard.press("Enter");
    await list.getByText("Dark ones was deleted").waitFor();
    await page.waitForFunction(
      () => document.activeElement?.textContent === "Undo",
    );
    await page.keyboard.press("Enter");
    const open = list.getByRole("button", { name: "Dark ones", exact: true });
    await open.waitFor();

    const panel = searchPanel(page);
    for (const form of ["json", "csv"]) {
      await panel.getByRole("button", { name: "Export saved" }).click();
      const dialog = page.getByRole("dialog", { name: "Export saved" });
      const which = dialog.getByLabel("Searches", { exact: true });
      await which.selectOption({ index: 1 });
      await dialog.getByLabel("Form of the file").selectOption(form);
      const download = page.waitForEvent("download");
      await dialog.getByRole("button", { name: "Export", exact: true }).click();
      const file = await (await download).path();
      await panel.getByLabel("File of saved searches").setInputFiles(file);
      await panelSays(page, /1 search was added/);
    }
    await eventually(
      () => open.count(),
      (searches) => searches === 3,
    );
    await open.first().click();
    expect(await matchesListed(page)).toBe(count);

    const bad = {
      name: "bad.json",
      mimeType: "application/json",
      buffer: Buffer.from(
        JSON.stringify({ format: "clio-searches", version: 1, searches: [7] }),
      ),
    };
    await panel.getByLabel("File of saved searches").setInputFiles(bad);
    await panelSays(
      page,
      /bad\.json cannot be imported\. searches\.0: 7, expected a saved search/,
    );
    expect(await open.count()).toBe(3);
    expect(await matchesListed(page)).toBe(count);
  });

  it("that cannot be what a link says is refused by the field, and the rest of the link opens", async () => {
    const { page } = await newPage();
    const [address, state] = demoLink().split("#!");
    const view = JSON.parse(decodeURIComponent(state)) as object;
    const search = {
      dataset: "demo",
      examples: [{ point: ["1", 2, 3], like: true }],
      filters: {},
      plane: "+x+y",
    };
    const clioMatches = { visible: true, search };
    const text = JSON.stringify({ ...view, clioMatches });
    await page.goto(`${address}#!${encodeURIComponent(text)}`);
    await viewerReady(page);
    await panelSays(page, /examples\.0\.point\.0: "1", expected a coordinate/);
    await searchLike(page, PLACE);
    expect(await matchesListed(page)).toBeGreaterThan(0);
  });
});
