/** What the stories of short links do with marks on a page. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { hoverVoxel, type Voxel } from "../../../../config/stories/harness.js";
import type { Store } from "../../store/store.js";

/** The demo volume's image with its sandbox, as the chooser opens it. */
export function demoView(server: string) {
  const source = `precomputed://${server}/volumes/demo/image`;
  return {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    crossSectionScale: 0.25,
    layout: "xy",
    layers: [
      { type: "image", source, name: "image" },
      { type: "clio-annotation", source: "clio://sandbox/demo", name: "marks" },
    ],
    selectedLayer: { layer: "marks" },
    clio: { dataset: "demo" },
  };
}

/** Places a point, and waits until the sandbox holds so many, and the search among marks knows of them. */
export async function placePoint(
  page: Page,
  voxel: Voxel,
  count: number,
): Promise<void> {
  await hoverVoxel(page, voxel);
  await page.keyboard.press("p");
  for (let n = 0; n < 300; ++n) {
    const held = (await sandboxPositions(page)).length;
    if (held === count && (await marksFound(page)) === count) return;
    await sleep(50);
  }
  throw new Error(`The sandbox never held ${count} marks.`);
}

/** What is read here of a layer of marks. */
interface MarksLayer {
  sandboxSource?: { query: { matching: number | undefined } };
}

/** How many marks match what is searched for, which is nothing in these stories. */
function marksFound(page: Page): Promise<number | undefined> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as {
      viewer: {
        layerManager: { managedLayers: { layer: MarksLayer | null }[] };
      };
    };
    return viewer.layerManager.managedLayers
      .map(({ layer }) => layer?.sandboxSource?.query.matching)
      .find((matching) => matching !== undefined);
  });
}

/** Where the points of the demo dataset's sandbox are, in this browser. */
export async function sandboxPositions(page: Page): Promise<number[][]> {
  const text = await page.evaluate(async () => {
    const { clio } = window as unknown as { clio: { store: Store } };
    const key = { user: "local", dataset: "demo" };
    return (await clio.store.export(key)).text();
  });
  const { records } = JSON.parse(text) as {
    records: { position: number[] }[];
  };
  return records.map(({ position }) => position);
}
