import { element } from "./element.js";

/** Canvases over the viewer's panels, one each: what is drawn there is no layer, so that no link carries it and no click meets it. */
export class PanelCanvases {
  private readonly canvases = new Map<HTMLElement, HTMLCanvasElement>();

  /** @param className of each canvas, which its style has fill the panel and let clicks through */
  constructor(private readonly className: string) {}

  /** Takes the canvases away from all panels but these. */
  keep(panels: readonly HTMLElement[]): void {
    for (const [panel, canvas] of this.canvases) {
      if (panels.includes(panel)) continue;
      canvas.remove();
      this.canvases.delete(panel);
    }
  }

  /** A clean canvas over a panel, in CSS pixels. */
  contextOf(panel: HTMLElement): CanvasRenderingContext2D {
    let canvas = this.canvases.get(panel);
    if (canvas === undefined) {
      canvas = element("canvas", {
        class: this.className,
        "aria-hidden": "true",
      });
      panel.append(canvas);
      this.canvases.set(panel, canvas);
    }
    const { clientWidth, clientHeight } = panel;
    const scale = window.devicePixelRatio;
    const width = Math.round(clientWidth * scale);
    const height = Math.round(clientHeight * scale);
    // To set them to what they are would have the browser make the canvas anew with each frame.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d")!;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    return context;
  }
}
