import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  type DataPanel,
  dataPanels,
  type Pixel,
} from "../../../neuroglancer/data_panel.js";
import { type Vec3, vec3 } from "../model/box.js";
import { element } from "../ui/element.js";
import { PanelCanvases } from "../ui/panel_canvases.js";
import type { Match } from "./answers.js";
import { distanceColor } from "./distance_colors.js";
import type { ImageSpace } from "../volumes/image_space.js";
import type { SearchSession } from "./search_session.js";
import type { SearchedImage } from "./searched_image.js";
import {
  frameOf,
  offPlane,
  planeOf,
  type SliceFrame,
} from "../volumes/slice_frame.js";
import "./search_overlay.css";

/** Half the diagonal of a match's diamond, in pixels. */
const DIAMOND = 6;
/** A click so near to its middle takes a match, in pixels to the side and up or down together. */
const TOUCH = DIAMOND + 3;
const RING = 11;
/** Half the arm of the cross in the middle of a patch, in pixels. */
const CROSS = 5;
/** What lies above or below a slice is fainter. */
const FAINT = 0.45;
/** Where the index does not say how large a patch is, in nm. */
const UNKNOWN_PATCH = 400;

const DARK = "rgb(10 12 14 / 0.9)";

/** The place that a click would ask about. */
export interface Aimed {
  readonly panel: DataPanel;
  readonly point: Vec3;
  /** Whether a signature exists there. */
  readonly label: string;
}

/** What panels draw of a search, over the image: it is no layer, so that no link carries it and nothing of it is under a click. */
export class SearchOverlay extends RefCounted {
  private readonly canvases = new PanelCanvases("clio-search-overlay");
  private readonly label = element("div", {
    class: "clio-search-aim",
    "aria-hidden": "true",
  });
  private aimedAt: Aimed | undefined;
  private visible = false;

