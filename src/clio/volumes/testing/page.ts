// What the stories read in a page, as values that Node gets across. Node only; the functions given to `evaluate` run in the page.
import type { Page } from "playwright-core";
import type { Box, Vec3 } from "../../model/box.js";
import type { VolumesConsole } from "../console.js";
import type { SectionPlace } from "../section.js";

/** What a page of Clio offers to scripts, as far as it is used here. */
export interface PageOfClio {
  viewer?: { layerManager: { managedLayers: unknown[]; clear(): void } };
  clio: { volumes: VolumesConsole };
}

/** A box of voxels, its values as bigint whatever the volume's data type. */
export interface PlainImage {
  readonly values: bigint[];
  readonly shape: Vec3;
  readonly box: Box;
  readonly inside: Box | undefined;
}

/** Opens the viewer with these layers, from a link. */
export async function show(
  page: Page,
  origin: string,
  layers: readonly object[],
): Promise<void> {
  const state = encodeURIComponent(JSON.stringify({ layers }));
  await page.goto(`${origin}/#!${state}`);
  await page.waitForFunction((count) => {
    const { viewer } = window as unknown as PageOfClio;
    return viewer?.layerManager.managedLayers.length === count;
  }, layers.length);
}

/** `labelsAt` of the layer of that name. */
export async function readLabels(
  page: Page,
  layer: string,
  positions: readonly Vec3[],
): Promise<(bigint | undefined)[]> {
  return page.evaluate(
    async ({ layer, positions }) => {
      const { volumes } = (window as unknown as PageOfClio).clio;
      return volumes.labelsAt(await volumes.of(layer), positions);
    },
    { layer, positions },
  );
}

/** `sectionAt` of the layer of that name, its pixels as plain numbers; undefined for those outside of the volume. */
export async function readSection(
  page: Page,
  layer: string,
  place: SectionPlace,
): Promise<{ edge: number; pixels: (number | undefined)[] }> {
  const { edge, grey, inside } = await page.evaluate(
    async ({ layer, place }) => {
      const { volumes } = (window as unknown as PageOfClio).clio;
      const volume = await volumes.of(layer);
      const section = await volumes.sectionAt(volume, place);
      return { ...section, grey: [...section.grey] };
    },
    { layer, place },
  );
  const pixels = grey.map((value, i) => {
    const [x, y] = [i % edge, Math.floor(i / edge)];
    const shows =
      x >= inside.left &&
      x < inside.right &&
      y >= inside.top &&
      y < inside.bottom;
    return shows ? value : undefined;
  });
  return { edge, pixels };
}

/** `imageAt` of the layer of that name. */
export async function readImage(
  page: Page,
  layer: string,
  box: Box,
  options: { readonly scale?: number; readonly outside?: number } = {},
): Promise<PlainImage> {
  const image = await page.evaluate(
    async ({ layer, box, options: { scale = 0, ...options } }) => {
      const { volumes } = (window as unknown as PageOfClio).clio;
      const volume = await volumes.of(layer);
      const { data, shape, ...boxes } = await volumes.imageAt(
        volume,
        box,
        scale,
        options,
      );
      // Typed arrays of 64 bits do not come across as they are.
      return { values: Array.from(data, String), shape, ...boxes };
    },
    { layer, box, options },
  );
  return { ...image, values: image.values.map(BigInt) };
}
