import type { Column } from "./virtual_columns.js";
import { VirtualRow } from "./virtual_row.js";

/**
 * The elements of the rows that are in view. Where rows come, go or change places, each keeps its element: what is shown already is moved, not
 * made anew.
 */
export class VirtualViews<Row> implements Iterable<VirtualRow<Row>> {
  /** By the indexes of their rows. */
  private shown = new Map<number, VirtualRow<Row>>();
  private readonly spare: VirtualRow<Row>[] = [];
  private made = 0;

  /**
   * @param layer in which the elements stand, in the order of their rows, before all else that is there
   * @param id of the table: the elements have ids of their own that begin with it
   * @param keyOf what makes a row the one that was shown before
   */
  constructor(
    private readonly layer: HTMLElement,
    private readonly id: string,
    private readonly keyOf: (row: Row) => unknown,
  ) {}

  [Symbol.iterator](): Iterator<VirtualRow<Row>> {
    return this.shown.values();
  }

  /** The element of the row at an index; undefined where it is out of view. */
  at(index: number): VirtualRow<Row> | undefined {
    return this.shown.get(index);
  }

  /** The element of a row that has `node` in it. */
  holding(node: Node): VirtualRow<Row> | undefined {
    for (const view of this) {
      if (view.element.contains(node)) return view;
    }
    return undefined;
  }

  /**
   * Shows the rows from `first` up to, and not including, `end`, and no others.
   * @param rowAt the row at an index; undefined where it has not come yet
   */
  show(
    first: number,
    end: number,
    rowAt: (index: number) => Row | undefined,
    columns: readonly Column<Row>[],
  ): void {
    this.assign(first, end, rowAt);
    let next = this.layer.firstChild;
    for (let index = first; index < end; ++index) {
      const view = this.shown.get(index)!;
      view.show(index, rowAt(index), columns);
      // In this order they are read out.
      if (view.element === next) next = next.nextSibling;
      else this.layer.insertBefore(view.element, next);
    }
  }

  /** Shows each row as it is now. */
  refresh(): void {
    for (const view of this) view.refresh();
    // They would show their rows as these were, were the same rows to come into view again.
    this.spare.length = 0;
  }

  /** Gives each row that is to be in view its element: the one that shows it, else the one that stands at its place, else any other. */
  private assign(
    first: number,
    end: number,
    rowAt: (index: number) => Row | undefined,
  ): void {
    const { spare, keyOf } = this;
    const before = this.shown;
    const showing = new Map<unknown, number>();
    for (const [index, { row }] of before) {
      if (row !== undefined) showing.set(keyOf(row), index);
    }
    const shown = (this.shown = new Map<number, VirtualRow<Row>>());
    const take = (index: number, from: number | undefined) => {
      const view = from === undefined ? undefined : before.get(from);
      if (from === undefined || view === undefined) return;
      before.delete(from);
      shown.set(index, view);
    };
    for (let index = first; index < end; ++index) {
      const row = rowAt(index);
      if (row !== undefined) take(index, showing.get(keyOf(row)));
    }
    for (let index = first; index < end; ++index) {
      if (!shown.has(index)) take(index, index);
    }
    for (const { element } of before.values()) element.remove();
    spare.push(...before.values());
    for (let index = first; index < end; ++index) {
      if (shown.has(index)) continue;
      shown.set(
        index,
        spare.pop() ?? new VirtualRow<Row>(`${this.id}-${++this.made}`),
      );
    }
  }
}
