/** How the stories point at things in the 3-D view. */
import type { Page } from "playwright-core";
import type { Voxel } from "../../../../config/stories/harness.js";

interface Pixel {
  readonly x: number;
  readonly y: number;
}

interface ViewerIn3d {
  display: {
    panels: Iterable<{
      element: HTMLElement;
      sliceView?: object;
      projectionParameters?: { value: { viewProjectionMat: Float32Array } };
    }>;
  };
  mouseState: {
    active: boolean;
    pageX: number;
    pageY: number;
    unsnappedPosition: Float32Array;
    pickedAnnotationId: string | undefined;
    updateUnconditionally(): boolean;
  };
}

/** Where the middle of a voxel is seen in the 3-D view, on the page. */
export function pixelIn3d(
  page: Page,
  voxel: readonly number[],
): Promise<Pixel> {
  return page.evaluate((voxel) => {
    const { viewer } = window as unknown as { viewer: ViewerIn3d };
    const panel = [...viewer.display.panels].find(
      ({ sliceView, projectionParameters }) =>
        sliceView === undefined && projectionParameters !== undefined,
    )!;
    const m = panel.projectionParameters!.value.viewProjectionMat;
    const [x, y, z] = voxel.map((value) => value + 0.5);
    const row = (i: number) =>
      m[i] * x + m[i + 4] * y + m[i + 8] * z + m[i + 12];
    const { element } = panel;
    const box = element.getBoundingClientRect();
    return {
      x:
        box.left +
        element.clientLeft +
        ((1 + row(0) / row(3)) / 2) * element.clientWidth,
      y:
        box.top +
        element.clientTop +
        ((1 - row(1) / row(3)) / 2) * element.clientHeight,
    };
  }, voxel);
}

/** Moves the mouse so many pixels from the middle of the 3-D view, and returns the voxel that the viewer says is there. */
export async function hoverIn3d(page: Page, from: Pixel): Promise<Voxel> {
  const middle = await page.evaluate(() => {
    const { viewer } = window as unknown as { viewer: ViewerIn3d };
    const panel = [...viewer.display.panels].find(
      ({ sliceView, projectionParameters }) =>
        sliceView === undefined && projectionParameters !== undefined,
    )!;
    const box = panel.element.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  });
  await moveMouse(page, { x: middle.x + from.x, y: middle.y + from.y });
  return page.evaluate(() => {
    const { viewer } = window as unknown as { viewer: ViewerIn3d };
    const [x, y, z] = viewer.mouseState.unsnappedPosition;
    return [Math.floor(x), Math.floor(y), Math.floor(z)];
  });
}

/** Moves the mouse onto a voxel of a mark, and waits until the viewer says that a mark is there. Returns where that is. */
export async function hoverMarkIn3d(
  page: Page,
  voxel: readonly number[],
): Promise<Pixel> {
  const { x, y } = await pixelIn3d(page, voxel);
  const pixel = { x: Math.round(x), y: Math.round(y) };
  await moveMouse(page, pixel);
  await page.waitForFunction(() => {
    const { viewer } = window as unknown as { viewer: ViewerIn3d };
    const { mouseState } = viewer;
    mouseState.updateUnconditionally();
    return mouseState.pickedAnnotationId !== undefined;
  });
  return pixel;
}

/** Moves the mouse, and waits until the viewer knows what is under it. */
async function moveMouse(page: Page, { x, y }: Pixel): Promise<void> {
  const [left, top] = [Math.round(x), Math.round(y)];
  // Where the mouse is there already no event would come.
  await page.mouse.move(left + 2, top);
  await page.mouse.move(left, top);
  await page.waitForFunction(
    ([left, top]) => {
      const { viewer } = window as unknown as { viewer: ViewerIn3d };
      const { mouseState } = viewer;
      return (
        mouseState.updateUnconditionally() &&
        mouseState.pageX === left &&
        mouseState.pageY === top
      );
    },
    [left, top] as const,
    { polling: 20 },
  );
}
