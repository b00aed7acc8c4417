import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import {
  AccountServer,
  type PersonName,
} from "../../../config/stories/account_server.js";
import { violations } from "../../../config/stories/axe.js";
import { downloaded } from "../../../config/stories/downloaded.js";
import { eventually } from "../../../config/stories/eventually.js";
import {
  needsMedulla,
  newContext,
  OwnBrowser,
  pageIn,
  sharedPath,
  viewerState,
} from "../../../config/stories/harness.js";
import {
  chooseDataset,
  COMPARED,
  mergesCounted,
  mergesPanel,
  mergesReady,
  OWN,
  requestsPanel,
  segmentsSeen,
  selected,
  selectSegments,
  signIn,
  someVoxels,
} from "./testing/merge_page.js";

const MEDULLA = "fibsem-medulla-ts2";

/** Supervoxels of the ten true bodies that are cut into most, by the body, the largest first. */
function cutBodies(): Map<string, string[]> {
  const table = sharedPath("data", MEDULLA, "overseg_supervoxel_to_body.csv")!;
  const [, ...lines] = readFileSync(table, "utf8").trim().split("\n");
  const bodies = new Map<string, { id: string; size: number }[]>();
  for (const line of lines) {
    const [id, voxels, body] = line.split(",");
    if (!bodies.has(body)) bodies.set(body, []);
    bodies.get(body)!.push({ id, size: Number(voxels) });
  }
  return new Map(
    [...bodies]
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, 10)
      .map(([body, parts]) => [
        body,
        parts.sort((a, b) => b.size - a.size).map(({ id }) => id),
      ]),
  );
}

/** What the console says of a server that refuses. */
const refused = [/Failed to load resource/];

