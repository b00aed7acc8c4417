import type { Page } from "playwright-core";
import { loaded } from "./away.js";

/** A position in voxels of the dataset's finest scale: x, y, z. */
export type Voxel = readonly [number, number, number];

const timeout = 60_000;

/** Milliseconds after which a mouse that the viewer has not seen is moved again. */
const MOVE_AGAIN_AFTER = 3_000;
/** How far a mouse position, which is a whole number of pixels, may be from the middle of a voxel for the voxel to be hit. */
const smallestVoxelPx = 2;

/** What the stories use of the viewer, which the page offers as `window.viewer`. */
interface ViewerInPage {
  layerManager: { managedLayers: { isReady(): boolean }[] };
  isReady(): boolean;
  display: {
    panels: Iterable<PanelInPage>;
    frameNumber: number;
    gl: WebGL2RenderingContext;
  };
  navigationState: { position: { value: Float32Array } };
  crossSectionScale: { value: number };
  mouseState: {
    active: boolean;
    unsnappedPosition: Float32Array;
    updateUnconditionally(): boolean;
  };
  state: { toJSON(): unknown; restoreState(state: unknown): void };
}

interface PanelInPage {
  element: HTMLElement;
  sliceView?: {
    projectionParameters: {
      value: { viewProjectionMat: Float32Array; pixelSize: number };
    };
  };
}

/** Waits until the viewer has its layers, and has drawn all that it can see of them. */
export async function viewerReady(
  page: Page,
  timeoutMs = timeout,
): Promise<void> {
  await page.waitForFunction(
    () => {
      const { viewer } = window as unknown as { viewer?: ViewerInPage };
      if (viewer === undefined) return false;
      const { managedLayers } = viewer.layerManager;
      return (
        managedLayers.length > 0 &&
        managedLayers.every((layer) => layer.isReady()) &&
        viewer.isReady()
      );
    },
    undefined,
    { timeout: timeoutMs },
  );
  await loaded(page);
}

/** Opens the demo dataset by the dialog of datasets, which stands open where a page has none. */
export async function chooseDemo(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Open a dataset" });
  await dialog
    .getByRole("combobox", { name: "Search the datasets" })
    .fill("demo");
  // The list may still be on its way.
  await dialog.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await viewerReady(page);
}

/** The viewer's state, as its URL carries it. */
export function viewerState(page: Page): Promise<Record<string, unknown>> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as { viewer: ViewerInPage };
    return viewer.state.toJSON() as Record<string, unknown>;
  });
}

/**
 * Brings a voxel into the middle of the slice views.
 * @param pixels of the screen for one voxel
 */
export async function showVoxel(
  page: Page,
  voxel: Voxel,
  pixels = 8,
): Promise<void> {
  await page.evaluate(
    ({ voxel, pixels }) => {
      const { viewer } = window as unknown as { viewer: ViewerInPage };
      const { position } = viewer.navigationState;
      const moved = Float32Array.from(position.value);
      voxel.forEach((value, axis) => (moved[axis] = value + 0.5));
      position.value = moved;
      viewer.crossSectionScale.value = 1 / pixels;
    },
    { voxel, pixels },
  );
  await viewerReady(page);
}

/**
 * Moves the mouse onto a voxel in the first slice view that shows it, bringing it into view where none does, and waits until the
 * viewer itself says that the mouse is there: its picking lags the mouse by a frame or more, so a click must not come earlier.
 */
export async function hoverVoxel(page: Page, voxel: Voxel): Promise<void> {
  let place = await placeOf(page, voxel);
  if (place === undefined) {
    await showVoxel(page, voxel);
    place = await placeOf(page, voxel);
  }
  if (place === undefined)
    throw new Error(`No slice view shows the voxel ${voxel.join(", ")}.`);
  try {
    await moveOnto(page, voxel, place);
  } catch (error) {
    const seen = await page.evaluate(whereMouseIs, place);
    throw new Error(
      `The mouse at ${place.x}, ${place.y} should be on the voxel ${voxel.join(", ")}, and the viewer sees it at ${seen}.`,
      { cause: error },
    );
  }
}

/**
 * Moves the mouse to a place until the viewer sees it there, as people do: what comes while a page is still being laid out is lost.
 */
