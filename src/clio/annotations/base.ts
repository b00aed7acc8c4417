import type { AnnotationPropertySpec } from "neuroglancer/unstable/annotation/index.js";
import type { SerializedAnnotations } from "neuroglancer/unstable/annotation/index.js";
import type { Annotation } from "neuroglancer/unstable/annotation/index.js";
import type { CoordinateSpace, SandboxKey } from "../model/sandbox.js";
import type { VoxelSize } from "../model/measurement.js";
import type { AnnotationRecord } from "../model/annotation.js";
import type { PackedEdits, StoredEdits } from "../store/packed_edits.js";
import { SpatialGrid } from "./spatial_grid.js";

/** Both halves of a sandbox's source are made from this. */
export class SandboxSourceParameters {
  static RPC_ID = "clio/SandboxSource";
  /** Name of the browser's database. */
  database!: string;
  key!: SandboxKey;
  space!: CoordinateSpace;
}

/** Both halves of one level of a sandbox's spatial index are made from this. */
export class SandboxLevelParameters {
  static RPC_ID = "clio/SandboxLevel";
  source!: SandboxSourceParameters;
  level!: number;
}

export const SANDBOX_AHEAD_RPC_ID = "clio/SandboxSource.ahead";
export const SANDBOX_APPLY_RPC_ID = "clio/SandboxSource.apply";
export const SANDBOX_CHANGED_RPC_ID = "clio/SandboxSource.changed";
export const SANDBOX_RELOAD_RPC_ID = "clio/SandboxSource.reload";

/** From the page to the worker: edits that are in the journal, or that wait in memory because they could not be saved. */
export interface ApplyMessage {
  id: number;
  /** Counts the messages, so that the answer can name its own. */
  number: number;
  edits: StoredEdits<AnnotationRecord>;
  /** Id of the change that they are; undefined where another tab has folded it and only its outcome is left. */
  change: string | undefined;
  /** Position in the journal; undefined while the edits are not saved. */
  seq: number | undefined;
}

/** From the page to the worker: edits that are being written, so many that it should begin with them before they are. */
export interface AheadMessage {
  id: number;
  /** Id of the change that they are. */
  change: string;
  edits: PackedEdits;
}

/** The new contents of a cell that the page holds. */
export interface CellUpdate {
  /** RPC id of the level's chunk source. */
  source: number;
  /** Key of the chunk. */
  chunk: string;
  data: SerializedAnnotations;
}

/** From the worker to the page: what has changed of what the page holds. */
export interface ChangedMessage {
  id: number;
  /** An edit, a reading of everything, or that other marks are shown or other colours than before. */
  cause: "edit" | "reading" | "view";
  /** Whether further cells of the same are on their way, and what has come is to be drawn with them. */
  more?: boolean;
  /** After an edit: the message that this answers. */
  answers?: number;
  /** After a reading: why the sandbox could not be read. */
  error?: string | undefined;
  cells: CellUpdate[];
  /** After a reading, or edits that the page has not looked at: the marks that it has asked about. */
  marks: { id: string; annotation: Annotation | null }[];
  /** Number of marks in the sandbox. */
  count: number;
  /** See {@link expectedIn}, by level. */
  expected: readonly number[];
}

/** What the shader knows of a mark beside its position. */
export const MARK_PROPERTIES: AnnotationPropertySpec[] = [
  {
    identifier: "saved",
    type: "uint8",
    description: "1 where the mark is kept on this machine",
    default: 1,
    min: 0,
    max: 1,
    step: 1,
  },
  {
    identifier: "color",
    type: "rgba",
    description: "Its own colour; transparent where it has the layer's",
    default: 0,
  },
];

/**
 * Marks a cell holds at most. 3-D and oblique slices draw all marks of the cells that they show, so that of far larger cells much would be
 * drawn outside of the view; with far fewer the time would go on going from cell to cell.
 */
export const CELL_CAPACITY = 256;

/**
 * With fewer marks a cell counts as having so many. A view reads finer levels until it has marks enough: where there are few it would
 * otherwise ask for one empty cell after another.
 */
const FEWEST_EXPECTED = 64;

/**
 * Marks that a view is to expect in a cell whose level has so many in the mean. With the capacity in place of it, a view of few marks would
 * take itself to be full long before it shows all of them.
 */
export function expectedIn(mean: number): number {
  return Math.max(FEWEST_EXPECTED, Math.ceil(mean));
}

/** Edges of a voxel in nm. */
export function voxelSizeOf({ scales: [x, y, z] }: CoordinateSpace): VoxelSize {
  const nm = (metres: number) => metres * 1e9;
  return [nm(x), nm(y), nm(z)];
}

/** The grid of a sandbox: the same in both halves. */
export function gridOf(space: CoordinateSpace): SpatialGrid {
  return new SpatialGrid(space, space.scales);
}
