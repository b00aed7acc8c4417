import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import {
  localStories,
  newPage,
  origin,
  viewerReady,
  type Voxel,
} from "../../../../config/stories/harness.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import {
  demoState,
  eventually,
  marksPanel,
  openState,
  placeByKey,
  sandboxOf,
} from "../testing/marks_page.js";
import { marksTable, openTable } from "../testing/table_page.js";

const A: Voxel = [130, 120, 64];

/** What a person writes into each field of a point's form. */
interface Written {
  readonly description: string;
  readonly type: string;
  readonly tags: readonly string[];
  /** Keys: the place of each choice. */
  readonly choices: readonly [string, string, string];
  readonly note: string;
  readonly title: string;
  readonly set: string;
  readonly place: string;
}

/** Fills the whole form without the mouse: each field is entered with Tab from the one before. */
async function writeAll(
  page: Page,
  form: Locator,
  written: Written,
): Promise<void> {
  const { keyboard } = page;
  const overwrite = async (text: string) => {
    await keyboard.press("Control+a");
    await keyboard.type(text);
    await keyboard.press("Tab");
  };
  await form.getByLabel("Description").focus();
  await overwrite(written.description);
  await overwrite(written.type);
  for (const tag of written.tags) {
    await keyboard.type(tag);
    await keyboard.press("Enter");
  }
  for (const choice of written.choices) {
    await keyboard.press("Tab");
    await keyboard.press(choice);
  }
  await keyboard.press("Tab");
  await overwrite(written.note);
  const more = form.locator("details");
  if (!(await more.evaluate((details: HTMLDetailsElement) => details.open))) {
    await keyboard.press("Enter");
  }
  await keyboard.press("Tab");
  await overwrite(written.title);
  await overwrite(written.set);
  await overwrite(written.place);
  await form.getByRole("checkbox", { name: "Checked" }).focus();
  await keyboard.press("Space");
}

/** The one record of the demo's sandbox, once it is found to be so. */
async function storedRecord(
  page: Page,
  found: (record: AnnotationRecord) => boolean,
): Promise<AnnotationRecord> {
  const record = async () => (await sandboxOf(page)).records[0];
  return eventually(record, found);
}

async function violations(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (selector) => {
    const inPage = window as unknown as { axe: typeof axe };
    const found = await inPage.axe.run({ include: [[selector]] });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html}`),
    );
  }, selector);
}

/** Selects the one mark. Returns its form in the table, and that in the viewer's panel of the selection. */
async function openForms(
  page: Page,
): Promise<{ row: Locator; panel: Locator }> {
  await openTable(page, 1);
  await marksTable(page).focus();
  const row = marksPanel(page).getByRole("group", { name: "This point" });
  await page.keyboard.press("j");
  await row.waitFor();
  await page.evaluate(() => {
    const { viewer } = window as unknown as {
      viewer: { selectionDetailsState: { location: { visible: boolean } } };
    };
    viewer.selectionDetailsState.location.visible = true;
  });
  const panel = page
    .locator(".neuroglancer-selection-details")
    .getByRole("group", { name: "This point" });
  await panel.waitFor();
  return { row, panel };
}

/** Runs in the page: has the viewer build its panel of the selection anew, as it does with whatever changes of the layer. */
async function buildAnew(): Promise<void> {
  const { viewer } = window as unknown as {
    viewer: {
      layerManager: {
        getLayerByName(name: string): { layerChanged: { dispatch(): void } };
      };
    };
  };
  viewer.layerManager.getLayerByName("marks").layerChanged.dispatch();
  for (let frame = 0; frame < 3; ++frame) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** The demo's view with its supervoxels. */
function stateWithSegments() {
  const state = demoState();
  const supervoxels = {
    type: "segmentation",
    source: `precomputed://${origin()}/volumes/demo/supervoxels`,
    name: "supervoxels",
  };
  return { ...state, layers: [...state.layers, supervoxels] };
}

localStories("The form of a mark", () => {
  it("takes every field by keyboard in the selection panel, the table's row follows, and all of it survives a reload", async () => {
    const { page } = await newPage();
    await openState(page, stateWithSegments());
    await placeByKey(page, A);
    const { row, panel } = await openForms(page);
    await writeAll(page, panel, {
      description: "bouton <b>2</b>",
      type: "vesicle",
      tags: ["soma", "dark"],
      choices: ["2", "1", "2"],
      note: "and again",
      title: "Second",
      set: "ours",
      place: "102 122 66",
    });
    const written = await storedRecord(page, ({ checked }) => checked);
    expect(written).toEqual(
      jasmine.objectContaining({
        description: "bouton <b>2</b>",
        type: "vesicle",
        tags: ["soma", "dark"],
        fields: {
          confidence: 2,
          cell_class: "neuron",
          reviewed: false,
          note: "and again",
        },
        title: "Second",
        set: "ours",
        position: [102, 122, 66],
      }),
    );
    // What is shown in the one place follows what is written in the other.
    await eventually(
      () => row.getByLabel("Description").inputValue(),
      (text) => text === "bouton <b>2</b>",
    );
    expect(await violations(page, ".clio-selected-mark")).toEqual([]);

    await page.reload();
    await viewerReady(page);
    await panel.waitFor();
    expect(await panel.getByLabel("Description").inputValue()).toBe(
      "bouton <b>2</b>",
    );
    // The segment may have been looked up since.
    const stored = await storedRecord(page, ({ checked }) => checked);
    expect({ ...stored, ...written }).toEqual(stored);
  });

  it("keeps the focus and what is being typed where the viewer builds its panel anew", async () => {
    const { page } = await newPage();
    await openState(page, stateWithSegments());
    await placeByKey(page, A);
    const { panel } = await openForms(page);
    await panel.getByLabel("Description").focus();
    await page.keyboard.type("half of ");
    await page.evaluate(buildAnew);
    await page.keyboard.type("a word");
    await page.keyboard.press("Tab");
    await page.evaluate(buildAnew);
    await page.keyboard.type("vesicle");
    await page.keyboard.press("Tab");
    const { description } = await storedRecord(
      page,
      ({ type }) => type === "vesicle",
    );
    expect(description).toBe("half of a word");
  });
});