async function moveOnto(
  page: Page,
  voxel: Voxel,
  { x, y }: { x: number; y: number },
): Promise<void> {
  const end = Date.now() + timeout;
  // Longer each time: a page may be so busy that it cannot look within the first.
  for (let patience = MOVE_AGAIN_AFTER; ; patience *= 2) {
    // Where the mouse is there already no event would come, and the viewer would not look again.
    await page.mouse.move(x + 2, y);
    await page.mouse.move(x, y);
    try {
      await page.waitForFunction(mouseIsOn, voxel, {
        timeout: patience,
        polling: 20,
      });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Moves the mouse onto a voxel, as `hoverVoxel` does, and clicks. */
export async function clickVoxel(
  page: Page,
  voxel: Voxel,
  options: {
    button?: "left" | "middle" | "right";
    modifiers?: readonly ("Control" | "Shift" | "Alt")[];
  } = {},
): Promise<void> {
  await hoverVoxel(page, voxel);
  const { button = "left", modifiers = [] } = options;
  for (const key of modifiers) await page.keyboard.down(key);
  await page.mouse.down({ button });
  await page.mouse.up({ button });
  for (const key of modifiers) await page.keyboard.up(key);
}

/** Runs in the page. */
function mouseIsOn(voxel: Voxel): boolean {
  const { viewer } = window as unknown as { viewer: ViewerInPage };
  const { mouseState } = viewer;
  // Completes the picking that is under way instead of waiting for a frame that a page without changes never draws.
  if (!mouseState.updateUnconditionally()) return false;
  const seen = mouseState.unsnappedPosition;
  return voxel.every((value, axis) => Math.floor(seen[axis]) === value);
}

/** What the viewer knows of the mouse, and where that is nothing, what may be the reason. Runs in the page. */
function whereMouseIs({ x, y }: { x: number; y: number }): string {
  const { viewer } = window as unknown as { viewer: ViewerInPage };
  const { mouseState, display } = viewer;
  const { active, unsnappedPosition } = mouseState;
  if (active) return Array.from(unsnappedPosition).join(", ");
  const under = document.elementFromPoint(x, y);
  const panels = [...display.panels].map(({ element }) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return `${width} x ${height} at ${left}, ${top}`;
  });
  return (
    `nowhere: ${display.frameNumber} frames are drawn, the panels are ${panels.join("; ")}, ` +
    `under the mouse is ${under === null ? "nothing" : (under.cloneNode() as Element).outerHTML}, ` +
    `the graphics are ${display.gl.isContextLost() ? "lost" : "there"}, the page is ${document.visibilityState}`
  );
}

/** The pixel of the page in whose middle a voxel lies, where a slice view shows it large enough to be hit. */
function placeOf(
  page: Page,
  voxel: Voxel,
): Promise<{ x: number; y: number } | undefined> {
  return page.evaluate(
    ({ voxel, smallestVoxelPx }) => {
      const { viewer } = window as unknown as { viewer: ViewerInPage };
      if (viewer.crossSectionScale.value > 1 / smallestVoxelPx) return;
      for (const { element, sliceView } of viewer.display.panels) {
        if (sliceView === undefined) continue;
        const m = sliceView.projectionParameters.value.viewProjectionMat;
        const [x, y, z] = voxel.map((value) => value + 0.5);
        // Column-major, orthographic: clip coordinates of the voxel's middle, and those of one voxel further along each axis.
        const clip = [0, 1, 2].map(
          (row) => m[row] * x + m[row + 4] * y + m[row + 8] * z + m[row + 12],
        );
        const thickness = Math.hypot(m[2], m[6], m[10]);
        const inPlane = Math.abs(clip[2]) < thickness / 2;
        const inside = Math.abs(clip[0]) < 0.95 && Math.abs(clip[1]) < 0.95;
        if (!inPlane || !inside) continue;
        const box = element.getBoundingClientRect();
        const left = box.left + element.clientLeft;
        const top = box.top + element.clientTop;
        return {
          x: Math.round(left + ((clip[0] + 1) / 2) * element.clientWidth),
          y: Math.round(top + ((1 - clip[1]) / 2) * element.clientHeight),
        };
      }
      return;
    },
    { voxel, smallestVoxelPx },
  );
}
