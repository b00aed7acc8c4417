import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import sharp from "sharp";
import {
  needsMedulla,
  newPage,
  origin,
  sharedPath,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import { type Box, shapeOf, type Vec3, vec3 } from "../model/box.js";
import { readImage, readLabels } from "./testing/page.js";
import { cells } from "./testing/small_volumes.js";

const name = "fibsem-medulla-ts2";
const edge = 250;

/** The raw file behind each layer: x fastest, little-endian. */
const files = {
  image: { file: "gray.raw.gz", array: Uint8Array },
  supervoxels: { file: "overseg.raw.gz", array: Uint32Array },
  bodies: { file: "gt_body.raw.gz", array: Uint32Array },
} as const;
type Layer = keyof typeof files;

/** All corners, and twelve places that lie in as many different chunks as may be. */
const knownVoxels: readonly Vec3[] = [
  ...cells([2, 2, 2]).map((corner) =>
    vec3((axis) => corner[axis] * (edge - 1)),
  ),
  ...Array.from({ length: 12 }, (_, i) =>
    vec3((axis) => (31 + i * [67, 101, 149][axis]) % edge),
  ),
];

/** Across the borders of chunks of 64 voxels, whatever the edge. */
const box: Box = { lower: [60, 120, 185], upper: [135, 133, 195] };

function rawValues(layer: Layer): (voxel: Vec3) => bigint {
  const { file, array } = files[layer];
  const bytes = gunzipSync(readFileSync(sharedPath("data", name, file)!));
  const values = new array(bytes.buffer, bytes.byteOffset, edge ** 3);
  return ([x, y, z]) => BigInt(values[x + edge * (y + edge * z)]);
}

/**
 * @param picture PNG
 * @returns the share of pixels that have a colour, and how much their brightness differs (of 255)
 */
async function lookAt(
  picture: Buffer,
): Promise<{ tinted: number; greyDeviation: number }> {
  const { data, info } = await sharp(picture)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const greys: number[] = [];
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = data.subarray(at, at + 3);
    const least = Math.min(red, green, blue);
    if (Math.max(red, green, blue) - least > 20)
      greys.push((red + green + blue) / 3);
  }
  const mean = greys.reduce((sum, grey) => sum + grey, 0) / greys.length;
  const variance =
    greys.reduce((sum, grey) => sum + (grey - mean) ** 2, 0) / greys.length;
  return {
    tinted: greys.length / (info.width * info.height),
    greyDeviation: Math.sqrt(variance),
  };
}

async function chooseDataset(page: Page): Promise<void> {
  await page.goto(origin());
  const chooser = page.getByRole("dialog", { name: "Open a dataset" });
  await chooser.getByRole("combobox").fill(name);
  await chooser.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await viewerReady(page);
}

describe("The real volume", () => {
  let page: Page;

  beforeEach(async () => {
    needsMedulla();
    ({ page } = await newPage());
    await chooseDataset(page);
  });

  it("shows image, supervoxels and bodies in four panels", async () => {
    const { layout, layers } = await viewerState(page);
    expect(layout).toBe("4panel");
    const shown = (
      layers as { name: string; visible?: boolean; archived?: boolean }[]
    ).filter(({ visible, archived }) => visible !== false && !archived);
    expect(shown.map((layer) => layer.name)).toEqual(
      jasmine.arrayContaining(Object.keys(files)),
    );
    const panels = page.locator(".neuroglancer-rendered-data-panel");
    expect(await panels.count()).toBe(4);
    for (const panel of await panels.all()) {
      const { tinted, greyDeviation } = await lookAt(await panel.screenshot());
      expect(tinted).withContext("tinted by segments").toBeGreaterThan(0.1);
      expect(greyDeviation).withContext("image below").toBeGreaterThan(10);
    }
  });

  it("gives back the raw files' values at 20 known voxels and in a box, through the viewer", async () => {
    expect(knownVoxels.length).toBe(20);
    for (const layer of Object.keys(files) as Layer[]) {
      const rawAt = rawValues(layer);
      expect(await readLabels(page, layer, knownVoxels))
        .withContext(layer)
        .toEqual(knownVoxels.map(rawAt));
      const image = await readImage(page, layer, box);
      expect(image.values)
        .withContext(layer)
        .toEqual(
          cells(shapeOf(box)).map((at) =>
            rawAt(vec3((axis) => at[axis] + box.lower[axis])),
          ),
        );
    }
  });
});
