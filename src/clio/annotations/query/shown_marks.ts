import type { Mark } from "../mark.js";
import type { CellKey, SpatialIndex } from "../spatial_index.js";
import type { QueryEngine } from "./engine.js";
import type { Question } from "./messages.js";
import { sameTerms, type Term } from "./terms.js";

/** A mark in its new state, or the id of one that is gone. */
export type MarkEdit = Mark | string;

/** Marks that are put into an index before the worker may do something else: less than a millisecond. */
const SLICE = 256;

/**
 * Which marks are drawn and can be picked: all of them, or those that a search has found, which have an index of their own. To leave
 * marks out of the cells of the whole index would not do: a cell holds a sample, of which little would be left, while the rest of what
 * was found would wait in cells that are not in view at this zoom.
 */
export class ShownMarks {
  private terms: readonly Term[] = [];
  /** The index of those that were found; undefined where all are shown. */
  private found: SpatialIndex<Mark> | undefined;
  private building: Generator<void> | undefined;
  /** Ids of marks that have changed since the index was begun to be built. */
  private readonly changed = new Set<string>();

  /**
   * @param all the index of all marks
   * @param engine has the same marks
   * @param emptyIndex makes an index without marks
   */
  constructor(
    readonly all: SpatialIndex<Mark>,
    private readonly engine: QueryEngine,
    private readonly emptyIndex: () => SpatialIndex<Mark>,
  ) {}

  /** Of the marks that are shown. */
  get index(): SpatialIndex<Mark> {
    return this.found ?? this.all;
  }

  /**
   * Shows from now on what a question asks for; what is found is shown when {@link build} is through. Returns whether the cells have
   * changed already.
   */
  show({ terms, hides, hiddenSets }: Question): boolean {
    // What is in view is shown by being there.
    const wanted: Term[] = hides
      ? terms.filter(({ condition }) => condition.about !== "view")
      : [];
    if (hiddenSets.length > 0) {
      const condition = { about: "sets", names: hiddenSets } as const;
      wanted.push({ condition, negated: true });
    }
    if (sameTerms(wanted, this.terms)) return false;
    this.terms = wanted;
    this.building = undefined;
    if (wanted.length > 0) {
      this.building = this.makeIndex();
      return false;
    }
    const filtered = this.found !== undefined;
    this.found = undefined;
    return filtered;
  }

  /** Whether there is an index to be built. */
  get isBuilding(): boolean {
    return this.building !== undefined;
  }

  /** Goes on with building, in slices of some milliseconds. When it is through the cells have changed. */
  *build(): Generator<void> {
    const { building } = this;
    if (building === undefined) return;
    while (building.next().done !== true) yield;
    this.building = undefined;
  }

  /**
   * Takes over so many edits, which the engine has already, that most cells have changed: which ones, takes as long to note as to take
   * the edits over.
   */
  applyMany(edits: readonly MarkEdit[]): void {
    const { all, found, building, changed } = this;
    // Of several edits of one mark the last is what it comes to.
    const last = new Map(
      edits.map((edit) => [typeof edit === "string" ? edit : edit.id, edit]),
    );
    for (const id of last.keys()) all.delete(id);
    const marks = [...last.values()].filter((edit) => typeof edit !== "string");
    all.load(marks);
    if (building !== undefined) for (const id of last.keys()) changed.add(id);
    if (found === undefined) return;
    const matches = this.engine.matcher(this.terms);
    for (const id of last.keys()) this.follow(found, id, matches(id));
  }

  /** Takes over edits, which the engine has already. Returns the cells that have changed of those that are shown. */
  apply(edits: readonly MarkEdit[]): CellKey[] {
    const shown: CellKey[] = [];
    const matches =
      this.found === undefined ? undefined : this.engine.matcher(this.terms);
    for (const edit of edits) {
      const id = typeof edit === "string" ? edit : edit.id;
      if (this.building !== undefined) this.changed.add(id);
      const changed =
        typeof edit === "string" ? this.all.delete(id) : this.all.put(edit);
      const cells =
        matches === undefined
          ? changed
          : this.follow(this.found!, id, matches(id));
      for (const cell of cells) shown.push(cell);
    }
    return shown;
  }

  private *makeIndex(): Generator<void> {
    const { all, engine } = this;
    this.changed.clear();
    const found = this.emptyIndex();
    let count = 0;
    for (const id of engine.idsOf(this.terms)) {
      if (++count % SLICE === 0) yield;
      const mark = all.get(id);
      // Gone since.
      if (mark !== undefined) found.put(mark);
    }
    const matches = engine.matcher(this.terms);
    for (const id of this.changed) this.follow(found, id, matches(id));
    this.found = found;
  }

  /** Has an index hold the newest state of a mark where it is to be shown. */
  private follow(
    index: SpatialIndex<Mark>,
    id: string,
    isShown: boolean,
  ): CellKey[] {
    const mark = this.all.get(id);
    return isShown && mark !== undefined ? index.put(mark) : index.delete(id);
  }
}
