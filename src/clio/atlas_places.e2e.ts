import { eventually } from "../../config/stories/eventually.js";
import {
  clickVoxel,
  hoverVoxel,
  newPage,
} from "../../config/stories/harness.js";
import { marksPanel, statusReads } from "./annotations/testing/marks_page.js";
import { marksTable } from "./annotations/testing/table_page.js";
import {
  atlasPanel,
  button,
  cards,
  moveTo,
  openAtlas,
} from "./atlas/testing/atlas_page.js";
import {
  matchesListed,
  searchLike,
  seenMatches,
} from "./search/testing/search_page.js";

describe("Places of the atlas", () => {
  it("are taken by a click in a slice, from the selected mark and from a match, and its picture again", async () => {
    const { page } = await newPage();
    await openAtlas(page);
    const back = () => button(page, "Back to the album (Esc)").press("Enter");
    const written = async () => {
      await atlasPanel(page)
        .getByRole("textbox", { name: "Title" })
        .and(page.locator(":focus"))
        .waitFor();
      const place = atlasPanel(page).locator("dt:text-is('place') + dd");
      return (await place.innerText()).split(", ").map(Number);
    };
    const says = page.getByText("Click what is worth showing");
    await page.keyboard.press("Shift+N");
    await says.waitFor();
    await page.keyboard.press("Escape");
    await says.waitFor({ state: "detached" });
    await button(page, /^Click a place/).click();
    await says.waitFor();
    await clickVoxel(page, [100, 110, 64]);
    expect(await written()).toEqual([100, 110, 64]);
    await says.waitFor({ state: "detached" });

    // The picture is of what is seen when it is taken.
    const picture = atlasPanel(page).getByRole("article").locator("img");
    const before = await picture.getAttribute("src");
    await moveTo(page, [60.5, 60.5, 30.5]);
    await button(page, "Take the picture again").click();
    await eventually(
      () => picture.getAttribute("src"),
      (src) => src !== null && src !== before,
    );
    const widthOf = (image: HTMLImageElement) => image.naturalWidth;
    const large = await picture.evaluate(widthOf);
    await back();
    const card = cards(page).first().locator("img");
    await eventually(
      () => card.evaluate(widthOf),
      (small) => small > 0 && small < large,
    );

    await hoverVoxel(page, [60, 70, 30]);
    await page.keyboard.press("p");
    await page.getByRole("button", { name: "Marks", exact: true }).click();
    await statusReads(page, /^1 mark /);
    await marksTable(page).focus();
    await page.keyboard.press("j");
    await marksPanel(page).getByText("row 1 of 1").waitFor();
    await page.keyboard.press("Shift+A");
    expect(await written()).toEqual([60, 70, 30]);
    await back();

    await searchLike(page, [130, 120, 64]);
    await matchesListed(page);
    await page.keyboard.press("Home");
    const [{ place }] = await seenMatches(page);
    await page.keyboard.press("Shift+A");
    expect(await written()).toEqual([...place]);
  });
});
