import type { Page } from "playwright-core";
import {
  localStories,
  newPage,
  viewerReady,
  viewerState,
  type Voxel,
} from "../../../../config/stories/harness.js";
import { violations } from "../../../../config/stories/axe.js";
import {
  demoState,
  drawnMarks,
  eventually,
  marksPanel,
  openSection,
  openState,
  pixelOf,
  settledLink,
  statusReads,
} from "../testing/marks_page.js";
import {
  marksTable,
  openTable,
  pointMark,
  putMarks,
} from "../testing/table_page.js";

/** Okabe and Ito's, in the order in which values get them. */
const ORANGE = "#e69f00";
const SKY = "#56b4e9";
const NEUTRAL = "#b4b4b4";
/** That of the layer, as long as nobody has chosen another. */
const LAYER = "#ffff00";

const A: Voxel = [120, 120, 64];
const B: Voxel = [140, 130, 64];
const C: Voxel = [110, 140, 64];

/** Three marks: two synapses, one of them tagged, and one without a type. */
function threeMarks() {
  return [
    pointMark(1, A, { type: "synapse", tags: ["soma"] }),
    pointMark(2, B, { type: "synapse" }),
    pointMark(3, C),
  ];
}

async function openLook(page: Page): Promise<void> {
  await openState(page, demoState());
  await putMarks(page, threeMarks());
  await openTable(page, 3);
  await openSection(page, "Look");
}

function colorBy(page: Page) {
  return marksPanel(page).getByLabel("Colour by");
}

function legendLine(page: Page, text: RegExp) {
  return marksPanel(page)
    .getByRole("list", { name: "Legend" })
    .getByRole("button", { name: text });
}

async function colorsAre(
  page: Page,
  expected: readonly (string | undefined)[],
): Promise<void> {
  await eventually(
    async () => (await drawnMarks(page)).map(({ color }) => color ?? "none"),
    (colors) =>
      JSON.stringify(colors) ===
      JSON.stringify(expected.map((color) => color ?? "none")),
  );
}

/** Waits until the kinds in the table, from top to bottom, have these colours. */
async function kindsAre(
  page: Page,
  expected: readonly string[],
): Promise<void> {
  await eventually(
    () =>
      marksTable(page)
        .locator(".clio-marks-kind")
        .evaluateAll((kinds) =>
          kinds
            .map((kind) => ({
              top: kind.getBoundingClientRect().top,
              // One that was replaced just now has none.
              hex: (getComputedStyle(kind).color.match(/\d+/g) ?? [])
                .map((part) => Number(part).toString(16).padStart(2, "0"))
                .join(""),
            }))
            .sort((a, b) => a.top - b.top)
            .map(({ hex }) => `#${hex}`),
        ),
    (colors) => String(colors) === String(expected),
  );
}

/** The colour of the page in the middle of a voxel. */
async function pixelAt(page: Page, voxel: Voxel): Promise<number[]> {
  const at = await pixelOf(page, voxel);
  const clip = {
    x: Math.round(at.x),
    y: Math.round(at.y),
    width: 1,
    height: 1,
  };
  const png = await page.screenshot({ clip });
  return page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const context = new OffscreenCanvas(1, 1).getContext("2d")!;
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, png.toString("base64"));
}

localStories("Colours of marks", () => {
  it("go by the type, follow an edit at once, are on the canvas, and are there after a reload", async () => {
    const { page } = await newPage();
    await openLook(page);
    await colorsAre(page, [undefined, undefined, undefined]);
    await kindsAre(page, [LAYER, LAYER, LAYER]);
    await colorBy(page).selectOption("Type");
    await colorsAre(page, [ORANGE, ORANGE, NEUTRAL]);
    await kindsAre(page, [ORANGE, ORANGE, NEUTRAL]);
    await legendLine(page, /synapse 2/).waitFor();
    await legendLine(page, /No type 1/).waitFor();
    await eventually(
      () => pixelAt(page, B),
      ([red, green, blue]) => red > 200 && green > 130 && blue < 60,
    );

    await putMarks(page, [pointMark(2, B, { type: "vesicle" })]);
    await colorsAre(page, [ORANGE, SKY, NEUTRAL]);
    await legendLine(page, /vesicle 1/).waitFor();
    await eventually(
      () => pixelAt(page, B),
      ([red, , blue]) => red < 120 && blue > 200,
    );

    await settledLink(page);
    await page.reload();
    await viewerReady(page);
    await colorsAre(page, [ORANGE, SKY, NEUTRAL]);
    await kindsAre(page, [ORANGE, SKY, NEUTRAL]);
    expect(await colorBy(page).inputValue()).toBe("type");
  });

  it("have a legend that narrows the search by Enter, and widens it again", async () => {
    const { page } = await newPage();
    await openLook(page);
    await colorBy(page).selectOption("Tag");
    const soma = legendLine(page, /soma 1/);
    await soma.press("Enter");
    const search = marksPanel(page).getByLabel("Search the marks");
    expect(await search.inputValue()).toBe("tag:soma");
    await statusReads(page, /^3 marks · 1 shown/);
    expect(await soma.getAttribute("aria-pressed")).toBe("true");
    expect(await violations(page, [".clio-panel"])).toEqual({});
    await legendLine(page, /No tag 2/).press("Enter");
    expect(await search.inputValue()).toBe("is:untagged");
    await statusReads(page, /^3 marks · 2 shown/);
    await legendLine(page, /No tag 2/).press("Enter");
    expect(await search.inputValue()).toBe("");
  });

  it("come with sliders for size and opacity, which the link carries", async () => {
    const { page } = await newPage();
    await openLook(page);
    const radius = marksPanel(page).getByLabel("Radius of points");
    expect(await radius.inputValue()).toBe("4.5");
    await radius.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await radius.getAttribute("aria-valuetext")).toBe("5.5 px");
    expect(await violations(page, [".clio-panel"])).toEqual({});
    const controls = async () => {
      const { layers } = (await viewerState(page)) as {
        layers: { name: string; shaderControls?: object }[];
      };
      return layers.find(({ name }) => name === "marks")?.shaderControls;
    };
    expect(await controls()).toEqual({ radius: 5.5 });
    await marksPanel(page)
      .getByRole("button", { name: "Reset" })
      .press("Enter");
    expect(await radius.inputValue()).toBe("4.5");
    expect(await controls()).toBeUndefined();
  });

  it("leave a shader that a link brings as it is, with its own sliders", async () => {
    const { page } = await newPage();
    const state = demoState();
    const shader = `#uicontrol float girth slider(min=1, max=9, default=3)
void main() { setColor(vec3(0.0, 1.0, 0.0)); setPointMarkerSize(4.0 * girth); }`;
    const layers = state.layers.map((layer) =>
      layer.name === "marks" ? { ...layer, shader } : layer,
    );
    await openState(page, { ...state, layers });
    await putMarks(page, threeMarks());
    await openTable(page, 3);
    await openSection(page, "Look");
    expect(await marksPanel(page).getByLabel("girth").getAttribute("max")).toBe(
      "9",
    );
    expect(await marksPanel(page).getByLabel("Radius of points").count()).toBe(
      0,
    );
    await eventually(
      () => pixelAt(page, A),
      ([red, green, blue]) => red < 60 && green > 200 && blue < 60,
    );
  });
});
