/** How numbers, lengths and volumes are written in a search: `3`, `>=3`, `2..4`, `>500nm`, `..0.5µm`. */
import type { Measure, NumberRange } from "./terms.js";

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const COMPARISON = /^(>=|<=|>|<|=)\s*/;

/** Nanometres of each unit of length. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["nm", 1],
  ["um", 1000],
  // The micro sign, and the Greek letter that looks like it.
  ["\u00b5m", 1000],
  ["\u03bcm", 1000],
  ["mm", 1_000_000],
]);

/** `text` as a number; undefined where it is none. */
export function readNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** `text` as a length in nm or a volume in nm³; undefined where it is none. Without a unit it is nm or nm³. */
export function readMeasure(
  measure: Measure,
  text: string,
): number | undefined {
  const found =
    /^([+-]?[0-9.]+(?:e[+-]?\d+)?)\s*([a-z\u00b5\u03bc]+[3\u00b3]?)?$/iu.exec(
      text,
    );
  if (found === null) return undefined;
  const [, digits, unit = ""] = found;
  const volume = measure === "volume";
  if (volume && unit !== "" && !/[3\u00b3]$/.test(unit)) return undefined;
  const length = volume ? unit.replace(/[3\u00b3]$/, "") : unit;
  const factor = UNITS.get(length.toLowerCase());
  const number = readNumber(digits);
  return factor === undefined || number === undefined
    ? undefined
    : number * (volume ? factor ** 3 : factor);
}

/**
 * `text` as a range; undefined where it is none.
 * @param read one of its numbers
 */
export function readRange(
  text: string,
  read: (text: string) => number | undefined,
): NumberRange | undefined {
  const dots = text.indexOf("..");
  if (dots >= 0) return readFromTo(text, dots, read);
  const sign = COMPARISON.exec(text)?.[1];
  const value = read(text.replace(COMPARISON, ""));
  if (value === undefined) return undefined;
  const below = sign === "<" || sign === "<=";
  const above = sign === ">" || sign === ">=";
  return {
    min: below ? -Infinity : value,
    max: above ? Infinity : value,
    minOpen: sign === ">",
    maxOpen: sign === "<",
  };
}

function readFromTo(
  text: string,
  dots: number,
  read: (text: string) => number | undefined,
): NumberRange | undefined {
  const first = text.slice(0, dots).trim();
  const second = text.slice(dots + 2).trim();
  if (first === "" && second === "") return undefined;
  const min = first === "" ? -Infinity : read(first);
  const max = second === "" ? Infinity : read(second);
  if (min === undefined || max === undefined) return undefined;
  return { min, max, minOpen: false, maxOpen: false };
}
