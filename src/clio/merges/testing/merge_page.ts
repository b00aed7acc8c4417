/** What the stories of merges do on a page with the viewer, and how they see what is one there. */
import type { Page } from "playwright-core";
import { eventually } from "../../../../config/stories/eventually.js";
import { origin, viewerReady } from "../../../../config/stories/harness.js";
import type { MergeLayer } from "../merge_layer.js";
import type { Voxel } from "../../../../config/stories/harness.js";
import type { VolumesConsole } from "../../volumes/console.js";

/** What the page offers to scripts, as far as these stories use it. */
interface PageWithMerges {
  viewer: {
    layerManager: {
      managedLayers: { layer: MergeLayer | { type: string } | null }[];
      removeManagedLayer(layer: MergeLayer["managedLayer"]): void;
    };
  };
  clio: { volumes: VolumesConsole };
}

/**
 * Opens a dataset as a person does, by the chooser, and waits until merges can be made in it.
 * @param at where the page is from: the server that the stories share, where nothing is said
 */
export async function chooseDataset(
  page: Page,
  name: string,
  at = origin(),
): Promise<void> {
  await page.goto(at);
  const search = page.getByRole("combobox", { name: "Search the datasets" });
  await search.fill(name);
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await mergesReady(page);
}

/** A view of the demo volume, without layers. */
export const plainState = {
  dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
  position: [128.5, 128.5, 64.5],
  layout: "xy",
};

/** Opens a state by its link. */
export async function openState(page: Page, state: object): Promise<void> {
  await page.goto(`${origin()}/#!${encodeURIComponent(JSON.stringify(state))}`);
  await viewerReady(page);
}

/** Removes the layer of merges from the view. */
export function removeMerges(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as PageWithMerges;
    for (const { layer } of [...viewer.layerManager.managedLayers]) {
      if (layer === null || !("standing" in layer)) continue;
      viewer.layerManager.removeManagedLayer(layer.managedLayer);
    }
  });
}

/** Waits until the view is drawn, and the merges of it are read. */
export async function mergesReady(page: Page): Promise<void> {
  await viewerReady(page);
  await page.waitForFunction(() => {
    const { viewer } = window as unknown as PageWithMerges;
    return viewer.layerManager.managedLayers.some(
      ({ layer }) =>
        layer !== null &&
        "standing" in layer &&
        layer.standing === "ready" &&
        layer.graph.value?.book.isRead,
    );
  });
}

/** Selects segments, shown and in this order, and nothing else. */
export function selectSegments(
  page: Page,
  ids: readonly string[],
): Promise<void> {
  return page.evaluate((ids) => {
    const { viewer } = window as unknown as PageWithMerges;
    for (const { layer } of viewer.layerManager.managedLayers) {
      if (layer === null || !("standing" in layer)) continue;
      const { selectedSegments, visibleSegments } =
        layer.target!.displayState.segmentationGroupState.value;
      selectedSegments.clear();
      for (const id of ids) visibleSegments.add(BigInt(id));
    }
  }, ids);
}

/** The segments that are selected and shown, in their order. */
export function selectedSegments(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as PageWithMerges;
    for (const { layer } of viewer.layerManager.managedLayers) {
      if (layer === null || !("standing" in layer)) continue;
      const { selectedSegments, visibleSegments } =
        layer.target!.displayState.segmentationGroupState.value;
      return [...selectedSegments]
        .filter((id) => visibleSegments.has(id))
        .map(String);
    }
    return [];
  });
}

/** The segments that are seen at voxels of a layer: what is there, as the viewer takes segments for one. */
export function segmentsSeen(
  page: Page,
  layerName: string,
  voxels: readonly Voxel[],
): Promise<string[]> {
  return page.evaluate(
    async ({ layerName, voxels }) => {
      const { viewer, clio } = window as unknown as PageWithMerges;
      const volume = await clio.volumes.of(layerName);
      const labels = await clio.volumes.labelsAt(
        volume,
        voxels.map(([x, y, z]) => [x, y, z]),
      );
      for (const { layer } of viewer.layerManager.managedLayers) {
        if (layer === null || !("standing" in layer)) continue;
        const { segmentEquivalences } =
          layer.target!.displayState.segmentationGroupState.value;
        return labels.map((id) => String(segmentEquivalences.get(id!)));
      }
      return [];
    },
    { layerName, voxels },
  );
}

