import { startPlainServer } from "../../../config/bench/plain.js";
import {
  newPage,
  storyData,
  viewerReady,
} from "../../../config/stories/harness.js";
import { violations } from "../../../config/stories/axe.js";
import {
  demoState,
  imageState,
  linkAt,
  marksPanel,
  openState,
  placeByKey,
  statusReads,
} from "./testing/marks_page.js";

describe("The marks, to a screen reader,", () => {
  it("are in order in the panel, in its title bar, and in the viewer's bar", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await page.keyboard.press("i");
    await marksPanel(page).getByText("No marks yet").waitFor();
    const own = [".clio-side-panel", ".clio-panel", ".clio-button-bar"];
    expect(await violations(page, own)).toEqual({});
    await placeByKey(page, [130, 120, 64]);
    await statusReads(page, /saved here/);
    expect(await violations(page, own)).toEqual({});
  });

  it("leave no more in disorder on the whole page than the plain viewer has", async () => {
    const plain = await startPlainServer(storyData());
    try {
      const { page: peer } = await newPage();
      await peer.goto(linkAt(plain.origin, imageState(plain.origin)));
      await viewerReady(peer);
      const before = await violations(peer);

      const { page } = await newPage();
      await openState(page, imageState());
      await page.keyboard.press("i");
      await marksPanel(page).getByText("No marks yet").waitFor();
      for (const [rule, elements] of Object.entries(await violations(page)))
        expect(elements.length)
          .withContext(`${rule}: ${elements.join("\n")}`)
          .toBeLessThanOrEqual((before[rule] ?? []).length);
      // A peer in perfect order would be another page than upstream's.
      expect(Object.keys(before).length).toBeGreaterThan(0);
    } finally {
      await plain.stop();
    }
  });
});