describe("Merging for everybody", () => {
  it("makes true bodies of supervoxels by key, keeps them through a reload and a kill, and makes them everybody's by way of a review", async () => {
    needsMedulla();
    const bodies = cutBodies();
    const mainOf = new Map([...bodies].map(([body, [main]]) => [body, main]));
    const profile = mkdtempSync(path.join(tmpdir(), "clio-merges-"));
    const server = await AccountServer.startGroup(MEDULLA);
    const { issuer, origin: at } = server;
    await server.grant("cleo@lab.org", "clio_write", MEDULLA);
    let browser = await OwnBrowser.launch(profile);
    try {
      /** The dataset, opened by somebody in a browser of theirs. */
      const openBy = async (who: PersonName, page: Page) => {
        issuer!.next = who;
        await signIn(page, at);
        await chooseDataset(page, MEDULLA, at);
        return page;
      };
      let page = await openBy("bob", await browser.context.newPage());
      const voxels = someVoxels(4 * COMPARED);
      const truth = await segmentsSeen(page, "bodies", voxels);
      const inBodies = voxels
        .map((voxel, i) => ({ voxel, main: mainOf.get(truth[i]), i }))
        .filter(({ main }) => main !== undefined)
        .slice(0, COMPARED);
      expect(inBodies.length).toBe(COMPARED);
      /** How many of the voxels are seen as the main of their true body. */
      const right = async (page: Page) => {
        const seen = await segmentsSeen(
          page,
          "supervoxels",
          inBodies.map(({ voxel }) => voxel),
        );
        return seen.filter((id, i) => id === inBodies[i].main).length;
      };
      const before = await right(page);
      for (const parts of bodies.values()) {
        await selectSegments(page, parts);
        await page.keyboard.press("m");
        await selected(page, [parts[0]]);
      }
      // The table says to which body most of a supervoxel belongs: a few voxels lie in the rest.
      const merged = await right(page);
      expect(merged).toBeGreaterThan(before);
      expect(merged).toBeGreaterThan(0.95 * COMPARED);
      // Merges are private: no link carries them.
      expect(JSON.stringify(await viewerState(page))).not.toContain(
        "equivalences",
      );
      await page.reload();
      await mergesReady(page);
      expect(await right(page)).toBe(merged);

      await browser.kill();
      browser = await OwnBrowser.launch(profile);
      page = await openBy("bob", await browser.context.newPage());
      expect(await right(page)).toBe(merged);

      await page.keyboard.press("q");
      await mergesCounted(page, "10 merges");
      for (let i = 0; i < bodies.size; ++i) {
        await page.keyboard.press("j");
        await page.keyboard.press("Space");
      }
      await mergesPanel(page)
        .getByRole("button", { name: "Send 10 for review" })
        .waitFor();
      expect(await violations(page, OWN)).toEqual({});
      await page.keyboard.press("Control+Enter");
      const dialog = page.getByRole("dialog", {
        name: "Send merges for review",
      });
      await dialog.getByLabel("Title").waitFor();
      expect(await violations(page, [".clio-dialog"])).toEqual({});
      await page.keyboard.type("Ten bodies");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Each was looked at in 3-D");
      await page.keyboard.press("Control+Enter");
      const sent = requestsPanel(page).getByRole("gridcell", {
        name: "Ten bodies",
      });
      await sent.waitFor();

      const cleo = await openBy(
        "cleo",
        (await pageIn(await newContext(), { allow: refused })).page,
      );
      expect(await right(cleo)).toBe(before);
      await cleo.keyboard.press("q");
      await mergesPanel(cleo).getByText("No merges yet").waitFor();
      await cleo.keyboard.press("r");
      const review = requestsPanel(cleo);
      const status = review.getByRole("status");
      await review.getByRole("gridcell", { name: "Ten bodies" }).waitFor();
      expect(await violations(cleo, OWN)).toEqual({});
      await cleo.keyboard.press("j");
      await cleo.keyboard.press("Enter");
      await status.getByText("Nothing is applied until you finish").waitFor();
      const [newest] = [...bodies.values()].slice(-1);
      await selected(cleo, newest);
      // What is looked at in a review is in no link.
      expect(JSON.stringify(await viewerState(cleo))).not.toContain(
        JSON.stringify(newest[0]),
      );
      await cleo.keyboard.press("c");
      await cleo.keyboard.type("I see no membrane either");
      await cleo.keyboard.press("Enter");
      await review.getByText("I see no membrane either").waitFor();
      expect(await violations(cleo, OWN)).toEqual({});
      // Rejected by mistake, and taken back.
      await cleo.keyboard.press("x");
      await review
        .getByText(`${newest.length - 1} of 2,118 merges`, { exact: true })
        .waitFor();
      await cleo.keyboard.press("k");
      await cleo.keyboard.press("x");
      await review.getByText("0 of 2,118 merges", { exact: true }).waitFor();
      for (let i = 0; i < bodies.size; ++i) await cleo.keyboard.press("a");
      await review.getByText("2,118 of 2,118 merges").waitFor();
      const saved = await downloaded(cleo, async () => {
        await review.getByRole("button", { name: "Export accepted" }).click();
        await cleo
          .getByRole("button", { name: "Save as equivalences" })
          .press("Enter");
      });
      expect(saved.name).toBe("clio-accepted-merges-equivalences.json");
      const sets = JSON.parse(saved.text) as string[][];
      expect(sets.map((ids) => ids.toSorted())).toEqual(
        jasmine.arrayWithExactContents(
          [...bodies.values()].map((ids) => ids.toSorted()),
        ),
      );
      await cleo.keyboard.press("Control+Enter");
      await review.getByText("approved", { exact: true }).waitFor();
      expect(await right(cleo)).toBe(before);
      await cleo.keyboard.press("Control+Enter");
      await status.getByText("Applied: merged for everybody").waitFor();
      await eventually(
        () => right(cleo),
        (seen) => seen === merged,
      );
      await mergesCounted(cleo, "0 merges, and 10 for everybody");
      // A page that is open learns of it by itself.
      await mergesCounted(page, "10 merges, and 10 for everybody");
      const show = mergesPanel(cleo).getByRole("button", {
        name: "Show those for everybody",
      });
      await show.click();
      await mergesCounted(cleo, "0 merges, and 10 for everybody, hidden");
      expect(await right(cleo)).toBe(before);
      await show.click();
      await mergesCounted(cleo, "0 merges, and 10 for everybody");
      expect(await right(cleo)).toBe(merged);
      await mergesPanel(cleo)
        .getByRole("button", { name: "For everybody (10)" })
        .click();
      const [main] = newest;
      await mergesPanel(cleo)
        .getByRole("gridcell", { name: main })
        .first()
        .click();
      await mergesPanel(cleo)
        .getByText("Decided by bob@lab.org, accepted by cleo@lab.org")
        .waitFor();
      expect(await violations(cleo, OWN)).toEqual({});

      // Whoever comes sees it, and whoever asked sees what was said.
      const eve = await openBy(
        "eve",
        (await pageIn(await newContext(), { allow: refused })).page,
      );
      await eventually(
        () => right(eve),
        (seen) => seen === merged,
      );
      await sent.dblclick();
      await requestsPanel(page).getByText("applied", { exact: true }).waitFor();
      await requestsPanel(page).getByText("I see no membrane either").waitFor();
      await browser.close();
    } finally {
      await browser.kill();
      await server.close();
      rmSync(profile, { recursive: true, force: true });
    }
  });
});
