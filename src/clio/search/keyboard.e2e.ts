import { newPage, viewerReady } from "../../../config/stories/harness.js";
import { violations } from "../../../config/stories/axe.js";
import { eventually } from "../../../config/stories/eventually.js";
import { demoLink, positionsOfMarks } from "./testing/marked_page.js";
import {
  activeMatch,
  matchesListed,
  panelSays,
  searchPanel,
} from "./testing/search_page.js";

const OWN = ['[aria-label="Search by example"]', ".clio-button-bar"];

describe("The search, without a mouse and to a screen reader,", () => {
  it("goes from the cross-hair to marks, and is in order in each of its states", async () => {
    const { page } = await newPage();
    await page.goto(demoLink());
    await viewerReady(page);
    await page.keyboard.press("w");
    await panelSays(page, /Where else does it look like this\?/);
    await panelSays(page, /At the cross-hair: .*signature/);
    expect(await violations(page, OWN)).toEqual({});

    await page.keyboard.press("f");
    await matchesListed(page);
    // The focus is among the matches by itself.
    await page.keyboard.press("ArrowDown");
    await eventually(
      () => activeMatch(page),
      (active) => active > 0,
    );
    await page.keyboard.press("Home");
    for (const key of ["a", "x", "Space", "a"]) await page.keyboard.press(key);
    await panelSays(page, /4 of [\d,]+ reviewed · 2 accepted/);
    expect(await violations(page, OWN)).toEqual({});
    await page.keyboard.press("Control+Enter");
    await eventually(
      () => positionsOfMarks(page),
      (marks) => marks.length === 2,
    );
    // Still there, for the next one.
    await page.keyboard.press("a");
    await panelSays(page, /1 accepted/);

    await page.keyboard.press("w");
    await searchPanel(page).waitFor({ state: "detached" });
    // The viewer takes the focus that went with the panel, a moment later.
    await page.waitForFunction(() => document.activeElement !== document.body);
    await page.keyboard.press("w");
    // The search outlives its panel.
    await matchesListed(page);
    await panelSays(page, /1 accepted/);
  });
});
