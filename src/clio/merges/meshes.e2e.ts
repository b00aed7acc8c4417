import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { eventually } from "../../../config/stories/eventually.js";
import { newPage, origin, storyData } from "../../../config/stories/harness.js";
import {
  mergesCounted,
  mergesPanel,
  mergesReady,
  openState,
  plainState,
  requestsPanel,
  selectSegments,
} from "./testing/merge_page.js";

/** The colours of two segments, as a link gives them. */
const COLORS = { first: "#ff2000", second: "#0020ff" };

/** So many pixels of a colour are a mesh, and not its edge. */
const SEEN = 300;

/** The two largest supervoxels of the demo volume's body whose second largest is the largest of all. */
function twoPieces(): [string, string] {
  const demo = path.join(storyData(), "volumes/demo");
  const json = (file: string): unknown =>
    JSON.parse(readFileSync(path.join(demo, file), "utf8"));
  const { bodyOfSupervoxel } = json("truth.json") as {
    bodyOfSupervoxel: Record<string, string>;
  };
  const { inline } = json("supervoxels/segment_properties/info") as {
    inline: { ids: string[]; properties: [{ values: number[] }] };
  };
  const [{ values }] = inline.properties;
  const sizes = new Map(inline.ids.map((id, i) => [id, values[i]]));
  const bodies = new Map<string, string[]>();
  for (const id of inline.ids.toSorted(
    (a, b) => sizes.get(b)! - sizes.get(a)!,
  )) {
    const body = bodyOfSupervoxel[id];
    bodies.set(body, [...(bodies.get(body) ?? []), id]);
  }
  const [[first, second]] = [...bodies.values()]
    .filter((pieces) => pieces.length > 1)
    .sort(([, a], [, b]) => sizes.get(b)! - sizes.get(a)!);
  return [first, second];
}

/** How many pixels of the view are rather red, and how many rather blue: the meshes of the two, in whatever light. */
function drawn(page: Page): Promise<{ red: number; blue: number }> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as {
      viewer: {
        display: {
          draw(): void;
          gl: WebGL2RenderingContext;
          canvas: HTMLCanvasElement;
        };
      };
    };
    const { display } = viewer;
    const { width, height } = display.canvas;
    const pixels = new Uint8Array(4 * width * height);
    // What was drawn is to be had in the same task alone.
    display.draw();
    const { gl } = display;
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    let [red, blue] = [0, 0];
    for (let i = 0; i < pixels.length; i += 4) {
      const [r, g, b] = pixels.subarray(i, i + 3);
      if (r > 40 && r > 3 * b && r > 3 * g) red += 1;
      if (b > 40 && b > 3 * r && b > 3 * g) blue += 1;
    }
    return { red, blue };
  });
}

describe("The meshes of what is merged", () => {
  it("have the colour of the main when they are one, and in a review each side its own", async () => {
    const [first, second] = twoPieces();
    // The server has the requests of earlier runs as well.
    const title = `Two pieces, ${Date.now()}`;
    const { page } = await newPage();
    await openState(page, {
      ...plainState,
      layout: "3d",
      showSlices: false,
      projectionScale: 300,
      showAxisLines: false,
      layers: [
        {
          type: "segmentation",
          name: "cells",
          source: `precomputed://${origin()}/volumes/demo/supervoxels`,
          segmentColors: { [first]: COLORS.first, [second]: COLORS.second },
        },
        {
          type: "clio-merge",
          name: "merges",
          source: "clio://merges/demo",
          segmentation: "cells",
        },
      ],
      clioMerges: { visible: true },
      clio: { dataset: "demo" },
    });
    await mergesReady(page);
    await selectSegments(page, [first, second]);
    const { red } = await eventually(
      () => drawn(page),
      (seen) => seen.red > SEEN && seen.blue > SEEN,
    );
    await page.keyboard.press("m");
    await mergesCounted(page, "1 merge");
    await eventually(
      () => drawn(page),
      (seen) => seen.red > red + SEEN && seen.blue === 0,
    );

    await mergesPanel(page)
      .getByRole("gridcell", { name: first })
      .first()
      .click();
    await page.keyboard.press("Control+Enter");
    await page
      .getByRole("dialog", { name: "Send merges for review" })
      .getByLabel("Title")
      .fill(title);
    await page.keyboard.press("Control+Enter");
    const review = requestsPanel(page);
    await review.getByRole("gridcell", { name: title }).waitFor();
    // Whoever reviews it has not merged them.
    await mergesPanel(page).getByRole("button", { name: "Clear" }).click();
    await page
      .getByRole("dialog", { name: "Clear all merges?" })
      .getByRole("button", { name: "Clear all merges" })
      .click();
    await mergesCounted(page, "0 merges");
    await selectSegments(page, []);
    await eventually(
      () => drawn(page),
      (seen) => seen.red === 0 && seen.blue === 0,
    );
    await review.getByRole("gridcell", { name: title }).dblclick();
    await review.getByText(second, { exact: true }).first().waitFor();
    await eventually(
      () => drawn(page),
      (seen) => seen.red > SEEN && seen.blue > SEEN,
    );
  });
});
