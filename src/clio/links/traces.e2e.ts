import type { Page } from "playwright-core";
import { startPlainServer } from "../../../config/bench/plain.js";
import {
  newPage,
  origin,
  storyData,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import { demoImage, follow, fragmentOf } from "./testing/link_page.js";

/** Opens a layer as older links have it, its type left to the viewer, in other units; then a link that says nothing of units. */
async function dimensionsAfter(page: Page, server: string): Promise<unknown> {
  const { source } = demoImage(server);
  const dimensions = { x: [1, "m"], y: [1, "m"], z: [1, "m"] };
  const older = fragmentOf({ dimensions, layers: { near: source } });
  // With a layer from the start: on an empty view the plain viewer opens its dialog for a new layer.
  await page.goto(`${server}/${older}`);
  await viewerReady(page);
  await follow(page, fragmentOf({ layers: [demoImage(server)] }));
  await viewerReady(page);
  return (await viewerState(page)).dimensions;
}

describe("A link", () => {
  it("opens as it does in a new page, whatever layer was open before", async () => {
    const { page } = await newPage();
    expect(await dimensionsAfter(page, origin())).toEqual({
      x: [8e-9, "m"],
      y: [8e-9, "m"],
      z: [8e-9, "m"],
    });
  });

  it("needs our care for it: in the plain viewer a layer without a type leaves its units behind", async () => {
    const plain = await startPlainServer(storyData());
    try {
      const { page } = await newPage({ allow: [/./] });
      expect(await dimensionsAfter(page, plain.origin)).toEqual({
        x: [1, "m"],
        y: [1, "m"],
        z: [1, "m"],
      });
    } finally {
      await plain.stop();
    }
  });
});
