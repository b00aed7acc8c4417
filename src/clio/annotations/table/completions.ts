/** What the search box offers while a person types: keys, and the words that marks of the sandbox have. */
import type { MarksVocabulary } from "../../model/fields.js";
import { allTypes } from "../../model/fields.js";
import { ANNOTATION_KINDS } from "../../model/annotation.js";
import type { QueryToken } from "../query/language.js";
import { QUERY_KEYS } from "../query/language.js";
import type { Facet, Facets } from "../query/messages.js";
import { MARK_STATES, searchable } from "../query/terms.js";

/** One thing that a person may mean. */
export interface Completion {
  /** What is shown. */
  readonly shown: string;
  /** Marks that have it; absent where that says nothing. */
  readonly count?: number;
  /** The whole text of the box once it is taken. */
  readonly text: string;
}

/** What the box can complete from. */
export interface KnownWords {
  readonly facets: Facets;
  readonly vocabulary: MarksVocabulary;
  readonly fieldNames: readonly string[];
}

/** How many are offered at once. */
const MOST = 8;

/**
 * What the word at the caret may be meant to become.
 * @param tokens the text as the search understands it
 */
export function completionsAt(
  text: string,
  caret: number,
  tokens: readonly QueryToken[],
  known: KnownWords,
): Completion[] {
  const token = tokens.find(({ from, to }) => from < caret && caret <= to);
  if (token === undefined) return [];
  const after = text.slice(token.to);
  if (token.key === undefined) {
    const from = token.from + (token.negated ? 1 : 0);
    const begun = searchable(text.slice(from, token.to));
    return [...QUERY_KEYS, ...known.fieldNames]
      .filter((key) => searchable(key).startsWith(begun))
      .slice(0, MOST)
      .map((key) => ({
        shown: `${key}:`,
        text: `${text.slice(0, from)}${quoted(key)}:${after}`,
      }));
  }
  const before = text.slice(0, token.valueFrom);
  const begun = searchable(
    text.slice(token.valueFrom, token.to).replaceAll('"', ""),
  );
  return valuesOf(token.key, known)
    .filter(({ value }) => searchable(String(value)).includes(begun))
    .slice(0, MOST)
    .map(({ value, count }) => ({
      shown: String(value),
      ...(count > 0 && { count }),
      text: `${before}${quoted(String(value))}${after === "" ? " " : after}`,
    }));
}

function valuesOf(
  key: string,
  { facets, vocabulary, fieldNames }: KnownWords,
): Facet<string | number | boolean>[] {
  switch (key.toLowerCase()) {
    case "tag":
      return [...facets.tags];
    case "type":
      return withUnused(facets.types, allTypes(vocabulary));
    case "set":
      return [...facets.sets];
    case "user":
      return [...facets.users];
    case "kind":
      return withUnused(facets.kinds, ANNOTATION_KINDS);
    case "is":
      return withUnused([], MARK_STATES);
    case "in":
      return withUnused([], ["view"]);
    default: {
      const name = fieldNames.find(
        (name) => searchable(name) === searchable(key),
      );
      return name === undefined ? [] : [...(facets.fields[name] ?? [])];
    }
  }
}

/** The words in use, then those that are known and not in use yet. */
function withUnused(used: readonly Facet[], words: readonly string[]): Facet[] {
  const unused = words.filter(
    (word) => !used.some(({ value }) => value === word),
  );
  return [...used, ...unused.map((value) => ({ value, count: 0 }))];
}

/** A word as the search reads it: in quotes where it has spaces or a quote. */
function quoted(word: string): string {
  return /[\s":\\]/.test(word)
    ? `"${word.replaceAll(/["\\]/g, "\\$&")}"`
    : word;
}
