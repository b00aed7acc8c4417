import type { Triple } from "../precomputed/scales.js";
import { connect } from "./components.js";
import type { Components } from "./components.js";
import { BLOCK } from "./division.js";
import { Painter, planTissue } from "./tissue.js";
import type { Tissue } from "./tissue.js";

/** The tissue of a volume to be planned. */
export interface PlanTask {
  readonly kind: "plan";
  /** In voxels. */
  readonly size: Triple;
  readonly seed: number;
}

/** The voxels of a planned tissue to be worked out, by several workers at once. */
export interface PaintTask {
  readonly kind: "paint";
  readonly tissue: Tissue;
  /** One number of 32 bits: the next slab that nobody has begun. Zero at first. */
  readonly next: SharedArrayBuffer;
  /** The whole volume, x fastest: brightness, one byte a voxel. */
  readonly image: SharedArrayBuffer;
  /** The piece of each voxel, 32 bits. */
  readonly pieces: SharedArrayBuffer;
}

/** The pieces of a volume to be turned into connected supervoxels. */
export interface ConnectTask {
  readonly kind: "connect";
  readonly size: Triple;
  /** The piece of each voxel, 32 bits, replaced by its supervoxel. */
  readonly pieces: SharedArrayBuffer;
  readonly pieceCell: readonly number[];
}

export const plan = ({ size, seed }: PlanTask): Tissue =>
  planTissue(size, seed);

/** Works out slabs until none is left. @param step told after each */
export function paint(task: PaintTask, step: (count: number) => void): void {
  const painter = new Painter(task.tissue);
  const image = new Uint8Array(task.image);
  const pieces = new Uint32Array(task.pieces);
  const next = new Int32Array(task.next);
  const slabs = Math.ceil(task.tissue.size[2] / BLOCK);
  for (;;) {
    const slab = Atomics.add(next, 0, 1);
    if (slab >= slabs) return;
    painter.paint(slab * BLOCK, image, pieces);
    step(1);
  }
}

/** @param step told when it is over */
export function connectPieces(
  task: ConnectTask,
  step: (count: number) => void,
): Components {
  const pieces = new Uint32Array(task.pieces);
  const components = connect(pieces, task.size, task.pieceCell);
  step(1);
  return components;
}
