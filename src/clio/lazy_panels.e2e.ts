import type { Page } from "playwright-core";
import { violations } from "../../config/stories/axe.js";
import { eventually } from "../../config/stories/eventually.js";
import { newPage, viewerReady } from "../../config/stories/harness.js";
import { demoLink } from "./search/testing/marked_page.js";

/** What a panel needs that is not in the page's first load. */
const PARTS = {
  marks: { key: "i", name: "Marks", script: "**/marks*.js" },
  search: { key: "w", name: "Search by example", script: "**/search*.js" },
};

/** Whether what has the focus is in a panel. */
async function hasFocus(page: Page, name: string): Promise<boolean> {
  return page
    .getByRole("region", { name, exact: true })
    .evaluate((panel) => panel.contains(document.activeElement));
}

describe("A panel whose parts do not come", () => {
  for (const { key, name, script } of Object.values(PARTS)) {
    it(`says so, and is there with the focus when it is tried again: ${name}`, async () => {
      const { page } = await newPage({ allow: [/net::ERR_FAILED/] });
      await page.route(script, (route) => route.abort());
      await page.goto(demoLink());
      await viewerReady(page);
      await page.keyboard.press(key);
      const panel = page.getByRole("region", { name, exact: true });
      await panel.getByText("The panel could not be opened").waitFor();
      await panel.getByText("See that it runs (npm start)").waitFor();
      expect(await violations(page, [".clio-side-panel"])).toEqual({});

      await page.unroute(script);
      await panel.getByRole("button", { name: "Try again" }).press("Enter");
      await panel.getByRole("alert").waitFor({ state: "detached" });
      await panel.getByRole("button").first().waitFor();
      expect(await hasFocus(page, name)).toBe(true);
    });
  }
});

describe("A panel that closes", () => {
  it("gives the focus back to the view, also where the mouse was never moved", async () => {
    const { page } = await newPage();
    await page.goto(demoLink());
    await viewerReady(page);
    const { marks, search } = PARTS;
    await page.keyboard.press(search.key);
    await eventually(
      () => hasFocus(page, search.name),
      (has) => has,
    );
    await page.keyboard.press(search.key);
    await page
      .getByRole("region", { name: search.name })
      .waitFor({ state: "detached" });
    await eventually(
      () => page.evaluate(() => document.activeElement === document.body),
      (isNowhere) => !isNowhere,
    );
    await page.keyboard.press(marks.key);
    await page.getByRole("region", { name: marks.name, exact: true }).waitFor();
  });
});
