/** Which marks match: from all of them, or from what matched a wider search before. */
import { grown } from "./grown.js";
import { LIVE } from "./mark_table.js";
import {
  COSTS,
  type RowTest,
  rowTest,
  type Searched,
  textInWords,
} from "./row_tests.js";
import type { Term } from "./terms.js";

/** What a search has found. */
export interface Matches {
  readonly terms: readonly Term[];
  readonly view: Searched["view"];
  /** By row: 1 where the mark matches. */
  readonly rows: Uint8Array;
  /** How many do. */
  readonly count: number;
}

/**
 * What matches `terms` now.
 * @param earlier other searches over the same marks, as they are now
 */
export function findMatches(
  searched: Searched,
  terms: readonly Term[],
  earlier: Iterable<Matches>,
): Matches {
  const { table, view } = searched;
  const wider = narrowestWider(terms, view, earlier);
  const rows = wider?.rows.slice() ?? liveRows(table.flags, table.height);
  const left = terms
    .filter((term) => !wider?.terms.some((known) => equal(known, term)))
    .sort((a, b) => COSTS[a.condition.about] - COSTS[b.condition.about]);
  for (const { condition, negated } of left) {
    if (condition.about === "text") {
      const { text } = condition;
      const hasWord = textInWords(text, table);
      searched.texts.narrow(rows, { text, hasWord, negated });
    } else {
      const test = rowTest(condition, searched);
      for (let row = 0; row < rows.length; ++row) {
        if (rows[row] === 1 && test(row) === negated) rows[row] = 0;
      }
    }
  }
  const { length } = rows;
  let count = 0;
  // `for of` over an array of bytes or numbers makes an object for each, and takes eight times as long (in Chromium 156).
  for (let row = 0; row < length; ++row) count += rows[row];
  return { terms, view, rows, count };
}

/**
 * What matches after some marks have changed.
 * @param searched with the view of that search
 * @param before what matched until then
 * @param changed their rows
 */
export function matchAnew(
  searched: Searched,
  before: Matches,
  changed: Iterable<number>,
): Matches {
  const { table } = searched;
  const { terms, view } = before;
  const test = matchTest(searched, terms);
  const rows = grown(before.rows, table.height);
  let { count } = before;
  for (const row of changed) {
    const matches = Number(test(row));
    count += matches - rows[row];
    rows[row] = matches;
  }
  return { terms, view, rows, count };
}

/** Whether the mark of a row is there and meets all terms. Good until the next edit. */
export function matchTest(searched: Searched, terms: readonly Term[]): RowTest {
  const { flags } = searched.table;
  const tests = terms.map(({ condition, negated }) => {
    const test = rowTest(condition, searched);
    return (row: number) => test(row) !== negated;
  });
  return (row) => (flags[row] & LIVE) !== 0 && tests.every((test) => test(row));
}

/** The search with the fewest matches among those that found all that match `terms`, if any did. */
function narrowestWider(
  terms: readonly Term[],
  view: Searched["view"],
  earlier: Iterable<Matches>,
): Matches | undefined {
  let best: Matches | undefined;
  for (const one of earlier) {
    if (best !== undefined && one.count >= best.count) continue;
    const wider = one.terms.every((known) =>
      terms.some((term) => implies(term, known)),
    );
    const sameView =
      one.view === view ||
      one.terms.every(({ condition }) => condition.about !== "view");
    if (wider && sameView) best = one;
  }
  return best;
}

/** Whether all that meets `term` meets `wider`. */
function implies(term: Term, wider: Term): boolean {
  const { condition } = term;
  if (
    condition.about === "text" &&
    wider.condition.about === "text" &&
    !term.negated &&
    !wider.negated
  ) {
    return condition.text.includes(wider.condition.text);
  }
  return equal(term, wider);
}

function equal(a: Term, b: Term): boolean {
  // Both were made by the same parser, so equal ones have their keys in the same order.
  return JSON.stringify(a) === JSON.stringify(b);
}

function liveRows(flags: Uint8Array, height: number): Uint8Array {
  const rows = new Uint8Array(height);
  for (let row = 0; row < height; ++row) rows[row] = flags[row] & LIVE;
  return rows;
}
