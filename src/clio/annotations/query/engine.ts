import type { AnnotationRecord } from "../../model/annotation.js";
import type { VoxelSize } from "../../model/measurement.js";
import type { ColorScheme } from "../coloring/color_scheme.js";
import { type MarkColors, markColors } from "../coloring/mark_colors.js";
import { facetsOf, setsOf } from "./facets.js";
import { findMatches, matchAnew, type Matches, matchTest } from "./filter.js";
import { FoundRows } from "./found_rows.js";
import { grown } from "./grown.js";
import { CHECKED, MarkTable } from "./mark_table.js";
import type { Facet, Facets, Question, Sort } from "./messages.js";
import { ID_BYTES, packId, unpackId } from "./packed_ids.js";
import { RowOrder } from "./row_order.js";
import type { Searched } from "./row_tests.js";
import { SearchTexts } from "./search_texts.js";
import { sortKeyOf } from "./sort_keys.js";
import { sameTerms, type Term } from "./terms.js";

/** What is asked where nobody has asked anything: all marks, the newest first. */
export const EVERYTHING: Question = {
  terms: [],
  sort: undefined,
  view: undefined,
  hides: true,
  hiddenSets: [],
};

/** Orders that are kept beside the one by time: four bytes a mark each. */
const KEPT_ORDERS = 4;

/** Searches that are kept for what is typed next, or taken back: a byte a mark each. */
const KEPT_MATCHES = 6;

/**
 * Answers questions about the marks of a sandbox: which match, in which order. It follows every edit, so that neither a keystroke in the
 * search nor an edit goes over all marks where it need not.
 *
 * {@link update} must have been run to its end, with nothing changed since, before anything about the answer is read.
 */
export class QueryEngine {
  private readonly table = new MarkTable();
  private readonly texts = new SearchTexts(this.table);
  private readonly newestFirst = new RowOrder(
    this.table,
    { key: undefined, descending: false },
    undefined,
  );
  /** By column and direction, the last used last. */
  private readonly orders = new Map<string, RowOrder>();
  private question = EVERYTHING;
  /** The last ones last, all of them about the marks as they are now but for the changed ones. */
  private recent: Matches[] = [];
  private matches: Matches | undefined;
  /** Rows whose marks have changed since `matches` was brought up to date. */
  private readonly changed = new Set<number>();
  /** The matching rows in order; undefined where they are to be found anew. */
  private found: FoundRows | undefined;
  /**
   * What `found` is gathered in. An array of its own for each keystroke would be four megabytes of garbage at a million marks, and the
   * collector goes through all marks to be rid of a few of them.
   */
  private collected = new Uint32Array(0);
  private facetsKnown: Facets | undefined;

  /** @param voxel edges of a voxel in nm */
  constructor(private readonly voxel: VoxelSize) {}

  get total(): number {
    return this.table.size;
  }

  /** Every mark, in no order that means anything. */
  [Symbol.iterator](): Iterator<AnnotationRecord> {
    return this.table[Symbol.iterator]();
  }

  /** Names of own fields that any mark has a value of. */
  get fieldNames(): string[] {
    return [...this.table.fields.keys()];
  }

  /** Adds a mark or puts it in the place of the one with its id. The record is the engine's from here on. */
  put(record: AnnotationRecord): void {
    this.invalidate(this.table.put(record));
  }

  delete(id: string): void {
    const row = this.table.delete(id);
    if (row !== undefined) this.invalidate(row);
  }

  /** From now on this is asked. */
  ask(question: Question): void {
    this.question = question;
    this.found = undefined;
  }

  /** Works out the answer, in slices of some milliseconds. A run that was left goes on where it was in the next. */
  *update(): Generator<void> {
    yield* this.order().update();
    this.updateMatches();
    this.found ??= this.collect();
  }

  /** Does ahead what the first search would have to do. */
  warmUp(): Generator<void> {
    return this.texts.gather();
  }

  /** How many marks match. */
  get matching(): number {
    return this.found!.count;
  }

  /** Ids of all marks that meet other terms, in no order that means anything; what changes meanwhile may be among them or not. */
  *idsOf(terms: readonly Term[]): Generator<string> {
    this.updateMatches();
    const searched = this.searched(undefined);
    const { rows } =
      this.known(terms, undefined) ?? findMatches(searched, terms, this.recent);
    for (let row = 0; row < rows.length; ++row) {
      const record = rows[row] === 1 ? this.table.records[row] : undefined;
      if (record !== undefined) yield record.id;
    }
  }

  /** Whether the mark of an id meets `terms`. Good until the next edit. */
  matcher(terms: readonly Term[]): (id: string) => boolean {
    const test = matchTest(this.searched(undefined), terms);
    return (id) => {
      const row = this.table.rowOf(id);
      return row !== undefined && test(row);
    };
  }

