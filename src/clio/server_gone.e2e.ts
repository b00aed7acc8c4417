import type { Page } from "playwright-core";
import { AccountServer } from "../../config/stories/account_server.js";
import { awayFaults, restLoaded } from "../../config/stories/away.js";
import { violations } from "../../config/stories/axe.js";
import {
  newContext,
  pageIn,
  type Voxel,
  viewerReady,
} from "../../config/stories/harness.js";
import {
  demoState,
  drawnMarks,
  eventually,
  linkAt,
  markCount,
  marksPanel,
  placeByKey,
  statusReads,
} from "./annotations/testing/marks_page.js";
import { marksTable } from "./annotations/testing/table_page.js";
import {
  matchesListed,
  panelSays,
  searchPanel,
} from "./search/testing/search_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];
const C: Voxel = [110, 110, 64];

describe("With the server gone once the page has loaded,", () => {
  let server: AccountServer;
  let page: Page;
  beforeEach(async () => {
    server = await AccountServer.startLocal();
    ({ page } = await pageIn(await newContext(), { allow: awayFaults }));
    // Else what is not yet in view may be there already.
    const state = { ...demoState(server.origin), prefetch: false };
    await page.goto(linkAt(server.origin, state));
    await viewerReady(page);
    await page.getByRole("button", { name: "Synced", exact: true }).waitFor();
    await restLoaded(page);
    await server.kill();
  }, 60_000);
  afterEach(() => server.close());

  /** How many marks and saved searches the server has of the user of its machine. */
  async function onServer(): Promise<{ marks: number; searches: number }> {
    const ask = async (route: string) =>
      (await fetch(server.origin + route)).json() as Promise<object>;
    const { records } = (await ask("/api/sync/news?since=0")) as {
      records: { record?: unknown }[];
    };
    const searches = await ask("/v2/savedsearches/demo");
    return {
      marks: records.filter(({ record }) => record !== undefined).length,
      searches: Object.keys(searches).length,
    };
  }

  it("marks are placed, written on, undone, filtered, exported and imported, and delivered when it is back", async () => {
    await placeByKey(page, A);
    await placeByKey(page, B);
    // The panel was never open before.
    await page.keyboard.press("i");
    await statusReads(page, /^2 marks .*saved here.*offline.*waiting \(2\)/);
    await placeByKey(page, C);
    await page.keyboard.press("Control+z");
    await markCount(page, 2);
    await marksTable(page)
      .locator(".clio-table-row:not(.clio-table-waiting)")
      .first()
      .waitFor();
    await marksTable(page).focus();
    await page.keyboard.press("j");
    const form = marksPanel(page).getByRole("group", { name: "This point" });
    await form.getByLabel("Description").fill("while it was away");
    await form.getByLabel("Description").press("Enter");
    await marksPanel(page).getByRole("combobox").first().fill("away");
    await statusReads(page, /1 (shown|match)/);
    await eventually(
      async () => (await drawnMarks(page)).length,
      (drawn) => drawn === 1,
    );

    await marksPanel(page)
      .getByRole("button", { name: "Export marks" })
      .click();
    const exporting = page.getByRole("dialog", { name: "Export marks" });
    const download = page.waitForEvent("download");
    await exporting.getByRole("button", { name: "Export" }).press("Enter");
    const file = await (await download).path();
    await marksPanel(page)
      .getByRole("button", { name: "Import marks" })
      .click();
    const importing = page.getByRole("dialog", { name: "Import marks" });
    await importing.locator("input[type=file]").setInputFiles({
      name: "more.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("x,y,z,description\n120,130,64,out of a file\n"),
    });
    await importing.getByRole("button", { name: "Import 1 mark" }).click();
    await statusReads(page, /^3 marks/);
    expect(file).toBeTruthy();

    await page.getByRole("button", { name: "Offline" }).click();
    const sync = page.getByRole("dialog", { name: "Sync" });
    expect(await violations(page, [".clio-dialog"])).toEqual({});
    await sync.press("Escape");
    await server.restart();
    await statusReads(page, /^3 marks .*saved here.*synced/);
    expect((await onServer()).marks).toBe(3);
  });

  it("a search says so and is answered when it is back; what was found is reviewed, saved and made marks of while it is gone again", async () => {
    await page.keyboard.press("f");
    await panelSays(page, /The server that searches does not answer/);
    await panelSays(page, /See that it runs/);
    await server.restart();
    await searchPanel(page).getByRole("button", { name: "Try again" }).click();
    expect(await matchesListed(page)).toBeGreaterThan(3);
    await page.getByRole("button", { name: "Synced", exact: true }).waitFor();

    await server.kill();
    await searchPanel(page).getByRole("listbox").focus();
    for (const key of ["a", "x", "a"]) await page.keyboard.press(key);
    await page.keyboard.press("Control+s");
    await page.keyboard.type("Dark ones");
    await page.keyboard.press("Enter");
    await panelSays(page, /saved here · server away/);
    await searchPanel(page).getByRole("listbox").focus();
    await page.keyboard.press("Control+Enter");
    await markCount(page, 2);

    await server.restart();
    await eventually(
      onServer,
      ({ marks, searches }) => marks === 2 && searches === 1,
    );
  });

  it("what was not in view yet is drawn as soon as it is back, and not as black", async () => {
    const isReady = () =>
      page.evaluate(() => {
        const { viewer } = window as unknown as {
          viewer: {
            isReady(): boolean;
            navigationState: { position: { value: Float32Array } };
          };
        };
        viewer.navigationState.position.value = Float32Array.of(128, 128, 10.5);
        return viewer.isReady();
      });
    let refused = 0;
    page.on("requestfailed", (request) => {
      if (request.url().includes("/volumes/demo/image/")) ++refused;
    });
    expect(await isReady()).toBeFalse();
    await eventually(
      () => Promise.resolve(refused),
      (count) => count > 2,
    );
    expect(await isReady()).toBeFalse();
    await server.restart();
    await viewerReady(page);
  });

  it("the datasets, links and tokens say so, each with what to do next, and are there when it is back", async () => {
    await page.keyboard.press("d");
    const chooser = page.getByRole("dialog", { name: "Open a dataset" });
    await chooser
      .getByText("The server that lists the datasets does not answer.")
      .waitFor();
    expect(await violations(page, [".clio-dialog"])).toEqual({});
    await page.keyboard.press("Escape");
    // The sandbox still knows the dataset that it belongs to.
    await placeByKey(page, A);

    await page.keyboard.press("y");
    const share = page.getByRole("dialog", { name: "Share this view" });
    await share.getByRole("textbox", { name: "Title" }).press("Enter");
    await share.getByText("The link was not made.").waitFor();
    await share.getByText(/the address of this page holds the view/).waitFor();
    expect(await violations(page, [".clio-dialog"])).toEqual({});

    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Settings", exact: true }).click();
    const settings = page.getByRole("region", { name: "Settings" });
    const tokens = settings.getByRole("region", { name: "API tokens" });
    await tokens.getByText(/The tokens could not be read/).waitFor();
    expect(await violations(page, [".clio-settings"])).toEqual({});

    await server.restart();
    await tokens.getByRole("button", { name: "Try again" }).click();
    await tokens.getByText("No tokens yet").waitFor();
    await page.keyboard.press("y");
    await share.getByRole("textbox", { name: "Title" }).press("Enter");
    await share.getByText(/The link is made/).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("d");
    await chooser.getByRole("option").first().waitFor();
  });
});
