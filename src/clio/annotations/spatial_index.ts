import { orderByNumber } from "./query/number_order.js";
import type { SpatialGrid, VoxelBounds } from "./spatial_grid.js";

/** Marks that are loaded before others get to do something: less than a millisecond. */
const SLICE = 256;

/** What the index needs to know of a record. */
export interface Located {
  readonly id: string;
  /** The voxel whose cell it belongs to. */
  readonly position: readonly number[];
  /** The space that it takes up, in voxels; undefined where that is its voxel alone. */
  readonly extent?: VoxelBounds | undefined;
}

/** A cell of the grid. */
export interface CellKey {
  readonly level: number;
  readonly cell: number;
}

interface Entry<T> {
  record: T;
  priority: number;
  /** Where it is. */
  level: number;
  /** The last level where it may be. */
  deepest: number;
}

/**
 * Where marks lie, at every zoom. Of all marks whose position is in a cell and that no larger cell holds, the cell holds the
 * `capacity` of the lowest priority number, and beyond those only the ones that are too large for the next level. As priorities are
 * random, the cells of the first levels are a fair sample of everything, a view reads only as many levels as it can show, and one edit
 * changes at most one cell a level and those around it, however many marks there are.
 *
 * A mark with an extent is a guest of all other cells of its level that it reaches into. No mark lies where cells are smaller than it:
 * so it has seven such neighbours at most, and an edit of it stays small.
 *
 * What lies in which cell depends on the set of marks alone, not on the order of the edits that made it. (After the spatial index of
 * neuroglancer's precomputed annotations, which is built once; this one is kept up to date.)
 */
export class SpatialIndex<T extends Located> {
  private readonly entries = new Map<string, Entry<T>>();
  /** By level, then by cell: entries by rising priority. */
  private readonly cells: Map<number, Entry<T>[]>[];
  /** By level, then by cell: entries of other cells that reach into it. */
  private readonly guests: Map<number, Set<Entry<T>>>[];
  /** By level: the marks that its cells hold. */
  private readonly held: number[];

  constructor(
    readonly grid: SpatialGrid,
    private readonly capacity: number,
  ) {
    this.cells = grid.levels.map(() => new Map<number, Entry<T>[]>());
    this.guests = grid.levels.map(() => new Map<number, Set<Entry<T>>>());
    this.held = grid.levels.map(() => 0);
  }

  /** Number of marks. */
  get size(): number {
    return this.entries.size;
  }

  get(id: string): T | undefined {
    return this.entries.get(id)?.record;
  }

  /** Every mark, in no order that means anything. */
  *[Symbol.iterator](): Iterator<T> {
    for (const { record } of this.entries.values()) yield record;
  }

  /** Marks that a cell of a level holds in the mean of all its cells. */
  meanOf(level: number): number {
    const { shape } = this.grid.levels[level];
    return this.held[level] / shape.reduce((a, b) => a * b);
  }

  /** The marks that a cell holds, in the order of their priorities. */
  cell({ level, cell }: CellKey): T[] {
    return (this.cells[level].get(cell) ?? []).map((entry) => entry.record);
  }

  /** All marks of its level that reach into a cell, in the order in which a view that can show only some should take them. */
  drawn(key: CellKey): T[] {
    const guests = this.guests[key.level].get(key.cell);
    if (guests === undefined) return this.cell(key);
    const members = this.cells[key.level].get(key.cell) ?? [];
    return [...members, ...guests].sort(byPriority).map(({ record }) => record);
  }

  /** Adds many marks, none of which is there yet. */
  load(records: Iterable<T>): void {
    const loading = this.loading(records);
    while (loading.next().done !== true);
  }

  /** As {@link load}, in slices of less than a millisecond; it is of no use before it is through. */
  *loading(records: Iterable<T>): Generator<void> {
    const entries: Entry<T>[] = [];
    for (const record of records) {
      entries.push(this.entryOf(record));
      if (entries.length % SLICE === 0) yield;
    }
    const priorities = Float64Array.from(entries, ({ priority }) => priority);
    const order = orderByNumber(Uint32Array.from(entries.keys()), priorities);
    // By rising priority none has to make room for one that comes after it.
    for (let i = 0; i < order.length; ++i) {
      this.insert(entries[order[i]]);
      if (i % SLICE === SLICE - 1) yield;
    }
  }

  /** Adds a mark, or puts it in the place of the one with its id. Returns the cells whose `drawn` changed. */
  put(record: T): CellKey[] {
    const changed = this.delete(record.id);
    this.insert(this.entryOf(record), changed);
    return changed;
  }

  /** Removes a mark, if it is there. Returns the cells whose `drawn` changed. */
  delete(id: string): CellKey[] {
    const entry = this.entries.get(id);
    if (entry === undefined) return [];
    this.entries.delete(id);
    const { level } = entry;
    const cell = this.grid.cellOf(level, entry.record.position);
    const members = this.members(level, cell);
    const changed: CellKey[] = [];
    this.take(members, members.indexOf(entry), cell, changed);
    this.refill(level, cell, changed);
    return changed;
  }

