import * as v from "valibot";

/** The longest piece of a wrong value that a message repeats, in characters. */
const shownValueLength = 80;

/** A list of more items is told by their number: to write out a million of them takes seconds. */
const shownItems = 100;

function shown(value: unknown): string {
  if (Array.isArray(value) && value.length > shownItems) {
    return `a list of ${value.length}`;
  }
  const text =
    typeof value === "bigint"
      ? String(value)
      : JSON.stringify(value, (_key, part: unknown) =>
          typeof part === "bigint" ? String(part) : part,
        );
  if (text === undefined) return String(value);
  return text.length > shownValueLength
    ? `${text.slice(0, shownValueLength)}…`
    : text;
}

/**
 * Says in one line each what a schema found wrong: the key path, the value, and what was expected.
 *
 * A schema of the project gives as its message the phrase that follows "expected" ("a port from 1 to 65535"); where it
 * gives none, valibot's own name of the type is used.
 */
export function describeIssues(
  issues: readonly v.BaseIssue<unknown>[],
): string[] {
  return issues.map((issue) => {
    const key = v.getDotPath(issue) ?? "(the whole)";
    if (issue.type === "strict_object" && issue.expected === "never") {
      return `${key}: unknown key, expected ${issue.message}`;
    }
    if (issue.input === undefined) return `${key}: missing`;
    const ownPhrase = !issue.message.startsWith("Invalid ");
    const expected = ownPhrase ? issue.message : issue.expected;
    return `${key}: ${shown(issue.input)}, expected ${expected}`;
  });
}
