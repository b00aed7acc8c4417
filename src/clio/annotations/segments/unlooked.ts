/** Which marks have no segments looked up under them yet: what the worker knows and the page asks. */
import type { VoxelPosition } from "../../model/annotation.js";
import { anchorsOf } from "../../model/geometry.js";
import type { Mark } from "../mark.js";

export const SANDBOX_UNLOOKED_RPC_ID = "clio/SandboxSource.unlooked";

/** From the page to the worker. Not `id`: that is where upstream keeps the number of the request. */
export interface UnlookedMessage {
  source: number;
  limit: number;
}

/** A mark under whose anchors segments are to be looked up. */
export interface Unlooked {
  readonly id: string;
  readonly anchors: readonly VoxelPosition[];
}

/** Edges of the blocks in whose order marks are given: the chunks that most segmentations are stored in. */
const BLOCK = 64;
/** As many blocks an axis as three of them fit a double. */
const BLOCKS = 2 ** 17;

/**
 * Marks that are on disk and have no segments, those of a place together, so that what reads under them reads each chunk once.
 * @param limit how many at most
 */
export function unlookedMarks(
  marks: Iterable<Mark>,
  limit: number,
): Unlooked[] {
  const found: { readonly block: number; readonly mark: Mark }[] = [];
  for (const mark of marks) {
    const { segments } = mark.record;
    if (mark.saved && segments === undefined) {
      found.push({ block: blockOf(mark.position), mark });
    }
  }
  // Of a million marks some thousand are wanted: only those are put into order.
  const last = Float64Array.from(found, ({ block }) => block)
    .sort()
    .at(limit - 1);
  return found
    .filter(({ block }) => last === undefined || block <= last)
    .sort((a, b) => a.block - b.block)
    .slice(0, limit)
    .map(({ mark: { id, record } }) => ({ id, anchors: anchorsOf(record) }));
}

function blockOf([x, y, z]: VoxelPosition): number {
  const along = (voxel: number) => {
    const block = Math.floor(voxel / BLOCK) + BLOCKS / 2;
    return Math.min(BLOCKS - 1, Math.max(0, block));
  };
  return (along(z) * BLOCKS + along(y)) * BLOCKS + along(x);
}
