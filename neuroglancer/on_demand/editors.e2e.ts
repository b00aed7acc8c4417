import type { Page } from "playwright-core";
import {
  newPage,
  origin,
  viewerReady,
  viewerState,
} from "../../config/stories/harness.js";

const CONTROL = "#uicontrol invlerp normalized";
const SHADER = `${CONTROL}\nvoid main() { emitGrayscale(normalized()); }\n`;

/** A link that opens the demo volume's image with its rendering tab. */
function link(): string {
  const source = `precomputed://${origin()}/volumes/demo/image`;
  const state = {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    crossSectionScale: 0.25,
    layout: "xy",
    layers: [
      { type: "image", source, name: "em", shader: SHADER, tab: "rendering" },
    ],
    selectedLayer: { layer: "em", visible: true },
  };
  return `${origin()}/#!${encodeURIComponent(JSON.stringify(state))}`;
}

async function openLink(page: Page): Promise<void> {
  await page.goto(link());
  await viewerReady(page);
}

function shaderEditor(page: Page) {
  return page.locator(".neuroglancer-shader-code-widget");
}

async function shaderOfState(page: Page): Promise<unknown> {
  const { layers } = (await viewerState(page)) as {
    layers: { shader?: string }[];
  };
  return layers[0].shader;
}

describe("Upstream's text editors", () => {
  it("are there when the tab of an image is open, and change its shader", async () => {
    const { page } = await newPage();
    await openLink(page);
    const editor = shaderEditor(page);
    await editor.getByText(CONTROL).waitFor();
    await page.getByTitle("Show larger editor view").waitFor();
    await editor.locator(".CodeMirror-lines").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("void main() { emitGrayscale(0.25); }");
    await page.waitForFunction(() =>
      decodeURIComponent(location.hash).includes("0.25)"),
    );
    expect(await shaderOfState(page)).toBe(
      "void main() { emitGrayscale(0.25); }",
    );
  });

  it("hide the shader and show it again", async () => {
    const { page } = await newPage();
    await openLink(page);
    await shaderEditor(page).waitFor();
    await page.getByTitle("Hide code").click();
    await shaderEditor(page).waitFor({ state: "hidden" });
    await page.getByTitle("Show code").click();
    await shaderEditor(page).waitFor();
  });

  it("open the larger view of a shader", async () => {
    const { page } = await newPage();
    await openLink(page);
    await page.getByTitle("Show larger editor view").click();
    const overlay = page.locator(".overlay-content");
    await overlay.getByText(CONTROL).waitFor();
  });

  it("open the state of the viewer", async () => {
    const { page } = await newPage();
    await openLink(page);
    await page.getByTitle("Edit JSON state").click();
    await page
      .locator(".neuroglancer-state-editor")
      .getByText('"crossSectionScale"')
      .waitFor();
  });

  it("say so where the server does not answer", async () => {
    const { page } = await newPage({ allow: [/text-editor|ERR_FAILED|40/] });
    await page.route(/text-editor/, (route) => route.abort());
    await openLink(page);
    await page
      .getByText("The shader editor could not be loaded", { exact: false })
      .first()
      .waitFor();
    await page.getByTitle("Edit JSON state").click();
    await page
      .getByText("The state editor could not be opened: the server does not", {
        exact: false,
      })
      .waitFor();
  });

  it("say what went wrong where it was not the server", async () => {
    const { page } = await newPage();
    await openLink(page);
    await page.evaluate(() => {
      const { viewer } = window as unknown as { viewer: object };
      Object.defineProperty(viewer, "state", {
        get: () => {
          throw new Error("the state is odd");
        },
      });
    });
    await page.getByTitle("Edit JSON state").click();
    await page
      .getByText("The state editor could not be opened: the state is odd", {
        exact: false,
      })
      .waitFor();
  });
});
