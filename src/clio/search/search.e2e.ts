import {
  clickVoxel,
  hoverVoxel,
  newPage,
  origin,
  type Voxel,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import { eventually } from "../../../config/stories/eventually.js";
import {
  activeMatch,
  matchCards,
  matchesListed,
  panelSays,
  searchLike,
  searchPanel,
  seenMatches,
} from "./testing/search_page.js";
import {
  demoLink,
  drawnPixels,
  positionsOfMarks,
  type StateOfView,
  viewPosition,
} from "./testing/marked_page.js";

const PLACE: Voxel = [130, 120, 64];

describe("Searching by example", () => {
  it("finds what looks like the place of a click, the nearest first, and leaves the view as it is", async () => {
    const { page } = await newPage();
    await page.goto(demoLink());
    await viewerReady(page);
    await hoverVoxel(page, PLACE);
    const before = (await viewerState(page)) as unknown as StateOfView;

    await searchLike(page, PLACE);
    const count = await matchesListed(page);
    expect(count).toBeGreaterThan(10);
    await panelSays(page, /exact.* signatures · /);
    const seen = await seenMatches(page);
    const distances = seen.map(({ distance }) => distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    for (const { place } of seen) {
      expect(place).toHaveSize(3);
      place.forEach((at, axis) =>
        expect(at).toBeLessThan([256, 256, 128][axis]),
      );
    }
    // The pictures come, one for each card.
    await eventually(
      async () => [
        await searchPanel(page).locator(".clio-card canvas").count(),
        await matchCards(page).count(),
      ],
      ([pictures, cards]) => pictures === cards,
    );

    const after = (await viewerState(page)) as unknown as StateOfView;
    expect(after.layers).toEqual(before.layers);
    expect(after.position).toEqual(before.position);
    expect(after.crossSectionScale).toEqual(before.crossSectionScale);
    expect(after.selectedLayer).toEqual(before.selectedLayer);

    // The same question has the same answer, ties included.
    await searchPanel(page).getByLabel("Distance between").selectOption("0");
    await eventually(
      () => matchesListed(page),
      (more) => more > count,
    );
    await searchPanel(page).getByLabel("Distance between").selectOption("200");
    await eventually(
      () => seenMatches(page),
      (again) => JSON.stringify(again) === JSON.stringify(seen),
    );
  });

  it("says before the click where the nearest signature is, and asks nothing by a drag", async () => {
    const { page } = await newPage();
    await page.goto(demoLink());
    await viewerReady(page);
    await page.keyboard.down("Alt");
    await hoverVoxel(page, [128, 128, 64]);
    const aim = page.locator(".clio-search-aim");
    await aim
      .filter({ hasText: /^(signature here|nearest signature \d+ nm away)$/ })
      .waitFor();
    await page.mouse.down();
    await page.mouse.move(500, 500, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.up("Alt");
    await aim.waitFor({ state: "detached" });
    expect(await searchPanel(page).count()).toBe(0);
  });

  it("walks matches by keys, goes there and back, keeps ten as marks and takes them back in one step", async () => {
    const { page } = await newPage();
    await page.goto(demoLink());
    await viewerReady(page);
    await searchLike(page, PLACE);
    await matchesListed(page);
    const seen = await seenMatches(page);
    expect(await activeMatch(page)).toBe(0);

    const home = await viewPosition(page);
    await page.keyboard.press("ArrowRight");
    expect(await activeMatch(page)).toBe(1);
    await page.keyboard.press("Enter");
    expect(await viewPosition(page)).toEqual([...seen[1].place]);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    expect(await viewPosition(page)).toEqual([...seen[2].place]);
    // It lies in the middle of the view now, and a click there takes it.
    await page.keyboard.press("Home");
    expect(await activeMatch(page)).toBe(0);
    const [x, y, z] = seen[2].place;
    await clickVoxel(page, [x, y, z]);
    expect(await activeMatch(page)).toBe(2);
    await page.keyboard.press("Backspace");
    expect(await viewPosition(page)).toEqual(home);

    await page.keyboard.press("Home");
    for (const key of ["x", "Space", ...new Array<string>(10).fill("a")]) {
      await page.keyboard.press(key);
    }
    await panelSays(page, /12 of [\d,]+ reviewed · 10 accepted/);
    await searchPanel(page).getByLabel("Set", { exact: true }).fill("finds");
    await searchPanel(page).getByLabel("Tags").fill("mito, check me");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Control+Enter");
    await panelSays(page, /12 of [\d,]+ reviewed · 0 accepted/);

    const kept = await eventually(
      () => positionsOfMarks(page),
      (marks) => marks.length === 10,
    );
    expect(kept.map(({ place }) => place).sort()).toEqual(
      seen
        .slice(2, 12)
        .map(({ place }) => [...place])
        .sort(),
    );
    for (const { set, tags } of kept) {
      expect(set).toBe("finds");
      expect(tags).toEqual(["mito", "check me"]);
    }
    await page.keyboard.press("Control+z");
    await eventually(
      () => positionsOfMarks(page),
      (marks) => marks.length === 0,
    );
  });

  it("draws the matches in the slices and in 3-D for as long as its panel is open, and no link carries them", async () => {
    const { page } = await newPage();
    await page.goto(demoLink(origin(), "4panel"));
    await viewerReady(page);
    await page.keyboard.press("f");
    await matchesListed(page);
    await eventually(
      () => drawnPixels(page),
      (drawn) => drawn.length === 4 && drawn.every((pixels) => pixels > 50),
    );
    const state = JSON.stringify(await viewerState(page));
    expect(state.length).toBeLessThan(2000);
    await page.keyboard.press("w");
    await eventually(
      () => drawnPixels(page),
      (drawn) => drawn.length === 0,
    );
  });

  it("narrows by distance, by examples that it is not like, by what is in view and by what is marked", async () => {
    const { page } = await newPage();
    await page.goto(demoLink());
    await viewerReady(page);
    await searchLike(page, PLACE);
    const all = await matchesListed(page);
    const panel = searchPanel(page);

    const [nearest] = await seenMatches(page);
    const greatest = panel.getByLabel("Greatest distance");
    const bound = await greatest.inputValue();
    await greatest.fill(String(nearest.distance));
    await eventually(
      () => seenMatches(page),
      (seen) => seen.every(({ distance }) => distance === nearest.distance),
    );
    await greatest.fill(bound);
    await eventually(
      () => matchesListed(page),
      (count) => count === all,
    );

    await panel.getByRole("listbox").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Minus");
    await panel.getByText("not like", { exact: true }).waitFor();
    await eventually(
      () => matchesListed(page),
      (count) => count < all,
    );
    await panel.getByRole("button", { name: /Take away: not like/ }).click();
    await eventually(
      () => matchesListed(page),
      (count) => count === all,
    );

    await greatest.fill("24");
    await eventually(
      () => matchesListed(page),
      (count) => count > all,
    );
    const wide = await matchesListed(page);
    await panel.getByLabel("Where to search").selectOption("view");
    await eventually(
      () => seenMatches(page),
      (seen) =>
        seen.length > 0 &&
        seen.every(({ place: [, , z] }) => Math.abs(z - 64) <= 8),
    );
    await panel.getByLabel("Where to search").selectOption("volume");
    await eventually(
      () => matchesListed(page),
      (count) => count === wide,
    );

    await panel.getByRole("listbox").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("a");
    await page.keyboard.press("Control+Enter");
    await eventually(
      () => positionsOfMarks(page),
      (marks) => marks.length === 1,
    );
    await panel.getByLabel("Outside my marks").check();
    await eventually(
      () => seenMatches(page),
      (seen) =>
        seen.length > 0 && seen[0].place.join() !== nearest.place.join(),
    );
  });
});