/** What each of these segments is a part of, as the viewer takes segments for one. */
export function wholesSeen(
  page: Page,
  ids: readonly string[],
): Promise<string[]> {
  return page.evaluate((ids) => {
    const { viewer } = window as unknown as PageWithMerges;
    for (const { layer } of viewer.layerManager.managedLayers) {
      if (layer === null || !("standing" in layer)) continue;
      const { segmentEquivalences } =
        layer.target!.displayState.segmentationGroupState.value;
      return ids.map((id) => String(segmentEquivalences.get(BigInt(id))));
    }
    return [];
  }, ids);
}

/** The panel of merges. */
export function mergesPanel(page: Page) {
  return page.getByRole("region", { name: "Merges", exact: true });
}

/** The panel of requests to merge. */
export function requestsPanel(page: Page) {
  return page.getByRole("region", { name: "Merge requests", exact: true });
}

/** Signs somebody in, and waits until the page, which begins anew when it learns who they are, has done so. */
export async function signIn(page: Page, at: string): Promise<void> {
  await page.goto(`${at}/login`);
  await page.waitForFunction(() => {
    const { clio } = window as unknown as {
      clio?: { store: { person: string } };
    };
    return clio?.store.person.includes("@");
  });
}

/** Waits until the panel's status line reads so. */
export async function mergesCounted(page: Page, text: string): Promise<void> {
  await mergesPanel(page)
    .getByRole("status")
    .filter({ hasText: new RegExp(`^${text}$`) })
    .waitFor();
}

/** Seconds from the choice of a file, which `choose` does, until the page has drawn the last of its pairs as one segment. */
export async function timeToMerged(
  page: Page,
  pairs: readonly (readonly string[])[],
  choose: () => Promise<void>,
): Promise<number> {
  await page.evaluate((last) => {
    const { viewer } = window as unknown as PageWithMerges;
    const merge = viewer.layerManager.managedLayers.find(
      ({ layer }) => layer !== null && "standing" in layer,
    )!.layer as MergeLayer;
    const { segmentEquivalences } =
      merge.target!.displayState.segmentationGroupState.value;
    const [a, b] = last.map(BigInt);
    const timed = window as unknown as { clioMerged: Promise<number> };
    timed.clioMerged = new Promise((done) => {
      document.addEventListener(
        "change",
        () => {
          const from = performance.now();
          const look = () => {
            const isOne =
              segmentEquivalences.get(a) === segmentEquivalences.get(b);
            // A frame more: in the one after the sets changed they are drawn.
            if (isOne) {
              requestAnimationFrame(() => done(performance.now() - from));
            } else requestAnimationFrame(look);
          };
          look();
        },
        { capture: true, once: true },
      );
    });
  }, pairs.at(-1)!);
  await choose();
  const milliseconds = await page.evaluate(
    () => (window as unknown as { clioMerged: Promise<number> }).clioMerged,
  );
  return milliseconds / 1000;
}

/** Clio's own parts of the page that merging adds to. */
export const OWN = [".clio-side-panel", ".clio-merge-mode", ".clio-button-bar"];

/** Waits until these segments are selected and shown, in this order. */
export async function selected(
  page: Page,
  ids: readonly string[],
): Promise<void> {
  await eventually(
    () => selectedSegments(page),
    (seen) => String(seen) === String(ids),
  );
}

/** Voxels at which what is seen is compared with the truth. */
export const COMPARED = 1000;

/** Voxels all over the volume, the same ones each time. */
export function someVoxels(count: number): Voxel[] {
  const at = (i: number, step: number) => Math.floor((i * step) % 250);
  return Array.from({ length: count }, (_, i) => [
    at(i, 97.31),
    at(i, 61.73),
    at(i, 37.17),
  ]);
}
