/** Which marks have no segments looked up under them yet: what the worker knows and the page asks. */
import type { VoxelPosition } from "../../model/annotation.js";
import { anchorsOf } from "../../model/geometry.js";
import type { Mark } from "../mark.js";
import { runSlices } from "../../model/slices.js";

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

/** All marks of a sandbox. */
export interface Marks extends Iterable<Mark> {
  get(id: string): Mark | undefined;
}

/** Edges of the blocks in whose order marks are given: the chunks that most segmentations are stored in. */
const BLOCK = 64;
/** As many blocks an axis as three of them fit a double. */
const BLOCKS = 2 ** 17;

/** Above so many marks that have changed all are put into order anew: an import. */
const MOST_FRESH = 4096;

/**
 * Marks that are on disk and have no segments. All marks are looked through once, in slices, and not for each batch that is asked for: a
 * million of them would keep the worker from its other work for a tenth of a second each time.
 */
export class UnlookedMarks {
  /** Ids in the order in which they are given; undefined where that is to be found out. Some may have been looked up since. */
  private ids: string[] | undefined;
  /** Index of the first one that may still be unlooked. */
  private next = 0;
  /** Marks that have changed since: what a person has just placed comes first. */
  private readonly fresh = new Set<string>();

  constructor(private readonly marks: Marks) {}

  /** Notes that the mark of an id has come, gone or changed. */
  changed(id: string): void {
    // What there is altogether is not known yet, and will be found then.
    if (this.ids === undefined) return;
    this.fresh.add(id);
    if (this.fresh.size > MOST_FRESH) this.ids = undefined;
  }

  /**
   * The first ones: those that have just changed, then the others, those of a place together, so that what reads under them reads each
   * chunk once.
   * @param limit how many at most
   */
  async first(limit: number): Promise<Unlooked[]> {
    while (this.ids === undefined) await runSlices(this.order());
    const found: Unlooked[] = [];
    for (const id of this.fresh) {
      if (found.length === limit) return found;
      const unlooked = this.unlooked(id);
      if (unlooked === undefined) this.fresh.delete(id);
      else found.push(unlooked);
    }
    for (let i = this.next; i < this.ids.length; ++i) {
      if (found.length === limit) break;
      const unlooked = this.unlooked(this.ids[i]);
      if (unlooked === undefined) {
        if (i === this.next) ++this.next;
      } else if (!this.fresh.has(unlooked.id)) found.push(unlooked);
    }
    return found;
  }

  private unlooked(id: string): Unlooked | undefined {
    const mark = this.marks.get(id);
    if (mark === undefined || !isUnlooked(mark)) return undefined;
    return { id, anchors: anchorsOf(mark.record) };
  }

  /** Puts all of them into order. */
  private *order(): Generator<void> {
    this.ids = [];
    this.next = 0;
    this.fresh.clear();
    const blocks = new Map<number, string[]>();
    for (const mark of this.marks) {
      yield;
      if (!isUnlooked(mark)) continue;
      const block = blockOf(mark.position);
      const ids = blocks.get(block);
      if (ids === undefined) blocks.set(block, [mark.id]);
      else ids.push(mark.id);
    }
    const inOrder = Float64Array.from(blocks.keys()).sort();
    const ids: string[] = [];
    for (const block of inOrder) {
      yield;
      for (const id of blocks.get(block)!) ids.push(id);
    }
    // Undefined where so much has changed meanwhile that it is to be done again.
    if (this.ids !== undefined) this.ids = ids;
  }
}

function isUnlooked({ saved, record }: Mark): boolean {
  return saved && record.segments === undefined;
}

function blockOf([x, y, z]: VoxelPosition): number {
  const along = (voxel: number) => {
    const block = Math.floor(voxel / BLOCK) + BLOCKS / 2;
    return Math.min(BLOCKS - 1, Math.max(0, block));
  };
  return (along(z) * BLOCKS + along(y)) * BLOCKS + along(x);
}
