import type {
  DisplayContext,
  RenderedPanel,
} from "neuroglancer/unstable/display_context.js";
import type { MouseSelectionState } from "neuroglancer/unstable/layer/index.js";
import type { ProjectionParameters } from "neuroglancer/unstable/projection_parameters.js";
import { RenderedDataPanel } from "neuroglancer/unstable/rendered_data_panel.js";
import { type mat4, vec3 } from "neuroglancer/unstable/util/geom.js";

/** A place on a panel: CSS pixels from its upper left corner. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

interface Projected {
  readonly value: ProjectionParameters;
}
/** Where the two kinds of panel have their projection. */
interface WithProjection {
  readonly projectionParameters?: Projected;
  readonly sliceView?: { readonly projectionParameters: Projected };
}

/**
 * One of the viewer's panels, slice or 3-D, as far as it tells where positions are seen. Positions are in the viewer's global space, of
 * which a panel shows up to three dimensions.
 */
export class DataPanel {
  constructor(private readonly panel: RenderedDataPanel) {}

  get element(): HTMLElement {
    return this.panel.element;
  }

  /** Whether it shows a slice, and not the volume in 3-D. */
  get isSlice(): boolean {
    const panel: unknown = this.panel;
    return (panel as WithProjection).sliceView !== undefined;
  }

  /** Whether all that it shows is loaded. */
  get isReady(): boolean {
    return this.panel.isReady();
  }

  /** Where a position is seen; undefined where it lies behind the eye. */
  pixelOf(position: Float32Array): Pixel | undefined {
    const { viewProjectionMat } = this.projection;
    const shown = this.shown(position);
    if (depth(viewProjectionMat, shown) <= 0) return undefined;
    const clip = vec3.transformMat4(shown, shown, viewProjectionMat);
    const { clientWidth, clientHeight } = this.element;
    return {
      x: ((1 + clip[0]) / 2) * clientWidth,
      y: ((1 - clip[1]) / 2) * clientHeight,
    };
  }

  /** A place of the page as one of the panel, also where it is outside of it. */
  pixelAt({ x, y }: Pixel): Pixel {
    const { left, top } = this.element.getBoundingClientRect();
    const { clientLeft, clientTop } = this.element;
    return { x: x - left - clientLeft, y: y - top - clientTop };
  }

  /** The position that is seen so many pixels further right and down, as deep as this one. */
  moved(position: Float32Array, { x, y }: Pixel): Float32Array {
    const { viewProjectionMat, invViewProjectionMat } = this.projection;
    const { clientWidth, clientHeight } = this.element;
    const at = this.shown(position);
    vec3.transformMat4(at, at, viewProjectionMat);
    at[0] += (2 * x) / clientWidth;
    at[1] -= (2 * y) / clientHeight;
    vec3.transformMat4(at, at, invViewProjectionMat);
    const result = Float32Array.from(position);
    this.dimensions.forEach((dimension, i) => {
      if (dimension >= 0) result[dimension] = at[i];
    });
    return result;
  }

  private get projection(): ProjectionParameters {
    // Upstream declares this of neither kind of panel in a way that can be read here.
    const panel: unknown = this.panel;
    const { sliceView, projectionParameters } = panel as WithProjection;
    return (sliceView?.projectionParameters ?? projectionParameters!).value;
  }

  private get dimensions(): Int32Array {
    return this.projection.displayDimensionRenderInfo.displayDimensionIndices;
  }

  private shown(position: Float32Array): vec3 {
    const [x, y, z] = this.dimensions;
    const at = (dimension: number) => (dimension < 0 ? 0 : position[dimension]);
    return vec3.fromValues(at(x), at(y), at(z));
  }
}

/** All panels that show data and have a size, in the order in which the viewer made them. */
export function dataPanels(display: DisplayContext): DataPanel[] {
  return [...display.panels]
    .filter((panel) => panel instanceof RenderedDataPanel)
    .map((panel) => new DataPanel(panel))
    .filter(({ element }) => element.clientWidth > 0);
}

/** The panel that the mouse is over. */
export function panelUnderMouse(
  display: DisplayContext,
): DataPanel | undefined {
  const panel = [...display.panels].find(isUnderMouse);
  return panel && new DataPanel(panel);
}

/**
 * Has a mouse state say what is under the pointer at this moment, and returns whether anything is. Upstream looks under a pointer that
 * has moved only with the next frame, where one is due or the graphics card is busy with earlier looks: until then its state is that of
 * an earlier place, or of none.
 */
export function lookUnderPointer(
  display: DisplayContext,
  mouse: MouseSelectionState,
): boolean {
  display.scheduleRedraw.flush();
  for (const panel of display.panels) {
    if (!isUnderMouse(panel)) continue;
    // Has earlier looks given up for one at this place.
    panel.pickRequestPending = true;
  }
  return mouse.updateUnconditionally();
}

function isUnderMouse(panel: RenderedPanel): panel is RenderedDataPanel {
  return panel instanceof RenderedDataPanel && panel.mouseX >= 0;
}

function depth(matrix: mat4, [x, y, z]: vec3): number {
  return matrix[3] * x + matrix[7] * y + matrix[11] * z + matrix[15];
}
