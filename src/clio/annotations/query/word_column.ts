import { grown } from "./grown.js";

/**
 * A column whose values are few: each is kept once, with how often it is used, and a row has only its number. What is asked of a
 * million rows is asked of the values first.
 */
export class WordColumn<T> {
  /** By number. A number that is free has a count of 0. */
  readonly values: T[] = [];
  readonly counts: number[] = [];
  /** By row: number of the value. */
  numbers = new Uint32Array(0);
  private readonly byKey = new Map<string, number>();
  private readonly free: number[] = [];

  /** @param keyOf tells values apart */
  constructor(private readonly keyOf: (value: T) => string) {}

  /** Gives a row its value. Returns the value as it is kept, so that equal ones need not be kept twice. */
  set(row: number, value: T): T {
    const key = this.keyOf(value);
    let number = this.byKey.get(key);
    if (number === undefined) {
      number = this.free.pop() ?? this.values.length;
      this.byKey.set(key, number);
      this.values[number] = value;
      this.counts[number] = 0;
    }
    ++this.counts[number];
    this.numbers = grown(this.numbers, row + 1);
    this.numbers[row] = number;
    return this.values[number];
  }

  /** Takes its value from a row. */
  clear(row: number): void {
    const number = this.numbers[row];
    if (--this.counts[number] > 0) return;
    this.byKey.delete(this.keyOf(this.values[number]));
    this.free.push(number);
  }

  valueOf(row: number): T {
    return this.values[this.numbers[row]];
  }

  /** By number: 1 where the value is wanted. */
  select(wanted: (value: T) => boolean): Uint8Array {
    return Uint8Array.from(this.values, (value, number) =>
      Number(this.counts[number] > 0 && wanted(value)),
    );
  }
}
