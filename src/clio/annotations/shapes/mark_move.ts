import type { DataPanel, Pixel } from "../../../../neuroglancer/data_panel.js";
import type {
  AnnotationRecord,
  VoxelPosition,
} from "../../model/annotation.js";
import type { SandboxSource } from "../frontend.js";
import { DraftOverlay } from "./draft_overlay.js";
import { type Grip, gripAt, type Hold } from "./grip.js";
import { measureText } from "./measure_text.js";
import type { Place } from "./outline.js";

/** One mark on its way, from where it was taken hold of to where it is let go: drawn ahead of storing it, and stored as one change. */
export class MarkMove {
  private readonly overlay = new DraftOverlay();
  private readonly grip: Grip;
  private delta: VoxelPosition = [0, 0, 0];

  /**
   * @param drawn the mark as it was
   * @param hold where and how it was taken hold of
   * @param from where on the page it was taken hold of
   * @param way what so many pixels from there are in voxels
   */
  constructor(
    private readonly source: SandboxSource,
    private readonly drawn: AnnotationRecord,
    hold: Hold,
    private readonly panel: DataPanel,
    private readonly from: Pixel,
    private readonly way: (pixels: Pixel) => Place | undefined,
  ) {
    this.grip = gripAt(drawn, hold, source.voxelSize);
  }

  /** What it is called: "Move line end". */
  get label(): string {
    return this.grip.label;
  }

  /** Draws the mark as it would be were it let go at this place of the page. */
  to({ x, y }: Pixel): void {
    const { source, drawn, grip, panel } = this;
    const way = this.way({ x: x - this.from.x, y: y - this.from.y });
    if (way === undefined) return;
    const whole = (voxels: number) => Math.round(voxels) || 0;
    this.delta = [whole(way[0]), whole(way[1]), whole(way[2])];
    const moved = grip.moved(drawn, this.delta);
    source.drawAhead(drawn.id, moved);
    const { left, top } = panel.element.getBoundingClientRect();
    const text = measureText(moved, source.voxelSize);
    this.overlay.showMeasure(panel, { x: x - left, y: y - top }, text);
  }

  /** Stores the mark where it is now. */
  store(): void {
    const { source, drawn, grip, delta } = this;
    if (delta.every((voxels) => voxels === 0)) {
      this.takeBack();
      return;
    }
    source.change(grip.label, drawn.id, (record) => grip.moved(record, delta));
  }

  /** Draws the mark as it was. */
  takeBack(): void {
    this.source.ahead.takeBack(this.drawn.id);
  }

  dispose(): void {
    this.overlay.hide();
  }
}
