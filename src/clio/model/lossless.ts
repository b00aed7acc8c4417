/** JSON whose whole numbers keep every digit. */
import { isSafeNumber, parse, stringify } from "lossless-json";

/** @returns whole numbers that a `number` would round as `bigint`, all others as `number` */
function parseNumber(text: string): number | bigint {
  const whole = /^-?\d+$/.test(text);
  return whole && !isSafeNumber(text) ? BigInt(text) : Number(text);
}

/** Only such texts can hold a number that is rounded. */
const manyDigits = /\d{16}/;

/**
 * JSON of any shape, whole numbers beyond 2^53 as `bigint`.
 * @throws SyntaxError where the text is no JSON
 */
export function parseLossless(text: string): unknown {
  // The lossless parser takes ten times as long, and most texts do not need it.
  return manyDigits.test(text)
    ? parse(text, undefined, parseNumber)
    : (JSON.parse(text) as unknown);
}

/** The JSON text of a value that is one, each `bigint` as a number. */
export function stringifyLossless(value: unknown): string {
  try {
    // Many times as fast; of a `bigint`, which most values do not have, it says that it cannot.
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return stringify(value)!;
  }
}
