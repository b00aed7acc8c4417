/** The language of the search box. Words are searched in all texts of a mark; `key:value` asks for one thing; a leading `-` negates. */
import { ANNOTATION_KINDS, segmentIdSchema } from "../../model/annotation.js";
import * as v from "valibot";
import { readMeasure, readNumber, readRange } from "./ranges.js";
import {
  type Condition,
  MARK_STATES,
  MEASURES,
  searchable,
  type Term,
  WORD_COLUMNS,
  type WordPattern,
} from "./terms.js";
import { type RawToken, splitQuery } from "./split_query.js";

/** A piece of the text as a person sees it, from character `from` to before `to`. */
export interface QueryToken {
  readonly from: number;
  readonly to: number;
  /** The key in front of the colon, such as "tag"; undefined for words. */
  readonly key: string | undefined;
  /** Where the value begins. */
  readonly valueFrom: number;
  readonly negated: boolean;
  /** What is wrong with it. It filters nothing then. */
  readonly problem: string | undefined;
}

export interface ParsedQuery {
  readonly terms: readonly Term[];
  readonly tokens: readonly QueryToken[];
  /** What is wrong with the text, all of it in one; undefined where nothing is. */
  readonly problem: string | undefined;
}

/** The keys that every dataset has, as the help lists them. */
export const QUERY_KEYS = [
  ...WORD_COLUMNS,
  "kind",
  "is",
  "segment",
  ...MEASURES,
  "in",
] as const;

/** A condition, nothing at all (while the value is still to be typed), or what is wrong. */
type Read = Condition | undefined | { readonly problem: string };

/**
 * Parses the text of the search box. Never fails: what cannot be understood is named and filters nothing, the rest does.
 * @param fieldNames the dataset's own fields, by name
 */
export function parseQuery(
  text: string,
  fieldNames: readonly string[],
): ParsedQuery {
  const terms: Term[] = [];
  const tokens: QueryToken[] = [];
  const problems: string[] = [];
  for (const raw of splitQuery(text)) {
    const { from, to, key, valueFrom, negated } = raw;
    const read = readToken(raw, fieldNames);
    const problem =
      read !== undefined && "problem" in read ? read.problem : undefined;
    tokens.push({ from, to, key, valueFrom, negated, problem });
    if (problem !== undefined) problems.push(problem);
    else if (read !== undefined) {
      terms.push({ condition: read as Condition, negated });
    }
    const taken = raw.open === undefined ? "" : text.slice(raw.open + 1, to);
    // Of one word it is no matter, and in the middle of typing none yet.
    if (/\s/u.test(taken)) problems.push(openQuote(taken.trim()));
  }
  return {
    terms,
    tokens,
    problem: problems.length === 0 ? undefined : problems.join(" "),
  };
}

function readToken(
  { key, value }: RawToken,
  fieldNames: readonly string[],
): Read {
  if (key === undefined) {
    return value === ""
      ? undefined
      : { about: "text", text: searchable(value) };
  }
  const known = QUERY_KEYS.find((name) => name === key.toLowerCase());
  if (known !== undefined) return readKnown(known, value);
  const name = fieldNames.find((name) => searchable(name) === searchable(key));
  return name === undefined
    ? { problem: unknownKey(key, fieldNames) }
    : readField(name, value);
}

function readKnown(key: (typeof QUERY_KEYS)[number], value: string): Read {
  switch (key) {
    case "tag":
    case "type":
    case "set":
    case "user":
      return value === ""
        ? undefined
        : { about: "word", column: key, ...pattern(value) };
    case "kind": {
      const kind = oneOf(ANNOTATION_KINDS, value);
      return kind === undefined
        ? { problem: expected("kind", value, ANNOTATION_KINDS) }
        : { about: "kind", kind };
    }
    case "is": {
      const state = oneOf(MARK_STATES, value);
      return state === undefined
        ? { problem: expected("is", value, MARK_STATES) }
        : { about: "state", state };
    }
    case "in":
      return oneOf(["view"], value) === undefined
        ? { problem: expected("in", value, ["view"]) }
        : { about: "view" };
    case "segment":
      if (value === "") return undefined;
      return v.is(segmentIdSchema, value)
        ? { about: "segment", id: value }
        : {
            problem: `segment: takes the decimal id of a segment, and not ${quoted(value)}.`,
          };
    case "length":
    case "radius":
    case "volume": {
      if (value === "") return undefined;
      const range = readRange(value, (text) => readMeasure(key, text));
      return range === undefined
        ? {
            problem:
              key === "volume"
                ? `volume: takes a volume such as >500nm3, <2um3 or 1um3..2um3, and not ${quoted(value)}.`
                : `${key}: takes a length such as >500nm, <2um or 1um..2um, and not ${quoted(value)}.`,
          }
        : { about: "measure", measure: key, range };
    }
  }
}

function readField(name: string, value: string): Read {
  if (value === "") return undefined;
  const range = readRange(value, readNumber);
  return { about: "field", name, pattern: pattern(value), range };
}

function pattern(value: string): WordPattern {
  const prefix = value.endsWith("*");
  return { word: searchable(prefix ? value.slice(0, -1) : value), prefix };
}

function oneOf<T extends string>(
  words: readonly T[],
  value: string,
): T | undefined {
  return words.find((word) => word === value.toLowerCase());
}

function expected(
  key: string,
  value: string,
  words: readonly string[],
): string {
  const not = value === "" ? "" : `, and not ${quoted(value)}`;
  return `${key}: knows ${words.join(", ")}${not}.`;
}

function unknownKey(key: string, fieldNames: readonly string[]): string {
  const keys = [...QUERY_KEYS, ...fieldNames].map((name) =>
    name.includes(" ") ? `"${name}"` : name,
  );
  return `There is no ${quoted(`${key}:`)}. A search knows ${keys.join(", ")}; to search a text with a colon, put it in quotes.`;
}

function openQuote(taken: string): string {
  return `The quote before ${quoted(taken)} is never closed, so all of that is searched as one text. Close it with ".`;
}

function quoted(text: string): string {
  return `\u201c${text}\u201d`;
}
