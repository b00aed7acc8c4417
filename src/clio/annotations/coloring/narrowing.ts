import { splitQuery } from "../query/split_query.js";

/** Whether a search asks for all of these words. */
export function asksFor(text: string, words: readonly string[]): boolean {
  const asked = wordsOf(text);
  return words.every((word) => asked.includes(word));
}

/**
 * A search narrowed by words, or without them where it asks for them already.
 * @param others words that stand for the same question with another answer, such as the other lines of a legend: they go
 */
export function narrowed(
  text: string,
  words: readonly string[],
  others: readonly string[],
): string {
  const kept = wordsOf(text).filter(
    (word) => !others.includes(word) && !words.includes(word),
  );
  return (asksFor(text, words) ? kept : [...kept, ...words]).join(" ");
}

/** The words of a search as they are written. */
function wordsOf(text: string): string[] {
  return splitQuery(text).map(({ from, to }) => text.slice(from, to));
}
