import {
  newContext,
  pageIn,
  type Voxel,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import {
  demoImage,
  demoImageSandbox,
  drawnMarks,
  imageState,
  markCount,
  marksPanel,
  openState,
  placeByKey,
  positionsOf,
  sandboxOf,
  settledLink,
  statusReads,
} from "./testing/marks_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];

describe("A plain viewer's link", () => {
  it("opens as it is, gets marks of its image by a key, and its marks move to the dataset where a person wants that", async () => {
    const context = await newContext();
    const { page } = await pageIn(context);
    await openState(page, imageState());
    expect((await viewerState(page)).clio).toBeUndefined();
    await page.keyboard.press("i");
    await marksPanel(page).getByText("No marks yet").waitFor();

    await placeByKey(page, A);
    await placeByKey(page, B);
    const panel = marksPanel(page);
    await panel.getByText(`of the image ${demoImage()}`).waitFor();
    await statusReads(page, /^2 marks · .*saved here/);
    const image = await sandboxOf(page, demoImageSandbox());
    expect(image.image).toBe(demoImage());
    const ids = image.records.map(({ id }) => id).sort();
    expect(ids.length).toBe(2);

    await panel.getByRole("button", { name: "Move to Demo volume" }).click();
    await panel.getByText("Your private sandbox · Demo volume").waitFor();
    await statusReads(page, /^2 marks · .*saved here/);
    expect(await positionsOf(page, "demo")).toEqual([[...A], [...B]]);
    expect(await positionsOf(page, demoImageSandbox())).toEqual([]);
    await markCount(page, 2);

    const link = await settledLink(page);
    const { page: other } = await pageIn(context);
    await other.goto(new URL(link, page.url()).href);
    await viewerReady(other);
    await statusReads(other, /^2 marks · .*saved here/);
    await markCount(other, 2);
    expect((await drawnMarks(other)).map(({ id }) => id)).toEqual(ids);
    expect(await viewerState(other)).toEqual(await viewerState(page));
    expect((await viewerState(other)).clio).toEqual({ dataset: "demo" });
  });
});
