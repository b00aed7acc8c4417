import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import {
  newContext,
  newPage,
  origin,
  pageIn,
  type Voxel,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import {
  cutOff,
  follow,
  fragmentOf,
  layerNames,
  noticeOf,
} from "./testing/link_page.js";
import {
  demoView,
  placePoint,
  sandboxPositions,
} from "./testing/share_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];

/** The dialog that shares the view, opened by its key. */
async function shareDialog(page: Page) {
  await page.keyboard.press("y");
  const dialog = page.getByRole("dialog", { name: "Share this view" });
  await dialog.waitFor();
  return dialog;
}

/** Makes a link, and gives its address as it was copied. */
async function makeLink(page: Page, title: string, marks: string) {
  const dialog = await shareDialog(page);
  await dialog.getByLabel("Title", { exact: true }).fill(title);
  await dialog.getByRole("radio", { name: marks }).check();
  await page.keyboard.press("Enter");
  await dialog.getByText("The link is made, and copied.").waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

describe("A short link", () => {
  it("is copied by a key, opens in another browser with its marks, and they are copied there by a deliberate act", async () => {
    const context = await newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { page } = await pageIn(context);
    await page.goto(`${origin()}/${fragmentOf(demoView(origin()))}`);
    await viewerReady(page);
    await placePoint(page, A, 1);
    await placePoint(page, B, 2);
    const link = await makeLink(
      page,
      "Two <b>places</b>",
      "All in this dataset (2)",
    );
    expect(link).toMatch(/\/l\/[\w-]{22}$/);
    expect(link.startsWith(origin())).toBeTrue();

    const { page: other } = await newPage();
    await other.goto(link);
    const shared = other.getByRole("region", { name: "Marks of this link" });
    await shared.getByText("This link shows 2 marks:").waitFor();
    expect(await shared.innerText()).toContain("Two <b>places</b>");
    await viewerReady(other);
    expect(await layerNames(other)).toEqual([
      "image",
      "marks",
      "marks: Two <b>places</b>",
    ]);
    const [state, sent] = [await viewerState(other), await viewerState(page)];
    expect(state.position).toEqual(sent.position);
    // Whoever opens the link has them in view, and nowhere else.
    expect(await sandboxPositions(other)).toEqual([]);
    const copy = shared.getByRole("button", { name: "Copy to my marks" });
    await copy.click();
    await copy.waitFor({ state: "detached" });
    const sorted = (positions: number[][]) =>
      positions.sort(([a], [b]) => a - b);
    expect(sorted(await sandboxPositions(other))).toEqual([[...B], [...A]]);
    await other.keyboard.press("Control+z");
    await expectAsync(emptied(other)).toBeResolvedTo(true);

    // The view that came by the link is an ordinary one: its address is that of the view, and opens again with the same marks.
    await other.waitForFunction(() => location.hash.startsWith("#!%7B"));
    await other.reload();
    await shared.getByText("This link shows 2 marks:").waitFor();
  });

  it("is listed for its maker and revoked there, and then says so to whoever opens it", async () => {
    const context = await newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { page } = await pageIn(context);
    const title = `To be revoked ${Date.now()}`;
    await page.goto(`${origin()}/${fragmentOf({ title })}`);
    const link = await makeLink(page, title, "None");
    const dialog = page.getByRole("dialog", { name: "Share this view" });
    await dialog.getByText("Your links").press("Enter");
    const revoke = dialog.getByRole("button", { name: `Revoke ${title}` });
    await revoke.click();
    await dialog
      .getByRole("button", { name: `Undo revoking ${title}` })
      .press("Enter");
    await revoke.click();
    await revoke.waitFor({ state: "detached" });

    const { page: other } = await newPage({ allow: cutOff });
    await other.goto(`${origin()}/${fragmentOf({ title: "Before" })}`);
    for (const fragment of [
      `#!link://${link.split("/l/")[1]}`,
      "#!link://..%2f..%2fetc",
      "#!link://",
    ]) {
      await follow(other, fragment);
      const notice = noticeOf(other, "This link could not be opened");
      await notice.waitFor();
      expect((await viewerState(other)).title).toBe("Before");
      await follow(other, fragmentOf({ title: "Before" }));
      await notice.waitFor({ state: "detached" });
    }
  });

  it("is not all: the view is downloaded as a file too", async () => {
    const { page } = await newPage();
    const title = "A view to keep";
    await page.goto(`${origin()}/${fragmentOf({ title })}`);
    const dialog = await shareDialog(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Download the view" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("clio-view.json");
    const file = readFileSync(await download.path(), "utf8");
    // As it stands in a file: without what has no value.
    const state = JSON.stringify(await viewerState(page));
    expect(JSON.parse(file)).toEqual(JSON.parse(state));
  });
});

describe("A layer of the original Clio", () => {
  it("shows the same dataset's marks of this server where it is known here", async () => {
    const { page } = await newPage();
    await page.goto(`${origin()}/${fragmentOf(demoView(origin()))}`);
    // As a script delivers it, or another machine.
    const at = [Math.floor(Math.random() * 1e6), 2, 3];
    const answer = await page.request.post(`${origin()}/v2/annotations/demo`, {
      data: { kind: "point", pos: at, description: "by a script" },
    });
    expect(answer.status()).toBe(200);
    const former = {
      type: "annotation",
      name: "former",
      source: "clio://https://clio-store-x.run.app/v2/demo?auth=neurohub",
    };
    const view = demoView(origin());
    const layers = [...view.layers, former];
    await follow(page, fragmentOf({ ...view, layers }));
    await page.waitForFunction(([x, y, z]) => {
      const { viewer } = window as unknown as {
        viewer: {
          layerManager: {
            managedLayers: {
              name: string;
              layer: {
                annotationStates?: {
                  states: { source: Iterable<{ point: Float32Array }> }[];
                };
              };
            }[];
          };
        };
      };
      const { layer } = viewer.layerManager.managedLayers.find(
        ({ name }) => name === "former",
      )!;
      const [state] = layer.annotationStates?.states ?? [];
      return (
        state !== undefined &&
        [...state.source].some(
          ({ point }) =>
            point[0] === x + 0.5 &&
            point[1] === y + 0.5 &&
            point[2] === z + 0.5,
        )
      );
    }, at);
  });

  it("says what it is where it is not, and where it shows an atlas", async () => {
    const { page } = await newPage();
    const view = demoView(origin());
    for (const [path, why] of [
      ["mb20", 'there is no dataset "mb20" here'],
      ["demo?kind=atlas", "does not show entries of its atlas"],
    ]) {
      const source = `clio://https://clio-store-x.run.app/v2/${path}`;
      const former = { type: "annotation", name: "former", source };
      const layers = [...view.layers, former];
      await page.goto(`${origin()}/${fragmentOf({ ...view, layers })}`);
      const notice = noticeOf(page, "Layer “former” cannot be reached");
      await notice.filter({ hasText: why }).waitFor();
      expect(await notice.innerText()).toContain(
        "clio-store-x.run.app is a server of the former Clio",
      );
    }
  });
});

/** Whether the sandbox of a page comes to hold nothing. */
async function emptied(page: Page): Promise<boolean> {
  for (let n = 0; n < 100; ++n) {
    if ((await sandboxPositions(page)).length === 0) return true;
    await page.waitForTimeout(50);
  }
  return false;
}
