import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import {
  newPage,
  StoryServer,
  storyData,
  type Voxel,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import { eventually } from "../../../config/stories/eventually.js";
import { demoLink, viewPosition } from "./testing/marked_page.js";
import {
  activeMatch,
  matchCards,
  matchesListed,
  panelSays,
  searchLike,
  searchPanel,
  seenMatches,
} from "./testing/search_page.js";

const PLACE: Voxel = [130, 120, 64];

/** A data folder with the demo dataset and another one that has the same image, name apart, and signatures of the same encoder. */
function twoDatasets(): string {
  const data = mkdtempSync(path.join(tmpdir(), "clio-across-"));
  for (const folder of ["volumes", "signatures"]) {
    for (const name of ["demo", "twin"]) {
      cpSync(
        path.join(storyData(), folder, "demo"),
        path.join(data, folder, name),
        { recursive: true },
      );
    }
  }
  const description = path.join(data, "volumes/twin/dataset.json");
  const dataset = JSON.parse(readFileSync(description, "utf8")) as object;
  writeFileSync(description, JSON.stringify({ ...dataset, title: "The twin" }));
  return data;
}

async function datasetInView(page: Page): Promise<string> {
  const { clio } = (await viewerState(page)) as unknown as {
    clio: { dataset: string };
  };
  return clio.dataset;
}

describe("A search in all datasets with one encoder", () => {
  it("shows matches of both with their pictures, opens the other dataset and comes back, and says which could not be searched", async () => {
    const data = twoDatasets();
    const server = await StoryServer.start(data);
    try {
      const { page } = await newPage();
      await page.goto(demoLink(server.origin));
      await viewerReady(page);
      await searchLike(page, PLACE);
      const own = await matchesListed(page);
      const panel = searchPanel(page);
      await panel.getByLabel("Where to search").selectOption("datasets");
      await eventually(
        () => matchesListed(page),
        (count) => count > own,
      );
      await panelSays(page, /exact.* signatures of 2 datasets · /);
      const named = matchCards(page).filter({ hasText: "The twin" });
      expect(await named.count()).toBeGreaterThan(0);
      expect(await named.count()).toBeLessThan(await matchCards(page).count());
      await eventually(
        async () => [
          await panel.locator(".clio-card canvas").count(),
          await matchCards(page).count(),
        ],
        ([pictures, cards]) => pictures === cards,
      );

      // The nearest of the other dataset: the very place of the example, which is left out in its own.
      await panel.getByRole("listbox").focus();
      await page.keyboard.press("Home");
      const at = Number(await named.first().getAttribute("data-index"));
      for (let i = 0; i < at; ++i) await page.keyboard.press("ArrowRight");
      const { distance, place: there } = (await seenMatches(page))[at];
      expect(distance).toBe(0);
      await page.keyboard.press("a");
      await page
        .getByText(/lies in The twin.*it cannot be accepted here/)
        .first()
        .waitFor();
      expect(await activeMatch(page)).toBe(at);
      const home = await viewPosition(page);
      await page.keyboard.press("Enter");
      await eventually(
        async () => [await datasetInView(page), await viewPosition(page)],
        ([dataset, place]) =>
          dataset === "twin" && String(place) === String(there),
      );
      // The search is still of the first one, whatever is in view.
      const all = await matchesListed(page);
      expect(all).toBeGreaterThan(own);
      await panel.getByLabel("Distance between").selectOption("400");
      await eventually(
        () => matchesListed(page),
        (count) => count < all,
      );
      await panel.getByRole("listbox").focus();
      await page.keyboard.press("Backspace");
      await eventually(
        async () => [await datasetInView(page), await viewPosition(page)],
        ([dataset, place]) =>
          dataset === "demo" && String(place) === String(home),
      );

      await page.keyboard.press("x");
      await panelSays(page, /1 of [\d,]+ reviewed · 0 accepted/);
      await page.keyboard.press("Control+s");
      await page.keyboard.type("Everywhere");
      await page.keyboard.press("Enter");
      await panelSays(page, /saved here/);
      await eventually(
        () => Promise.resolve(page.url()),
        (url) => decodeURIComponent(url).includes('"name":"Everywhere"'),
      );
      await page.reload();
      await viewerReady(page);
      await panelSays(page, /1 of [\d,]+ reviewed · 0 accepted/);
      await named.first().waitFor();

      writeFileSync(path.join(data, "signatures/twin/manifest.json"), "torn");
      await panel.getByLabel("Distance between").selectOption("800");
      await panelSays(page, /not complete.*Not searched: The twin\. .*corrupt/);
      expect(await matchesListed(page)).toBeGreaterThan(0);
      expect(await named.count()).toBe(0);
      // Else what it still asks for is refused as soon as the server stops.
      await page.close();
    } finally {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    }
  });
});