  constructor(
    private readonly viewer: Viewer,
    private readonly image: SearchedImage,
    private readonly session: SearchSession,
  ) {
    super();
    // After the frame that shows the panel's change: neither waits for the other.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.draw());
    };
    this.registerDisposer(() => clearTimeout(timer));
    this.registerDisposer(session.changed.add(later));
    this.registerDisposer(viewer.display.updateFinished.add(() => this.draw()));
    this.registerDisposer(() => this.clear());
  }

  /** Shows the place that a click would ask about, or none. */
  aim(aimed: Aimed | undefined): void {
    if (aimed === this.aimedAt) return;
    this.aimedAt = aimed;
    this.draw();
  }

  /** The match that is drawn under a pixel of the page, by its place among those shown; undefined where none is. */
  matchAt(pixel: Pixel): number | undefined {
    const { space } = this.image;
    if (!this.visible || space === undefined) return undefined;
    const position = this.viewer.navigationState.position.value;
    const matches = this.placed(space, position);
    for (const panel of dataPanels(this.viewer.display)) {
      const at = panel.pixelAt(pixel);
      if (!isInside(panel, at)) continue;
      // That which is drawn last lies on top.
      const under = [...this.drawn(panel, space, position, matches)]
        .reverse()
        .find(
          ({ pixel }) =>
            Math.abs(pixel.x - at.x) + Math.abs(pixel.y - at.y) <= TOUCH,
        );
      if (under !== undefined) return under.match.index;
    }
    return undefined;
  }

  /** Whether the matches are shown: while the panel is. */
  set isVisible(visible: boolean) {
    this.visible = visible;
    this.draw();
  }

  private draw(): void {
    const { aimedAt, visible, session, viewer } = this;
    const { space } = this.image;
    const isEmpty =
      !visible || (session.examples.length === 0 && session.shown.length === 0);
    if (space === undefined || (isEmpty && aimedAt === undefined)) {
      this.clear();
      return;
    }
    const position = viewer.navigationState.position.value;
    const matches = visible ? this.placed(space, position) : [];
    const panels = dataPanels(viewer.display);
    for (const panel of panels) {
      this.drawPanel(panel, space, position, matches);
    }
    this.canvases.keep(panels.map(({ element }) => element));
    this.placeLabel(space, position);
  }

  private clear(): void {
    this.canvases.keep([]);
    this.label.remove();
  }

  /** The matches with where they are in the viewer's space, the one that is looked at last, so that it lies on top. */
  private placed(space: ImageSpace, around: Float32Array): PlacedMatch[] {
    const { shown, active, review } = this.session;
    const placed: PlacedMatch[] = [];
    const { dataset } = this.image;
    const own = this.session.asked.dataset;
    shown.forEach((match, i) => {
      // What lies in another dataset than the one in view has no place in it.
      if ((match.dataset ?? own) !== dataset) return;
      const verdict = review.of(match);
      if (verdict === "rejected" && i !== active) return;
      const place = vec3((axis) => match.point[axis] + 0.5);
      const position = space.toGlobal(place, around);
      if (position === undefined) return;
      const isActive = i === active;
      const isAccepted = verdict === "accepted" || verdict === "kept";
      placed.push({ match, index: i, place, position, isActive, isAccepted });
    });
    // Farther ones below nearer ones.
    return placed.reverse();
  }

  private drawPanel(
    panel: DataPanel,
    space: ImageSpace,
    position: Float32Array,
    matches: readonly PlacedMatch[],
  ): void {
    const context = this.canvases.contextOf(panel.element);
    const frame = panel.isSlice ? frameOf(panel, position, space) : undefined;
    const center = space.toVoxels(position);
    const reach = Math.max(...this.patch(space)) / 2;
    const thickness = Math.max(...space.nanometres);
    const drawn = this.drawn(panel, space, position, matches);
    for (const { match, pixel, off } of drawn) {
      context.globalAlpha = off > thickness && !match.isActive ? FAINT : 1;
      drawMatch(context, pixel, match);
    }
    context.globalAlpha = 1;
    if (frame === undefined || center === undefined) return;
    const { dataset, examples } = this.session.asked;
    const isOwn = dataset === undefined || dataset === this.image.dataset;
    if (this.visible && isOwn) {
      for (const { point, like } of examples) {
        if (offPlane(frame, center, point, space.nanometres) > reach) continue;
        const color = like ? "#7db9ff" : "#ff8f80";
        this.drawPatch(context, panel, space, frame, point, color, []);
      }
    }
    const { aimedAt } = this;
    if (aimedAt !== undefined) {
      const off = offPlane(frame, center, aimedAt.point, space.nanometres);
      if (off > reach) return;
      this.drawPatch(
        context,
        panel,
        space,
        frame,
        aimedAt.point,
        "#7db9ff",
        [5, 3],
      );
    }
  }

  /** Those of the matches that a panel shows: where, and how far off its plane in nm. */
  private *drawn(
    panel: DataPanel,
    space: ImageSpace,
    position: Float32Array,
    matches: readonly PlacedMatch[],
  ): Iterable<{ match: PlacedMatch; pixel: Pixel; off: number }> {
    const frame = panel.isSlice ? frameOf(panel, position, space) : undefined;
    const center = space.toVoxels(position);
    const reach = Math.max(...this.patch(space)) / 2;
    for (const match of matches) {
      const off =
        frame && center
          ? offPlane(frame, center, match.place, space.nanometres)
          : 0;
      if (off > reach) continue;
      const pixel = panel.pixelOf(match.position);
      if (pixel === undefined || !isInside(panel, pixel)) continue;
      yield { match, pixel, off };
    }
  }

  /** The patch that one signature stands for, in nm along x, y, z. */
  private patch({ nanometres }: ImageSpace): Vec3 {
    const patch = this.image.info?.encoder.patch;
    return vec3((axis) =>
      patch === undefined ? UNKNOWN_PATCH : patch[axis] * nanometres[axis],
    );
  }

  private drawPatch(
    context: CanvasRenderingContext2D,
    panel: DataPanel,
    space: ImageSpace,
    frame: SliceFrame,
    point: Vec3,
    color: string,
    dash: number[],
  ): void {
    const plane = planeOf(frame, space.nanometres);
    const patch = this.patch(space);
    const around = this.viewer.navigationState.position.value;
    const pixelOf = (right: number, down: number) => {
      const place = vec3((axis) => {
        const way =
          axis === plane.right.axis
            ? right
            : axis === plane.down.axis
              ? down
              : 0;
        return point[axis] + (way * patch[axis]) / space.nanometres[axis] / 2;
      });
      const position = space.toGlobal(place, around);
      return position && panel.pixelOf(position);
    };
    const corners = [
      pixelOf(-1, -1),
      pixelOf(1, -1),
      pixelOf(1, 1),
      pixelOf(-1, 1),
    ].filter((corner) => corner !== undefined);
    const middle = pixelOf(0, 0);
    if (corners.length < 4 || middle === undefined) return;
    const box = new Path2D();
    corners.forEach(({ x, y }, i) =>
      i === 0 ? box.moveTo(x, y) : box.lineTo(x, y),
    );
    box.closePath();
    const cross = new Path2D();
    for (const [dx, dy] of [
      [CROSS, 0],
      [0, CROSS],
    ]) {
      cross.moveTo(middle.x - dx, middle.y - dy);
      cross.lineTo(middle.x + dx, middle.y + dy);
    }
    // Twice: a light line alone is lost on pale cytoplasm.
    for (const [width, style] of [
      [4, DARK],
      [1.5, color],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.setLineDash(style === DARK ? [] : dash);
      context.stroke(box);
      context.setLineDash([]);
      context.stroke(cross);
    }
  }

  private placeLabel(space: ImageSpace, around: Float32Array): void {
    const { aimedAt, label } = this;
    const position = aimedAt && space.toGlobal(aimedAt.point, around);
    const at = position && aimedAt.panel.pixelOf(position);
    if (aimedAt === undefined || at === undefined || aimedAt.label === "") {
      label.remove();
      return;
    }
    const parent = aimedAt.panel.element;
    if (label.parentElement !== parent) parent.append(label);
    label.textContent = aimedAt.label;
    const left = Math.min(
      Math.max(4, at.x - label.offsetWidth / 2),
      Math.max(4, parent.clientWidth - label.offsetWidth - 4),
    );
    const below = at.y + 26;
    const top =
      below + label.offsetHeight < parent.clientHeight
        ? below
        : at.y - 26 - label.offsetHeight;
    label.style.transform = `translate(${left}px, ${top}px)`;
  }
}

