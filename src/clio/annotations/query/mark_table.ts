import {
  ANNOTATION_KINDS,
  type AnnotationRecord,
} from "../../model/annotation.js";
import { grown } from "./grown.js";
import { WordColumn } from "./word_column.js";

/** Bits of {@link MarkTable.flags}. */
export const LIVE = 1;
export const CHECKED = 2;
export const TAGGED = 4;
export const TITLED = 8;

/**
 * All marks of a sandbox, each in a row that it keeps as long as it is there. What is most often asked stands in columns: to go over a
 * million objects takes a tenth of a second, over a column a thousandth.
 */
export class MarkTable {
  /** By row; undefined where the row is free. */
  readonly records: (AnnotationRecord | undefined)[] = [];
  flags = new Uint8Array(0);
  /** Index into ANNOTATION_KINDS. */
  kinds = new Uint8Array(0);
  readonly types = new WordColumn<string>((word) => word);
  readonly sets = new WordColumn<string>((word) => word);
  readonly users = new WordColumn<string>((word) => word);
  readonly tags = new WordColumn<string[]>(keyOfTags);
  /** How many marks have a value of an own field, by its name. */
  readonly fields = new Map<string, number>();
  private readonly rows = new Map<string, number>();
  private readonly free: number[] = [];

  /** Number of marks. */
  get size(): number {
    return this.rows.size;
  }

  /** Number of rows, free ones included. */
  get height(): number {
    return this.records.length;
  }

  rowOf(id: string): number | undefined {
    return this.rows.get(id);
  }

  get(id: string): AnnotationRecord | undefined {
    const row = this.rows.get(id);
    return row === undefined ? undefined : this.records[row];
  }

  *[Symbol.iterator](): Iterator<AnnotationRecord> {
    for (const record of this.records) {
      if (record !== undefined) yield record;
    }
  }

  /**
   * Adds a mark, or puts it in the place of the one with its id. Returns its row. The record belongs to the table from here on: texts
   * and tags that other marks have too are replaced by theirs, which is a third of the memory of a million marks.
   */
  put(record: AnnotationRecord): number {
    let row = this.rows.get(record.id);
    if (row === undefined) {
      row = this.free.pop() ?? this.records.length;
      this.rows.set(record.id, row);
    } else {
      this.forget(row);
    }
    this.fill(row, record);
    return row;
  }

  /** Removes a mark. Returns the row that it had; undefined where there is none of that id. */
  delete(id: string): number | undefined {
    const row = this.rows.get(id);
    if (row === undefined) return undefined;
    this.forget(row);
    this.rows.delete(id);
    this.records[row] = undefined;
    this.flags[row] = 0;
    this.free.push(row);
    return row;
  }

  private fill(row: number, record: AnnotationRecord): void {
    this.records[row] = record;
    this.flags = grown(this.flags, row + 1);
    this.kinds = grown(this.kinds, row + 1);
    this.flags[row] =
      LIVE |
      (record.checked ? CHECKED : 0) |
      (record.tags.length > 0 ? TAGGED : 0) |
      (record.title ? TITLED : 0);
    this.kinds[row] = ANNOTATION_KINDS.indexOf(record.kind);
    record.user = this.users.set(row, record.user);
    record.tags = this.tags.set(row, record.tags);
    const type = this.types.set(row, record.type ?? "");
    if (record.type !== undefined) record.type = type;
    const set = this.sets.set(row, record.set ?? "");
    if (record.set !== undefined) record.set = set;
    for (const name in record.fields) {
      this.fields.set(name, (this.fields.get(name) ?? 0) + 1);
    }
  }

  private forget(row: number): void {
    this.users.clear(row);
    this.tags.clear(row);
    this.types.clear(row);
    this.sets.clear(row);
    for (const name in this.records[row]!.fields) {
      const count = this.fields.get(name)! - 1;
      if (count === 0) this.fields.delete(name);
      else this.fields.set(name, count);
    }
  }
}

/** Most marks have one tag, which is then its own key. */
function keyOfTags(tags: readonly string[]): string {
  return tags.length === 1 && !tags[0].startsWith("[")
    ? tags[0]
    : JSON.stringify(tags);
}
