import { orderByNumber } from "./number_order.js";
import type { MarkTable } from "./mark_table.js";
import type { SortKey } from "./sort_keys.js";
import { sortTexts } from "./text_sort.js";
import type { AnnotationRecord } from "../../model/annotation.js";

/** Rows or texts that are worked on before others get to do something: about ten milliseconds. */
const SLICE = 8192;

/** Above one mark in so many to be put in its place, it is faster to order all anew. */
const FEW = 64;

/** How rows are ordered. */
export interface Ordering {
  /** Undefined: by `created` alone, the newest first. */
  readonly key: ((record: AnnotationRecord) => SortKey) | undefined;
  readonly descending: boolean;
}

/**
 * The rows of all marks in one order, which is made once and then follows the changes: what has changed is taken out and put where it
 * belongs. Marks of the same key come the newest first, and marks without one come last.
 */
export class RowOrder {
  private rows: Uint32Array = new Uint32Array(0);
  /** Rows whose marks have changed since they were put in order. */
  private readonly changed = new Set<number>();
  private made = false;
  /** A making that was begun: the next update goes on with it. */
  private making: Generator<void> | undefined;

  /** @param ties the order of marks with the same key; undefined for the order by `created` itself */
  constructor(
    private readonly table: MarkTable,
    private readonly ordering: Ordering,
    private readonly ties: RowOrder | undefined,
  ) {}

  /** Notes that the mark of a row has come, gone or changed. */
  invalidate(row: number): void {
    // Before it was begun to be made there is nothing to be put right.
    if (this.made || this.making !== undefined) this.changed.add(row);
  }

  /** Brings the order up to date, in slices of some milliseconds. A run that was left goes on where it was in the next. */
  *update(): Generator<void> {
    // What changes between slices is put in its place afterwards.
    while (!this.made || this.changed.size > 0) {
      if (this.made && this.changed.size <= 16 + this.table.size / FEW) {
        this.place();
        continue;
      }
      this.making ??= this.make();
      while (this.making.next().done !== true) yield;
      this.making = undefined;
    }
  }

  /** All marks' rows. Good after {@link update}. */
  get all(): Uint32Array {
    return this.rows;
  }

  private *make(): Generator<void> {
    this.changed.clear();
    const { key } = this.ordering;
    if (this.ties === undefined || key === undefined) this.makeByTime();
    else {
      yield* this.ties.update();
      yield* this.makeByKey(key, this.ties.all.slice());
    }
    this.made = true;
  }

  private makeByTime(): void {
    const { records, size } = this.table;
    const rows = new Uint32Array(size);
    const keys = new Float64Array(size);
    let at = 0;
    // From the last row, as what is read from disk comes by rising id.
    for (let row = records.length - 1; row >= 0; --row) {
      const record = records[row];
      if (record === undefined) continue;
      rows[at] = row;
      keys[at++] = -record.created;
    }
    this.rows = orderByNumber(rows, keys);
    this.orderSameTimes();
  }

  /** Orders the marks of the same millisecond by their ids, where they are not already. */
  private orderSameTimes(): void {
    const { rows } = this;
    const { records } = this.table;
    for (let from = 0; from < rows.length;) {
      const { created } = records[rows[from]]!;
      let to = from + 1;
      let ordered = true;
      for (; to < rows.length; ++to) {
        if (records[rows[to]]!.created !== created) break;
        ordered &&= this.compareTime(rows[to - 1], rows[to]) < 0;
      }
      if (!ordered) this.orderSameTime(rows.subarray(from, to));
      from = to;
    }
  }

  /** Orders marks of one millisecond, which may be all of an import: by how their ids begin, and by all of the id where that is the same. */
  private orderSameTime(rows: Uint32Array): void {
    const { records } = this.table;
    const { length } = rows;
    const keyOf = (row: number) => -beginOf(records[row]!.id);
    const keys = new Float64Array(length);
    for (let i = 0; i < length; ++i) keys[i] = keyOf(rows[i]);
    rows.set(orderByNumber(rows, keys));
    for (let i = 0; i < length; ++i) keys[i] = keyOf(rows[i]);
    for (let from = 0; from < length;) {
      let to = from + 1;
      while (to < length && keys[to] === keys[from]) ++to;
      if (to - from > 1) {
        rows.subarray(from, to).sort((a, b) => this.compareTime(a, b));
      }
      from = to;
    }
  }

