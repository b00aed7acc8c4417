import type { Page } from "playwright-core";
import {
  hoverVoxel,
  localStories,
  newPage,
  viewerReady,
  viewerState,
  type Voxel,
} from "../../../../config/stories/harness.js";
import {
  demoState,
  drawnMarks,
  eventually,
  openState,
  type PageWithMarks,
  placeByKey,
  pointAt,
} from "../testing/marks_page.js";

const SOMA: Voxel = [130, 120, 64];
const GLIA: Voxel = [100, 140, 64];
const BARE: Voxel = [128, 150, 64];
const LATER: Voxel = [150, 140, 64];

/** Types a text into the search, as it were. */
function search(page: Page, text: string): Promise<void> {
  return page.evaluate((text) => {
    const { viewer } = window as unknown as PageWithMarks;
    for (const { layer } of viewer.layerManager.managedLayers) {
      const query = layer?.sandboxSource?.query.query;
      if (query !== undefined) query.value = { text };
    }
  }, text);
}

function setTags(page: Page, id: string, tags: string[]): Promise<void> {
  return page.evaluate(
    async ({ id, tags }) => {
      const { viewer } = window as unknown as PageWithMarks;
      for (const { layer } of viewer.layerManager.managedLayers) {
        await layer?.sandboxSource?.editor.edit("Tag", [id], (record) => ({
          ...record,
          tags,
        }));
      }
    },
    { id, tags },
  );
}

/** Waits until these marks are drawn and no others. */
async function onlyDrawn(page: Page, ids: string[]): Promise<void> {
  const wanted = [...ids].sort().join();
  await eventually(
    async () =>
      (await drawnMarks(page))
        .map(({ id }) => id)
        .sort()
        .join(),
    (drawn) => drawn === wanted,
  );
}

/** How the search stands on the page. */
function standing(page: Page) {
  return page.evaluate(async () => {
    const { viewer } = window as unknown as PageWithMarks;
    for (const { layer } of viewer.layerManager.managedLayers) {
      const query = layer?.sandboxSource?.query;
      if (query === undefined) continue;
      const rows = await query.rows(0, 10);
      const { total, matching } = query;
      return {
        total,
        matching,
        problem: query.problem.value,
        rows: rows.map(({ id }) => id),
      };
    }
    return undefined;
  });
}

localStories("The search of marks", () => {
  it("hides in slices and in 3-D what does not match, and follows edits", async () => {
    const { page } = await newPage();
    await openState(page, { ...demoState(), layout: "xy-3d" });
    const soma = await placeByKey(page, SOMA);
    const glia = await placeByKey(page, GLIA);
    const bare = await placeByKey(page, BARE);
    await setTags(page, soma.id, ["soma"]);
    await setTags(page, glia.id, ["glia"]);
    await onlyDrawn(page, [soma.id, glia.id, bare.id]);

    await search(page, "tag:soma");
    await onlyDrawn(page, [soma.id]);
    await pointAt(page, soma.id, SOMA);
    await hoverVoxel(page, GLIA);
    await page.waitForFunction(() => {
      const { viewer } = window as unknown as PageWithMarks;
      return viewer.mouseState.pickedAnnotationId === undefined;
    });
    expect(await standing(page)).toEqual({
      total: 3,
      matching: 1,
      problem: undefined,
      rows: [soma.id],
    });

    await setTags(page, bare.id, ["soma"]);
    await onlyDrawn(page, [soma.id, bare.id]);
    await setTags(page, soma.id, []);
    await onlyDrawn(page, [bare.id]);

    await search(page, "colour:red -tag:soma");
    await onlyDrawn(page, [soma.id, glia.id]);
    const { rows, problem } = (await standing(page))!;
    expect(rows).toEqual([glia.id, soma.id]);
    expect(problem).toContain("There is no \u201ccolour:\u201d.");

    await search(page, "");
    await onlyDrawn(page, [soma.id, glia.id, bare.id]);
    await placeByKey(page, LATER);
    expect((await standing(page))?.matching).toBe(4);
  });

  it("leaves the view as it is where the layer's link says so", async () => {
    const { page } = await newPage();
    const state = demoState();
    const layers = state.layers.map((layer) =>
      layer.type === "clio-annotation"
        ? { ...layer, filterInView: false }
        : layer,
    );
    await openState(page, { ...state, layers });
    const { id } = await placeByKey(page, SOMA);
    await search(page, "nothing has this");
    await eventually(
      () => standing(page),
      (seen) => seen?.matching === 0,
    );
    await page.reload();
    await viewerReady(page);
    await onlyDrawn(page, [id]);
    await search(page, "nothing has this");
    await eventually(
      () => standing(page),
      (seen) => seen?.matching === 0,
    );
    await onlyDrawn(page, [id]);
    const { layers: shown } = (await viewerState(page)) as {
      layers: { filterInView?: boolean }[];
    };
    expect(shown.some(({ filterInView }) => filterInView === false)).toBeTrue();
  });
});