  rows(from: number, to: number): AnnotationRecord[] {
    const rows = this.found!.between(Math.max(0, from), Math.max(0, to));
    return Array.from(rows, (row) => this.table.records[row]!);
  }

  rank(id: string): number | undefined {
    const row = this.table.rowOf(id);
    return row === undefined ? undefined : this.found!.rankOf(row);
  }

  neighbour(
    id: string | undefined,
    step: 1 | -1,
    only: "unchecked" | undefined,
  ): AnnotationRecord | undefined {
    const { flags, records } = this.table;
    // Among all marks and not those that match: what was just edited may match no longer, and is gone on from all the same.
    const { all } = this.order();
    const matches = this.matches!.rows;
    const start = id === undefined ? undefined : this.table.rowOf(id);
    let at =
      start === undefined ? (step > 0 ? -1 : all.length) : all.indexOf(start);
    for (at += step; at >= 0 && at < all.length; at += step) {
      const row = all[at];
      if (matches[row] === 0) continue;
      if (only === "unchecked" && (flags[row] & CHECKED) !== 0) continue;
      return records[row];
    }
    return undefined;
  }

  /** The ids of all that match, packed, in order. */
  ids(): Uint8Array<ArrayBuffer> {
    const found = this.found!.all;
    const packed = new Uint8Array(found.length * ID_BYTES);
    found.forEach((row, i) => packId(packed, i, this.table.records[row]!.id));
    return packed;
  }

  records(packed: Uint8Array): (AnnotationRecord | undefined)[] {
    return Array.from({ length: packed.length / ID_BYTES }, (_, i) =>
      this.table.get(unpackId(packed, i)),
    );
  }

  sets(): Facet[] {
    return setsOf(this.table);
  }

  facets(): Facets {
    this.facetsKnown ??= facetsOf(this.table);
    return this.facetsKnown;
  }

  /** The ids of all marks of a set, packed, in no order that means anything. */
  idsInSet(set: string): Uint8Array<ArrayBuffer> {
    const ids = [
      ...this.idsOf([
        { condition: { about: "sets", names: [set] }, negated: false },
      ]),
    ];
    const packed = new Uint8Array(ids.length * ID_BYTES);
    ids.forEach((id, i) => packId(packed, i, id));
    return packed;
  }

  /** Colours for the marks, as a scheme has it. They are to be told of every mark that is put from here on. */
  colors(scheme: ColorScheme): MarkColors {
    return markColors(scheme, this.table);
  }

  private invalidate(row: number): void {
    this.texts.invalidate(row);
    this.newestFirst.invalidate(row);
    for (const order of this.orders.values()) order.invalidate(row);
    // Before anything was found everything is to be looked at anyway.
    if (this.matches !== undefined) this.changed.add(row);
    this.recent = [];
    this.found = undefined;
    this.facetsKnown = undefined;
  }

  /** What matches, from what is known of it already as far as that goes. */
  private updateMatches(): void {
    const { terms } = this.question;
    const view = terms.some(({ condition }) => condition.about === "view")
      ? this.question.view
      : undefined;
    if (this.matches !== undefined && this.changed.size > 0) {
      const searched = this.searched(this.matches.view);
      this.matches = matchAnew(searched, this.matches, this.changed);
      this.recent = [this.matches];
    }
    this.changed.clear();
    const known = this.known(terms, view);
    this.matches =
      known ?? findMatches(this.searched(view), terms, this.recent);
    this.recent = [
      ...this.recent.filter((one) => one !== known).slice(1 - KEPT_MATCHES),
      this.matches,
    ];
  }

  private known(
    terms: readonly Term[],
    view: Question["view"],
  ): Matches | undefined {
    return this.recent.find(
      (one) => one.view === view && sameTerms(one.terms, terms),
    );
  }

  private searched(view: Question["view"]): Searched {
    const { table, texts, voxel } = this;
    return { table, texts, voxel, view };
  }

  private collect(): FoundRows {
    const { rows, count } = this.matches!;
    this.collected = grown(this.collected, count);
    return new FoundRows(this.order().all, rows, count, this.collected);
  }

  private order(): RowOrder {
    const { sort } = this.question;
    const key = sort && sortKeyOf(sort.column, this.voxel);
    if (sort === undefined || key === undefined) return this.newestFirst;
    const name = nameOf(sort);
    const order =
      this.orders.get(name) ??
      new RowOrder(
        this.table,
        { key, descending: sort.descending },
        this.newestFirst,
      );
    this.orders.delete(name);
    this.orders.set(name, order);
    if (this.orders.size > KEPT_ORDERS) {
      const [oldest] = this.orders.keys();
      this.orders.delete(oldest);
    }
    return order;
  }
}

function nameOf({ column, descending }: Sort): string {
  return `${descending ? "-" : "+"}${column}`;
}