  private entryOf(record: T): Entry<T> {
    const { extent } = record;
    const priority = priorityOf(record.id);
    const deepest =
      extent === undefined
        ? this.grid.levels.length - 1
        : this.grid.levelFor(extent);
    const entry = { record, priority, level: 0, deepest };
    this.entries.set(record.id, entry);
    return entry;
  }

  /**
   * Puts an entry into the first cell that has room for its priority, handing displaced entries down.
   * @param changed gets the cells that changed, where anybody wants to know
   */
  private insert(entry: Entry<T>, changed?: CellKey[]): void {
    const { capacity } = this;
    let moving = entry;
    for (let level = 0; ; ++level) {
      const cell = this.grid.cellOf(level, moving.record.position);
      const members = this.members(level, cell);
      const full = members.length >= capacity && level < moving.deepest;
      if (full && byPriority(moving, members[capacity - 1]) > 0) continue;
      moving.level = level;
      this.add(members, moving, cell, changed);
      // What was the last within the capacity is not any more.
      const beyond = members.at(capacity);
      if (beyond === undefined || beyond.deepest <= level) return;
      moving = this.take(members, capacity, cell, changed);
    }
  }

  /** Takes the first of the inner cells' entries up into a cell that has room again, and so on down. */
  private refill(level: number, cell: number, changed: CellKey[]): void {
    let best: Entry<T> | undefined;
    let from = 0;
    for (const child of this.grid.children(level, cell)) {
      const candidate = this.cells[level + 1].get(child)?.[0];
      if (candidate === undefined) continue;
      if (best === undefined || byPriority(candidate, best) < 0) {
        best = candidate;
        from = child;
      }
    }
    if (best === undefined) return;
    const members = this.members(level, cell);
    const last = members.at(this.capacity - 1);
    // The place is taken already, by one that was there beyond the capacity.
    if (last !== undefined && byPriority(last, best) < 0) return;
    this.take(this.members(level + 1, from), 0, from, changed);
    best.level = level;
    this.add(members, best, cell, changed);
    this.refill(level + 1, from, changed);
  }

  private add(
    members: Entry<T>[],
    entry: Entry<T>,
    cell: number,
    changed?: CellKey[],
  ): void {
    const last = members.at(-1);
    if (last === undefined || byPriority(last, entry) < 0) members.push(entry);
    else members.splice(insertionIndex(members, entry), 0, entry);
    this.held[entry.level] += 1;
    changed?.push({ level: entry.level, cell });
    this.visit(entry, cell, changed, (guests) => guests.add(entry));
  }

  private take(
    members: Entry<T>[],
    index: number,
    cell: number,
    changed?: CellKey[],
  ): Entry<T> {
    const [entry] = members.splice(index, 1);
    this.held[entry.level] -= 1;
    changed?.push({ level: entry.level, cell });
    this.visit(entry, cell, changed, (guests) => guests.delete(entry));
    return entry;
  }

  /** Comes to the guests of each cell but its own that an entry reaches into. */
  private visit(
    { record, level }: Entry<T>,
    home: number,
    changed: CellKey[] | undefined,
    act: (guests: Set<Entry<T>>) => void,
  ): void {
    const { extent } = record;
    if (extent === undefined) return;
    for (const cell of this.grid.cellsOf(level, extent)) {
      if (cell === home) continue;
      let guests = this.guests[level].get(cell);
      if (guests === undefined) {
        guests = new Set();
        this.guests[level].set(cell, guests);
      }
      act(guests);
      changed?.push({ level, cell });
    }
  }

  private members(level: number, cell: number): Entry<T>[] {
    const cells = this.cells[level];
    let members = cells.get(cell);
    if (members === undefined) {
      members = [];
      cells.set(cell, members);
    }
    return members;
  }
}

/**
 * The last 32 bits of a UUID: random in every version that is in use, where the first bits may be a time. Read digit by digit: to make
 * a text of them first would take longer than all else in loading a million marks.
 */
function priorityOf(id: string): number {
  let bits = 0;
  for (let i = id.length - 8; i < id.length; ++i) {
    const code = id.charCodeAt(i);
    // "0" to "9" are 48 to 57, "a" to "f" are 97 to 102.
    bits = (bits << 4) | (code < 58 ? code - 48 : code - 87);
  }
  return bits >>> 0;
}

function byPriority(a: Entry<Located>, b: Entry<Located>): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  return a.record.id < b.record.id ? -1 : a.record.id > b.record.id ? 1 : 0;
}

/** Index of the first member that comes after `entry`. */
function insertionIndex(
  members: readonly Entry<Located>[],
  entry: Entry<Located>,
): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byPriority(members[middle], entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
