import { type MergeActs, placeIn, type RowsChange } from "./merge_acts.js";
import { commentOf, type MergeRow, orderRows } from "./merge_rows.js";
import { WholeKeys } from "./whole_keys.js";

/** More rows than this, of which each moves all behind it, are not put to other places one by one. */
const MOST_MOVED = 100;

/** Columns that rows can be sorted by. */
export type MergeOrder =
  "main" | "count" | "voxels" | "author" | "comment" | "created";

/** What of the whole that a row is a part of it can be sorted by. */
export interface Wholes {
  /** Segments that are one with a segment, itself included. */
  readonly membersOf: (id: bigint) => readonly bigint[];
  /** How many these are. */
  readonly countOf: (id: bigint) => number;
  /** Their voxels; undefined where that is not known. */
  readonly voxelsOf: (id: bigint) => number | undefined;
}

/** Which rows are wanted, and in which order; those that are equal in it stay newest first. */
export interface RowsWanted {
  /** What they have in one of their ids, in a comment or in the author's name, however it is written; empty for all. */
  readonly text: string;
  readonly order: MergeOrder;
  readonly descending: boolean;
}

type Compare = (a: MergeRow, b: MergeRow) => number;

/**
 * Rows as a person wants them, kept so as rows come and go, and as the wholes change that they are parts of: what one of them changes does
 * not depend on how many there are.
 */
export class OrderedRows {
  private readonly text: string;
  private readonly compare: Compare;
  /** Undefined where they are in an order of their own. */
  private readonly keys: WholeKeys | undefined;
  /** In the order in which they ascend: of the newest first, what is new comes last, and moves no other. */
  private readonly rows: MergeRow[];
  /** Rows that are to be put to their places when these are looked at next: before, what they are parts of may not be known. */
  private readonly waiting = new Set<MergeRow>();

  constructor(
    acts: Pick<MergeActs, "oldestFirst">,
    private readonly wanted: RowsWanted,
    private readonly wholes: Wholes,
  ) {
    const { order, descending } = wanted;
    this.text = wanted.text.trim().toLowerCase();
    const keys = isOfWholes(order) ? KEYS[order](wholes) : undefined;
    this.keys = keys;
    const compare = isOfWholes(order)
      ? (a: MergeRow, b: MergeRow) => keys!.of(a) - keys!.of(b)
      : COMPARED[order];
    this.compare = (a, b) =>
      compare(a, b) || (descending ? orderRows(b, a) : orderRows(a, b));
    const { text } = this;
    const { oldestFirst } = acts;
    const rows =
      text === ""
        ? [...oldestFirst]
        : oldestFirst.filter((row) => isMatch(row, text));
    // Which way it is read makes no other order of it.
    if (order !== "created") {
      // Those that are equal stay as they are.
      if (!descending) rows.reverse();
      for (const row of rows) keys?.add(row);
      rows.sort(compare);
    }
    this.rows = rows;
  }

  get length(): number {
    return this.rows.length + this.waiting.size;
  }

  /** The rows from one place up to another. */
  slice(from: number, to: number): MergeRow[] {
    const rows = this.settled();
    if (!this.wanted.descending) return rows.slice(from, to);
    const { length } = rows;
    return rows
      .slice(Math.max(0, length - to), Math.max(0, length - from))
      .reverse();
  }

  at(index: number): MergeRow | undefined {
    return this.slice(index, index + 1).at(0);
  }

  /** The place of a row; -1 where it is none of these. */
  indexOf(row: MergeRow): number {
    const rows = this.settled();
    const place = this.placeOf(row);
    if (place < 0) return -1;
    return this.wanted.descending ? rows.length - 1 - place : place;
  }

  /**
   * Follows rows that come and go.
   * @returns whether it could; where not, they are to be put in order anew
   */
  follow(change: RowsChange | undefined): boolean {
    if (change === undefined) return false;
    for (const { row, isThere } of change) {
      if (!isMatch(row, this.text)) continue;
      if (isThere) this.waiting.add(row);
      else if (!this.waiting.delete(row)) this.take(row);
    }
    return true;
  }

  /**
   * Follows changes of the wholes that rows are parts of.
   * @param touched one segment at least of each whole that may be another now; undefined: any may be
   * @returns as `follow`
   */
  followWholes(touched: ReadonlySet<bigint> | undefined): boolean {
    const { keys, wholes, waiting } = this;
    if (keys === undefined) return true;
    if (touched === undefined || touched.size > MOST_MOVED) return false;
    const moved = new Set<MergeRow>();
    for (const id of touched) {
      for (const member of wholes.membersOf(id)) {
        for (const row of keys.rowsOnto(member)) moved.add(row);
      }
    }
    if (moved.size > MOST_MOVED) return false;
    for (const row of moved) {
      this.take(row);
      waiting.add(row);
    }
    return true;
  }

  /** Where a row stands; -1 where it does not. */
  private placeOf(row: MergeRow): number {
    const { rows, compare } = this;
    const place = placeIn(rows, row, compare);
    return rows[place] === row ? place : -1;
  }

  private take(row: MergeRow): void {
    const { rows, compare } = this;
    rows.splice(placeIn(rows, row, compare), 1);
    this.keys?.delete(row);
  }

  /** All rows, each in its place. */
  private settled(): MergeRow[] {
    const { rows, waiting, keys, compare } = this;
    for (const row of waiting) {
      keys?.add(row);
      rows.splice(placeIn(rows, row, compare), 0, row);
    }
    waiting.clear();
    return rows;
  }
}

function isMatch({ decisions }: MergeRow, wanted: string): boolean {
  return (
    wanted === "" ||
    decisions.some(({ onto, merged, description, user }) =>
      [onto, merged, description, user].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
    )
  );
}

type WholeOrder = "count" | "voxels";

function isOfWholes(order: MergeOrder): order is WholeOrder {
  return order === "count" || order === "voxels";
}

const KEYS: Readonly<Record<WholeOrder, (wholes: Wholes) => WholeKeys>> = {
  count: ({ countOf }) => new WholeKeys(countOf),
  // What is not known is less than all that is.
  voxels: ({ voxelsOf }) => new WholeKeys((id) => voxelsOf(id) ?? -1),
};

const COMPARED: Readonly<Record<Exclude<MergeOrder, WholeOrder>, Compare>> = {
  main: (a, b) => (a.onto < b.onto ? -1 : a.onto > b.onto ? 1 : 0),
  author: (a, b) => compareText(a.decisions[0].user, b.decisions[0].user),
  comment: (a, b) => compareText(commentOf(a), commentOf(b)),
  created: (a, b) => orderRows(b, a),
};

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
