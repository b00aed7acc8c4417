import type { AnnotationRecord } from "../../model/annotation.js";
import { grown } from "./grown.js";
import { isLetter, lettersIn } from "./letters.js";
import type { MarkTable } from "./mark_table.js";
import { searchable } from "./terms.js";

/** Rows whose texts are one text. Longer, and an edit would cost more; shorter, and a search would. */
const BLOCK_ROWS = 512;

/** Between two texts: nobody writes or searches it. */
const SEPARATOR = "\0";

/** In a block with fewer candidates than one in so many, each is looked at for itself. */
const SPARSE = 8;

/** What a search for a text goes by. */
export interface TextSearch {
  /** In searchable form. */
  readonly text: string;
  /** Whether a row has the text among its words already, which are not here. */
  readonly hasWord: (row: number) => boolean;
  /** Whether rows with the text are taken out, rather than those without. */
  readonly negated: boolean;
}

/**
 * The free texts of all marks (description, title, own fields of text) in searchable form, some hundred marks to a block. One search
 * in a long text is many times faster than many searches in short ones.
 */
export class SearchTexts {
  /** Undefined where the texts are to be gathered anew. */
  private readonly blocks: (string | undefined)[] = [];
  /** By row: where its text begins in its block. */
  private starts = new Uint32Array(0);
  /** By row: see {@link lettersIn}. */
  private letters = new Uint32Array(0);

  constructor(private readonly table: MarkTable) {}

  /** Notes that the mark of a row is another one. */
  invalidate(row: number): void {
    this.blocks[Math.floor(row / BLOCK_ROWS)] = undefined;
  }

  /** Gathers what is to be gathered, block by block. */
  *gather(): Generator<void> {
    for (let b = 0; b * BLOCK_ROWS < this.table.height; ++b) {
      if (this.blocks[b] !== undefined) continue;
      this.block(b);
      yield;
    }
  }

  /** Whether the text of a row contains another. */
  includes(row: number, text: string): boolean {
    const b = Math.floor(row / BLOCK_ROWS);
    const block = this.block(b);
    return block
      .slice(this.starts[row], this.end(b, block, row))
      .includes(text);
  }

  /**
   * Sets `matches` to 0 for rows without the text, or with it where negated.
   * @param matches by row; rows that have 0 are not looked at
   */
  narrow(matches: Uint8Array, search: TextSearch): void {
    for (let b = 0; b * BLOCK_ROWS < this.table.height; ++b) {
      const from = b * BLOCK_ROWS;
      const to = Math.min(this.table.height, from + BLOCK_ROWS);
      let candidates = 0;
      for (let row = from; row < to; ++row) candidates += matches[row];
      if (candidates > 0)
        this.narrowBlock(b, { from, to, candidates }, matches, search);
    }
  }

  private narrowBlock(
    b: number,
    { from, to, candidates }: { from: number; to: number; candidates: number },
    matches: Uint8Array,
    { text, hasWord, negated }: TextSearch,
  ): void {
    const block = this.block(b);
    const { starts, letters } = this;
    const sought = lettersIn(text);
    const known = isLetter(text);
    const sparse = candidates * SPARSE < to - from;
    // The first place at or after where it was last looked from; of use to all rows before it, too.
    let next = -1;
    for (let row = from; row < to; ++row) {
      if (matches[row] === 0) continue;
      const possible = (~letters[row] & sought) === 0;
      let found = (possible && known) || hasWord(row);
      if (possible && !found) {
        if (sparse) found = this.includes(row, text);
        else {
          if (next < starts[row]) {
            next = block.indexOf(text, starts[row]);
            if (next < 0) next = Infinity;
          }
          found = next < this.end(b, block, row);
        }
      }
      matches[row] = Number(found !== negated);
    }
  }

  /** Where the text of a row ends, its separator left out. */
  private end(b: number, block: string, row: number): number {
    const last =
      row + 1 === (b + 1) * BLOCK_ROWS || row + 1 === this.table.height;
    return last ? block.length : this.starts[row + 1] - 1;
  }

  private block(b: number): string {
    return this.blocks[b] ?? this.gatherBlock(b);
  }

  private gatherBlock(b: number): string {
    const from = b * BLOCK_ROWS;
    const to = Math.min(this.table.height, from + BLOCK_ROWS);
    this.starts = grown(this.starts, to);
    this.letters = grown(this.letters, to);
    const texts: string[] = [];
    let start = 0;
    for (let row = from; row < to; ++row) {
      const record = this.table.records[row];
      const text = record === undefined ? "" : searchTextOf(record);
      this.starts[row] = start;
      this.letters[row] = lettersIn(text);
      start += text.length + 1;
      texts.push(text);
    }
    const block = texts.join(SEPARATOR);
    this.blocks[b] = block;
    return block;
  }
}

function searchTextOf({
  description,
  title,
  fields,
}: AnnotationRecord): string {
  let text = description;
  if (title) text += SEPARATOR + title;
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === "string") text += SEPARATOR + value;
  }
  return searchable(text);
}
