/** Merging runs: many sequences of rows, each in ascending order of id, as one that has the newest row of each id. */
import { type Edit, editedId } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";
import type { JournalRow } from "./database.js";
import { unpackEdits } from "./packed_edits.js";
import type { Row } from "./pages.js";
import { rowId } from "./pages.js";

/** Rows of ascending id, page by page. */
export type Run = AsyncIterator<readonly Row[], void>;

function editRow(seq: number, edit: Edit<StoredRecord>): Row {
  return [seq, edit.op === "put" ? edit.record : edit.id];
}

/** What a stretch of journal comes to: the newest row of each record that it touches, in ascending order of id. */
export function rowsOfJournal(entries: readonly JournalRow[]): Row[] {
  const newest = new Map<string, Row>();
  for (const { seq, change } of entries) {
    for (const edit of unpackEdits(change.edits)) {
      newest.set(editedId(edit), editRow(seq, edit));
    }
  }
  return [...newest.values()].sort((a, b) => (rowId(a) < rowId(b) ? -1 : 1));
}

/** A run that is in memory already. */
export function runOf(rows: readonly Row[]): Run {
  const pages = [rows];
  return {
    next() {
      const value = pages.shift();
      return Promise.resolve(
        value === undefined
          ? { done: true, value: undefined }
          : { done: false, value },
      );
    },
  };
}

/** The place in a run that merging has come to. */
class Cursor {
  private rows: readonly Row[] = [];
  private at = 0;
  /** Id of the row that is next, or undefined when the page is used up. */
  id: string | undefined;

  constructor(private readonly run: Run) {}

  get row(): Row {
    return this.rows[this.at];
  }

  advance(): void {
    this.at += 1;
    this.id =
      this.at < this.rows.length ? rowId(this.rows[this.at]) : undefined;
  }

  /** Goes to the next page that has a row; false when there is none. */
  async turn(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.run.next();
      if (done === true || value === undefined) return false;
      if (value.length === 0) continue;
      this.rows = value;
      this.at = -1;
      this.advance();
      return true;
    }
  }
}

/** The cursor whose id is first, and the first id among the others: up to that id the first cursor may run alone. */
function firstOf(cursors: readonly Cursor[]): [Cursor, string | undefined] {
  let first = cursors[0];
  let limit: string | undefined;
  for (const cursor of cursors.slice(1)) {
    if (cursor.id! < first.id!) {
      limit = first.id;
      first = cursor;
    } else if (limit === undefined || cursor.id! < limit) {
      limit = cursor.id;
    }
  }
  return [first, limit];
}

/** Of the rows with the id of `first`, that of the highest seq; all of them are passed. */
function takeNewest(cursors: readonly Cursor[], first: Cursor): Row {
  const { id } = first;
  let newest = first.row;
  for (const cursor of cursors) {
    if (cursor.id !== id) continue;
    if (cursor.row[0] > newest[0]) newest = cursor.row;
    cursor.advance();
  }
  return newest;
}

/**
 * The newest row of every id of `runs`, tombstones included, in ascending order of id, in batches of about a page. It holds one
 * page a run in memory. (The merge of a log-structured merge tree; O'Neil et al. 1996, section 2.)
 */
export async function* mergeRuns(
  runs: readonly Run[],
): AsyncGenerator<Row[], void> {
  let cursors = runs.map((run) => new Cursor(run));
  for (;;) {
    const turned = await Promise.all(
      cursors.map(
        async (cursor) => cursor.id !== undefined || (await cursor.turn()),
      ),
    );
    cursors = cursors.filter((_, i) => turned[i]);
    if (cursors.length === 0) return;
    yield mergePages(cursors);
  }
}

/** Merges until a page is used up: what comes next in that run is not known before it is turned. */
function mergePages(cursors: readonly Cursor[]): Row[] {
  const rows: Row[] = [];
  while (cursors.every((cursor) => cursor.id !== undefined)) {
    const [first, limit] = firstOf(cursors);
    if (first.id === limit) {
      rows.push(takeNewest(cursors, first));
      continue;
    }
    do {
      rows.push(first.row);
      first.advance();
    } while (
      first.id !== undefined &&
      (limit === undefined || first.id < limit)
    );
  }
  return rows;
}
