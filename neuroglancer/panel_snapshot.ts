import type { DisplayContext } from "neuroglancer/unstable/display_context.js";
import type { DataPanel } from "./data_panel.js";

/**
 * What a panel shows at this moment, cut out of its middle: no axis lines, no scale bar, and nothing that lies over the viewer as HTML.
 * @param size of the cut, in CSS pixels; it is cut off where the panel is smaller
 * @returns a canvas with as many pixels as the screen has for it
 * @throws {Error} where the panel is gone, or has no size
 */
export function panelSnapshot(
  display: DisplayContext,
  { element }: DataPanel,
  size: { width: number; height: number },
): HTMLCanvasElement {
  const panel = [...display.panels].find((each) => each.element === element);
  if (panel === undefined) throw new Error("the view that was shown is gone");
  // What was drawn may be gone from the graphics card's memory once the browser has shown it.
  display.draw();
  const { canvasRelativeClippedLeft: left, canvasRelativeClippedTop: top } =
    panel;
  const { width: whole, height: high } = panel.renderViewport;
  const ratio = element.clientWidth > 0 ? whole / element.clientWidth : 0;
  const width = Math.min(whole, Math.round(size.width * ratio));
  const height = Math.min(high, Math.round(size.height * ratio));
  if (width < 1 || height < 1) throw new Error("the view has no size");
  const cut = document.createElement("canvas");
  cut.width = width;
  cut.height = height;
  cut
    .getContext("2d")!
    .drawImage(
      display.canvas,
      left + Math.round((whole - width) / 2),
      top + Math.round((high - height) / 2),
      width,
      height,
      0,
      0,
      width,
      height,
    );
  return cut;
}
