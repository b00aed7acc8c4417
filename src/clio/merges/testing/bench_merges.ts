// What the benchmark of merges does on a page: a view of segments with any number of merges, ours or upstream's, and acts on them.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { viewport } from "../../../../config/stories/browser.js";
import { viewerReady } from "../../../../config/stories/viewer.js";
import { mergesDataset } from "../../model/merge.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import type { MergeLayer } from "../merge_layer.js";

/** A million merges are read from disk in it, on a slow machine too. */
const TIMEOUT_MS = 600_000;

/** Merges written in one change when a sandbox is filled. */
const FILL_CHANGE = 5_000;

/** All ids are above this, and so none is a whole number to JavaScript. */
const FIRST_ID = 2n ** 60n;

/** A cell of the stored merges has so many segments. */
const CELL_SEGMENTS = 5;

interface PageWithMerges {
  viewer: {
    state: { restoreState(state: object): void };
    layerManager: { getLayerByName(name: string): { layer: MergeLayer } };
  };
  clio: { store: { apply(change: object): Promise<{ saved: boolean }> } };
}

/** The two segments of the merge of a number: the merges are chains, and cut into cells of five segments. */
export function pairOf(number: number): [string, string] {
  const cell = Math.floor(number / (CELL_SEGMENTS - 1));
  const first = FIRST_ID + BigInt(number + cell);
  return [String(first), String(first + 1n)];
}

/** The demo's supervoxels in one slice, and what of upstream's or ours merges them. */
function view(origin: string, cells: object, ...layers: object[]) {
  return {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    layout: "xy",
    crossSectionScale: 0.5,
    layers: [
      {
        type: "segmentation",
        name: "cells",
        source: `precomputed://${origin}/volumes/demo/supervoxels`,
        ...cells,
      },
      ...layers,
    ],
  };
}

const mergesLayer = {
  type: "clio-merge",
  name: "merges",
  source: "clio://merges/demo",
  segmentation: "cells",
};

/** Opens the demo's supervoxels with our merges by a link. */
async function openLinked(page: Page, origin: string): Promise<void> {
  page.setDefaultTimeout(TIMEOUT_MS);
  const state = JSON.stringify(view(origin, {}, mergesLayer));
  await page.goto(`${origin}/#!${encodeURIComponent(state)}`);
  await viewerReady(page, TIMEOUT_MS);
}

/** A browser's context in which so many merges of the demo volume are stored. */
export async function contextWithMerges(
  browser: Browser,
  origin: string,
  count: number,
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await openLinked(page, origin);
  const dataset = mergesDataset({ dataset: "demo", version: "" });
  const key = { user: LOCAL_USER, dataset };
  for (let from = 0; from < count; from += FILL_CHANGE) {
    const size = Math.min(FILL_CHANGE, count - from);
    const pairs = Array.from({ length: size }, (_, i) => pairOf(from + i));
    await page.evaluate(
      async ({ key, pairs, from }) => {
        const { clio } = window as unknown as PageWithMerges;
        const edits = pairs.map(([onto, merged], i) => ({
          op: "put",
          record: {
            id: crypto.randomUUID(),
            kind: "merge",
            onto,
            merged,
            act: crypto.randomUUID(),
            description: "",
            user: key.user,
            created: 1.7e12 + from + i,
            modified: 1.7e12 + from + i,
          },
        }));
        const { saved } = await clio.store.apply({
          id: crypto.randomUUID(),
          ...key,
          at: Date.now(),
          label: "Fill",
          edits,
        });
        if (!saved) throw new Error("The merges could not be stored.");
      },
      { key, pairs, from },
    );
  }
  await page.close();
  return context;
}

/** Milliseconds from the opening of a page in it until all its merges are drawn. */
export async function openMerges(
  context: BrowserContext,
  origin: string,
): Promise<{ page: Page; milliseconds: number }> {
  const page = await context.newPage();
  const start = performance.now();
  await openLinked(page, origin);
  await page.waitForFunction(
    () => {
      const { viewer } = window as unknown as PageWithMerges;
      const { layer } = viewer.layerManager.getLayerByName("merges");
      return layer.standing === "ready" && layer.graph.value?.book.isRead;
    },
    undefined,
    { timeout: TIMEOUT_MS },
  );
  await viewerReady(page, TIMEOUT_MS);
  return { page, milliseconds: performance.now() - start };
}