  private *makeByKey(
    key: (record: AnnotationRecord) => SortKey,
    rows: Uint32Array,
  ): Generator<void> {
    const { records } = this.table;
    const sign = this.ordering.descending ? -1 : 1;
    // By row: whether its key is a number (0) or a text (1), and then its order among those.
    const kinds = new Float64Array(records.length).fill(NaN);
    const keys = new Float64Array(records.length).fill(NaN);
    const texts = new Map<string, number>();
    const textRows: number[] = [];
    for (let i = 0; i < rows.length; ++i) {
      if (i % SLICE === SLICE - 1) yield;
      const row = rows[i];
      const record = records[row];
      // Gone since: it is among the changed ones.
      const value = record && key(record);
      if (value === undefined) continue;
      kinds[row] = typeof value === "number" ? 0 : sign;
      if (typeof value === "number") keys[row] = sign * value;
      else {
        let number = texts.get(value);
        if (number === undefined) texts.set(value, (number = texts.size));
        keys[row] = number;
        textRows.push(row);
      }
    }
    const ranks = yield* ranksOf(texts);
    for (const row of textRows) keys[row] = sign * ranks[keys[row]];
    const ordered = orderByNumber(rows, taken(keys, rows));
    this.rows = orderByNumber(ordered, taken(kinds, ordered));
  }

  /** Takes the changed rows out and puts those that are there back in, each where it belongs. */
  private place(): void {
    const { changed, table, rows: before } = this;
    const { length } = before;
    // By row: to look each of a million up in the set would take most of the time of an edit.
    const moves = new Uint8Array(table.height);
    for (const row of changed) moves[row] = 1;
    const kept = new Uint32Array(table.size);
    let count = 0;
    for (let i = 0; i < length; ++i) {
      if (moves[before[i]] === 0) kept[count++] = before[i];
    }
    const coming = [...changed]
      .filter((row) => table.records[row] !== undefined)
      .sort((a, b) => this.compare(a, b));
    changed.clear();
    const rows = new Uint32Array(count + coming.length);
    let from = 0;
    coming.forEach((row, i) => {
      const at = this.placeOf(row, kept, from, count);
      rows.set(kept.subarray(from, at), from + i);
      rows[at + i] = row;
      from = at;
    });
    rows.set(kept.subarray(from, count), from + coming.length);
    this.rows = rows;
  }

  private placeOf(
    row: number,
    rows: Uint32Array,
    from: number,
    to: number,
  ): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(rows[middle], row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compare(a: number, b: number): number {
    const { key, descending } = this.ordering;
    const { records } = this.table;
    const first = key?.(records[a]!);
    const second = key?.(records[b]!);
    if (first === second) return this.compareTime(a, b);
    if (first === undefined) return 1;
    if (second === undefined) return -1;
    const before =
      typeof first === typeof second
        ? first < second
        : typeof first === "number";
    return before === descending ? 1 : -1;
  }

  private compareTime(a: number, b: number): number {
    const { records } = this.table;
    const first = records[a]!;
    const second = records[b]!;
    return second.created - first.created || (first.id < second.id ? 1 : -1);
  }
}

/** The first 48 bits of a UUID, which compare as the texts do. Read digit by digit: texts of them would take twenty times as long. */
function beginOf(id: string): number {
  return bitsOf(id, 0, 8) * 0x10000 + bitsOf(id, 9, 13);
}

function bitsOf(id: string, from: number, to: number): number {
  let bits = 0;
  for (let i = from; i < to; ++i) {
    const code = id.charCodeAt(i);
    // "0" to "9" are 48 to 57, "a" to "f" are 97 to 102.
    bits = (bits << 4) | (code < 58 ? code - 48 : code - 87);
  }
  return bits >>> 0;
}

/** By number of a text: its rank. */
function* ranksOf(
  texts: ReadonlyMap<string, number>,
): Generator<void, Float64Array> {
  const ranks = new Float64Array(texts.size);
  const sorted = yield* sortTexts([...texts.keys()]);
  for (let rank = 0; rank < sorted.length; ++rank) {
    if (rank % SLICE === SLICE - 1) yield;
    ranks[texts.get(sorted[rank])!] = rank;
  }
  return ranks;
}

/** The values of some rows. (`Float64Array.from` with a function takes ten times as long.) */
function taken(values: Float64Array, rows: Uint32Array): Float64Array {
  const some = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; ++i) some[i] = values[rows[i]];
  return some;
}
