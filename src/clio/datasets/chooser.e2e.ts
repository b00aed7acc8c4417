import axe from "axe-core";
import type { Page } from "playwright-core";
import {
  chooseDemo,
  newPage,
  origin,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";

/** A view of somebody's own, as upstream's links write it. */
const plainState = {
  dimensions: { x: [4e-9, "m"], y: [4e-9, "m"], z: [4e-8, "m"] },
  position: [1, 2, 3],
  layers: [
    { type: "annotation", source: "local://annotations", name: "notes" },
  ],
};

function linkOf(state: object): string {
  return `${origin()}/#!${encodeURIComponent(JSON.stringify(state))}`;
}

type Axe = typeof axe;

const chooser = (page: Page) =>
  page.getByRole("dialog", { name: "Open a dataset" });
const search = (page: Page) =>
  chooser(page).getByRole("combobox", { name: "Search the datasets" });
const button = (page: Page) =>
  page.locator(".clio-dataset-button .clio-button-label");

/** The names of the layers, from the lowest to the one on top. */
async function layerNames(page: Page): Promise<string[]> {
  const { layers } = await viewerState(page);
  return ((layers ?? []) as { name: string }[]).map(({ name }) => name);
}

/** Puts the mouse and with it the focus into the viewer, as a person does who looks at something. */
async function lookAtViewer(page: Page): Promise<void> {
  await page.mouse.move(300, 300);
  await page.mouse.move(310, 300);
  await page.waitForFunction(
    () => document.activeElement?.closest(".neuroglancer-viewer") !== null,
  );
}

describe("Choosing a dataset", () => {
  it("begins a page whose link shows nothing, opens what is typed, and is all in the link afterwards", async () => {
    const { page } = await newPage();
    await page.goto(origin());
    await chooser(page).getByRole("option").first().waitFor();
    await chooseDemo(page);
    expect(await chooser(page).count()).toBe(0);

    const { clio, title, layout } = await viewerState(page);
    expect(clio).toEqual({ dataset: "demo" });
    expect(layout).toBe("4panel");
    const names = await layerNames(page);
    expect(names.at(-1)).toBe("marks");
    expect(names.length).toBeGreaterThan(2);
    expect(await button(page).innerText()).toBe(title as string);

    await page.waitForFunction(() => location.hash.includes("clio"));
    await page.reload();
    await viewerReady(page);
    expect(await layerNames(page)).toEqual(names);
    await page.waitForFunction(
      (title) =>
        document.querySelector(".clio-dataset-button .clio-button-label")
          ?.textContent === title,
      title as string,
    );
    expect(await chooser(page).count()).toBe(0);
  });

  it("keeps the keys typed in it from the viewer, and gives the focus back on Escape", async () => {
    const { page } = await newPage();
    await page.goto(linkOf(plainState));
    await viewerReady(page);
    expect(await chooser(page).count()).toBe(0);
    await lookAtViewer(page);
    const focused = await page.evaluateHandle(() => document.activeElement);
    await page.keyboard.press("d");
    await search(page).waitFor();
    await chooser(page).getByRole("option").first().waitFor();

    const before = await viewerState(page);
    await page.keyboard.type("lxsbvaonhdp1 \\");
    await page.keyboard.press("Shift+P");
    await page.keyboard.press("Control+Shift+P");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.press("s");
    expect(await viewerState(page)).toEqual(before);
    await page.keyboard.press("Escape");
    await chooser(page).waitFor({ state: "detached" });
    expect(
      await focused.evaluate((element) => element === document.activeElement),
    ).toBeTrue();

    await page.keyboard.press("s");
    expect((await viewerState(page)).showSlices).toBeFalse();
  });

  it("replaces the view that is open, and the browser's Back leads to it again", async () => {
    const { page } = await newPage();
    await page.goto(linkOf(plainState));
    await viewerReady(page);
    expect(await layerNames(page)).toEqual(["notes"]);
    await page.locator(".clio-dataset-button").click();
    await chooseDemo(page);
    expect(await layerNames(page)).not.toContain("notes");
    await page.waitForFunction(() => location.hash.includes("clio"));

    await page.goBack();
    await viewerReady(page);
    expect(await layerNames(page)).toEqual(["notes"]);
    const { clio, position } = await viewerState(page);
    expect(clio).toBeUndefined();
    expect(position).toEqual([1, 2, 3]);
    expect(await button(page).innerText()).toBe("Open a dataset");
  });

  it("opens the rest of a link that names no possible dataset, and says what was wrong", async () => {
    const { page } = await newPage();
    await page.goto(linkOf({ ...plainState, clio: { dataset: ["demo"] } }));
    await viewerReady(page);
    expect(await layerNames(page)).toEqual(["notes"]);
    expect(
      await page.locator("#neuroglancer-status-container").innerText(),
    ).toContain(
      'The link\'s "clio.dataset" is a list of 1, expected the id of a dataset. It was left out',
    );
  });

  it("says what to do while the server is away, and goes on when it is back", async () => {
    const { page } = await newPage({ allow: [/net::ERR_FAILED/] });
    await page.route("**/v2/datasets", (route) => route.abort());
    await page.goto(origin());
    const alert = chooser(page).getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain("npm start");
    await page.unroute("**/v2/datasets");
    await chooser(page).getByRole("button", { name: "Try again" }).click();
    await chooseDemo(page);
  });

  it("is found in order by axe, and so is its button in the viewer's bar", async () => {
    const { page } = await newPage();
    await page.goto(origin());
    await chooser(page).getByRole("option").first().waitFor();
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const inPage = window as unknown as { axe: Axe };
      const { violations } = await inPage.axe.run({
        include: [[".clio-dialog"], [".clio-dataset-button"]],
      });
      return violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]);
    });
    expect(violations).toEqual([]);
  });
});