/** A page of the plain viewer with so many merges in its state. */
export async function openLocal(
  browser: Browser,
  origin: string,
  count: number,
): Promise<Page> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const equivalences = Array.from({ length: count }, (_, i) => pairOf(i));
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(origin);
  await page.waitForFunction(() => "viewer" in window);
  // Not by a link: the browser itself takes none of this length.
  await page.evaluate(
    (state) => {
      const { viewer } = window as unknown as PageWithMerges;
      viewer.state.restoreState(state);
    },
    view(origin, { equivalences }),
  );
  await viewerReady(page, TIMEOUT_MS);
  return page;
}

/** Segments that no stored merge has. */
function fresh(number: number): [string, string] {
  return [String(10n + BigInt(2 * number)), String(11n + BigInt(2 * number))];
}

/** Merges two segments that are merged with none; resolves once that is durable and drawn next. */
export function mergeOurs(page: Page, number: number): Promise<void> {
  return page.evaluate(async ([onto, merged]) => {
    const { viewer } = window as unknown as PageWithMerges;
    const { layer } = viewer.layerManager.getLayerByName("merges");
    const { book } = layer.graph.value!;
    await book.merge(BigInt(onto), [BigInt(merged)]);
  }, fresh(number));
}

/** Takes apart what `mergeOurs` has merged. */
export function unmergeOurs(page: Page, number: number): Promise<void> {
  return page.evaluate(async ([onto]) => {
    const { viewer } = window as unknown as PageWithMerges;
    const { layer } = viewer.layerManager.getLayerByName("merges");
    const { book } = layer.graph.value!;
    await book.unmerge(BigInt(onto));
  }, fresh(number));
}

interface LocalGraph {
  viewer: {
    layerManager: {
      getLayerByName(name: string): {
        layer: {
          displayState: {
            segmentationGroupState: {
              value: {
                segmentEquivalences: {
                  link(a: bigint, b: bigint): void;
                  deleteSet(a: bigint): void;
                };
              };
            };
          };
        };
      };
    };
  };
}

/** As `mergeOurs`, by upstream's own sets. */
export function mergeLocal(page: Page, number: number): Promise<void> {
  return page.evaluate(([a, b]) => {
    const { viewer } = window as unknown as LocalGraph;
    const { displayState } = viewer.layerManager.getLayerByName("cells").layer;
    const { segmentEquivalences } = displayState.segmentationGroupState.value;
    segmentEquivalences.link(BigInt(a), BigInt(b));
  }, fresh(number));
}

/** As `unmergeOurs`, by upstream's own sets. */
export function unmergeLocal(page: Page, number: number): Promise<void> {
  return page.evaluate(([a]) => {
    const { viewer } = window as unknown as LocalGraph;
    const { displayState } = viewer.layerManager.getLayerByName("cells").layer;
    const { segmentEquivalences } = displayState.segmentationGroupState.value;
    segmentEquivalences.deleteSet(BigInt(a));
  }, fresh(number));
}

interface DrawnPage {
  viewer: {
    display: {
      draw(): void;
      scheduleRedraw(): void;
      updateFinished: { add(f: () => void): () => void };
    };
  };
  /** Milliseconds of each drawing of the view that was not asked for yet. */
  drawings: number[];
}

/** How long the view of a page is drawn from now on, each time it is. */
export interface Drawings {
  /** Draws the view as it is; resolves when it was. */
  again(): Promise<void>;
  /** Milliseconds of all drawings since this was asked last. */
  take(): Promise<number[]>;
}

export async function drawings(page: Page): Promise<Drawings> {
  await page.evaluate(() => {
    const own = window as unknown as DrawnPage;
    const { display } = own.viewer;
    const draw = display.draw.bind(display);
    own.drawings = [];
    display.draw = () => {
      const start = performance.now();
      draw();
      own.drawings.push(performance.now() - start);
    };
  });
  return {
    again: () =>
      page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const { display } = (window as unknown as DrawnPage).viewer;
            const remove = display.updateFinished.add(() => {
              remove();
              resolve();
            });
            display.scheduleRedraw();
          }),
      ),
    take: () =>
      page.evaluate(() => (window as unknown as DrawnPage).drawings.splice(0)),
  };
}