interface PlacedMatch {
  readonly match: Match;
  /** Its place among those shown. */
  readonly index: number;
  readonly place: Vec3;
  readonly position: Float32Array;
  readonly isActive: boolean;
  readonly isAccepted: boolean;
}

function isInside({ element: parent }: DataPanel, { x, y }: Pixel): boolean {
  return (
    x > -DIAMOND &&
    y > -DIAMOND &&
    x < parent.clientWidth + DIAMOND &&
    y < parent.clientHeight + DIAMOND
  );
}

function drawMatch(
  context: CanvasRenderingContext2D,
  { x, y }: Pixel,
  { match, isActive, isAccepted }: PlacedMatch,
): void {
  context.beginPath();
  context.moveTo(x, y - DIAMOND);
  context.lineTo(x + DIAMOND, y);
  context.lineTo(x, y + DIAMOND);
  context.lineTo(x - DIAMOND, y);
  context.closePath();
  context.fillStyle = distanceColor(match.distance);
  context.fill();
  context.lineWidth = isAccepted ? 2.5 : 1.5;
  context.strokeStyle = isAccepted ? "#5fd39a" : DARK;
  context.stroke();
  if (!isActive) return;
  for (const [width, color] of [
    [4, DARK],
    [2, "#ffffff"],
  ] as const) {
    context.beginPath();
    context.arc(x, y, RING, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  }
}
