import type { Tally } from "./tally.js";

/** A place in the order of codes: by distance, then by signature as a number, which comes in halves. */
export interface CodeKey {
  readonly distance: number;
  readonly high: number;
  readonly low: number;
}

/** A signature of a segment, with how many of the segment's records have it. */
export interface Code extends CodeKey {
  readonly records: number;
}

/** The order of codes, which is that of hits without their places. */
export function compareCodes(a: CodeKey, b: CodeKey): number {
  return a.distance - b.distance || a.high - b.high || a.low - b.low;
}

/** The list is put in order when it has grown by this much, so that the cost of it stays small. */
const slack = 4096;

/** The first codes of the order among those that it is told: so many that their records are as many as wanted. */
export class CodeList {
  private codes: Code[] = [];
  private readonly longest: number;

  /**
   * @param wanted how many records
   * @param tally whose bound says what is not worth keeping
   */
  constructor(
    private readonly wanted: number,
    private readonly tally: Tally,
  ) {
    this.longest = 2 * wanted + slack;
  }

  /** Adds one record. */
  add(distance: number, high: number, low: number): void {
    const last = this.codes.at(-1);
    if (last?.low === low && last.high === high) {
      // Equal signatures stand side by side in each lane.
      this.codes.push(withMore(this.codes.pop()!, 1));
      return;
    }
    this.codes.push({ distance, high, low, records: 1 });
    if (this.codes.length > this.longest) this.cut();
  }

  /** Leaves out what is not among the first, and gives those in their order. */
  cut(): readonly Code[] {
    const { bound, boundHigh } = this.tally;
    const sorted = this.codes
      .filter(
        ({ distance, high }) =>
          distance < bound || (distance === bound && high <= boundHigh),
      )
      .sort(compareCodes);
    this.codes = [];
    let records = 0;
    for (const code of sorted) {
      const last = this.codes.at(-1);
      if (last !== undefined && compareCodes(last, code) === 0) {
        // The list was cut between two records of the same signature.
        this.codes.push(withMore(this.codes.pop()!, code.records));
      } else if (records >= this.wanted) {
        break;
      } else {
        this.codes.push(code);
      }
      records += code.records;
    }
    return this.codes;
  }
}

function withMore(code: Code, records: number): Code {
  return { ...code, records: code.records + records };
}
