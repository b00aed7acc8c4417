import type { DataPanel, Pixel } from "../../../../neuroglancer/data_panel.js";
import { element } from "../../ui/element.js";
import type { MeasureText } from "./measure_text.js";
import type { Outline, Place } from "./outline.js";
import "./draft_overlay.css";

/** Pixels from the pointer to the measure beside it. */
const LABEL_OFFSET = 16;
const DOT_RADIUS = 4;

/** Says where a place is seen on a panel. */
type Projection = (place: Place) => Pixel | undefined;

/**
 * A shape that a person is drawing, over the panel that the pointer is in. It is no mark among the others, because in 3-D it would then
 * be what the pointer picks, and each next click would land on the shape instead of on what lies behind it.
 */
export class DraftOverlay {
  private readonly svg = svg("svg", { class: "clio-draft" });
  private readonly label = element("div", { class: "clio-measure" });

  constructor() {
    this.svg.setAttribute("aria-hidden", "true");
    this.label.setAttribute("aria-hidden", "true");
  }

  /** Shows a shape on a panel, as that sees it now. */
  showShape(panel: DataPanel, outline: Outline, project: Projection): void {
    const { element: parent } = panel;
    if (this.svg.parentElement !== parent) parent.append(this.svg);
    const lines = outline.paths.map((path) => pathData(path, project));
    if (outline.ball !== undefined) {
      lines.push(ellipseData(outline.ball, project));
    }
    const d = lines.join("");
    this.svg.replaceChildren(
      // Drawn twice: a light dashed line alone is lost on pale cytoplasm.
      svg("path", { class: "clio-draft-halo", d }),
      svg("path", { class: "clio-draft-line", d }),
      ...outline.dots.flatMap((dot) => {
        const at = project(dot);
        if (at === undefined) return [];
        const place = { cx: String(at.x), cy: String(at.y) };
        const r = String(DOT_RADIUS);
        return [svg("circle", { class: "clio-draft-dot", ...place, r })];
      }),
    );
  }

  hideShape(): void {
    this.svg.remove();
  }

  /** Shows a measure beside a place of a panel, on the side where there is room for it. */
  showMeasure(panel: DataPanel, at: Pixel, { main, detail }: MeasureText) {
    const { element: parent } = panel;
    const { label } = this;
    label.replaceChildren(element("b", {}, main), detail);
    if (label.parentElement !== parent) parent.append(label);
    const place = (pixel: number, own: number, all: number) =>
      pixel + LABEL_OFFSET + own <= all
        ? pixel + LABEL_OFFSET
        : Math.max(0, pixel - LABEL_OFFSET - own);
    const x = place(at.x, label.offsetWidth, parent.clientWidth);
    const y = place(at.y, label.offsetHeight, parent.clientHeight);
    label.style.transform = `translate(${x}px, ${y}px)`;
  }

  hideMeasure(): void {
    this.label.remove();
  }

  hide(): void {
    this.hideShape();
    this.hideMeasure();
  }
}

function pathData(path: readonly Place[], project: Projection): string {
  const pixels = path.map(project);
  // One end behind the eye: there is no such line on the screen.
  if (pixels.some((pixel) => pixel === undefined)) return "";
  return pixels.map((at, i) => `${i === 0 ? "M" : "L"}${point(at!)}`).join("");
}

/**
 * The outline of an ellipsoid along the axes. Where places go to pixels by a matrix P, and its radii are the diagonal of D, its outline
 * is the ellipse of all pixels L u, for unit vectors u, with L the Cholesky factor of P D D Pᵀ.
 */
function ellipseData(
  { lower, upper }: { lower: Place; upper: Place },
  project: Projection,
): string {
  const center = lower.map((low, i) => (low + upper[i]) / 2);
  const middle = project([center[0], center[1], center[2]]);
  const reach = [0, 1, 2].map((axis) => {
    const [x, y, z] = center.map((c, i) => (i === axis ? upper[i] : c));
    return project([x, y, z]);
  });
  if (middle === undefined) return "";
  const seen = reach.filter((pixel) => pixel !== undefined);
  if (seen.length < reach.length) return "";
  const dx = seen.map(({ x }) => x - middle.x);
  const dy = seen.map(({ y }) => y - middle.y);
  const xx = Math.sqrt(dot(dx, dx));
  const yx = xx === 0 ? 0 : dot(dx, dy) / xx;
  const yy = Math.sqrt(Math.max(0, dot(dy, dy) - yx * yx));
  const pieces = 64;
  const points = Array.from({ length: pieces }, (_, i) => {
    const angle = (2 * Math.PI * i) / pieces;
    const [u, v] = [Math.cos(angle), Math.sin(angle)];
    return point({ x: middle.x + xx * u, y: middle.y + yx * u + yy * v });
  });
  return `M${points.join("L")}Z`;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

function point({ x, y }: Pixel): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  return made;
}
