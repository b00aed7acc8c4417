import { urlSafeToJSON } from "neuroglancer/unstable/util/json.js";

/** A state as it stands in a link: parsed and within the limits, its values not yet looked at. */
export type StateJson = Record<string, unknown>;

/** Why nothing of a link can be opened, in a sentence for the person who followed it. */
export class LinkError extends Error {
  override readonly name = "LinkError";
}

/** In characters. A link with a hundred thousand annotations in it has 20 million. */
export const MAX_STATE_LENGTH = 32 * 1024 * 1024;

/**
 * Levels of objects and lists, the state itself included. The deepest thing that the viewer writes is a layout, a level for each
 * split of the page; far beyond it, reading and writing a state recursively ends in an overflow of the stack.
 */
export const MAX_STATE_DEPTH = 128;

/**
 * Parses what stands behind `#!`, already decoded: JSON, or the form of older viewers with single quotes, and `_` for commas.
 * @throws {LinkError}
 */
export function parseStateText(text: string): StateJson {
  if (text.length > MAX_STATE_LENGTH) {
    throw new LinkError(
      `It has ${text.length} characters, and at most ${MAX_STATE_LENGTH} can be read.`,
    );
  }
  const value = parseJson(text) ?? parseJson(fromOlderForm(text));
  if (value === undefined) {
    throw new LinkError(
      "It is not complete: expected the JSON of a view, such as {…}.",
    );
  }
  return checkState(value.json);
}

/**
 * Checks a parsed state against the limits, and takes out keys named `__proto__`: the viewer copies objects key by key, and so
 * would give the copy a prototype that the link chose.
 * @throws {LinkError}
 */
export function checkState(json: unknown): StateJson {
  if (!isStateJson(json)) {
    throw new LinkError("It holds no view: expected an object, such as {…}.");
  }
  // Level by level and not by recursion, which a deep state would overflow before its depth is known.
  let level: object[] = [json];
  for (let depth = 1; level.length > 0; ++depth) {
    if (depth > MAX_STATE_DEPTH) {
      throw new LinkError(
        `It nests more than ${MAX_STATE_DEPTH} levels deep, which no viewer writes.`,
      );
    }
    const next: object[] = [];
    for (const node of level) {
      if (Object.hasOwn(node, "__proto__")) {
        Reflect.deleteProperty(node, "__proto__");
      }
      for (const value of Object.values(node) as unknown[]) {
        if (typeof value === "object" && value !== null) next.push(value);
      }
    }
    level = next;
  }
  return json;
}

/** Whether a value of a parsed state is an object with keys. */
export function isStateJson(value: unknown): value is StateJson {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string | undefined): { json: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/**
 * The JSON of a text in the older form, by upstream's conversion. That takes time that grows with the square of the length where
 * a quote is not closed or is escaped outside of a string: no valid text has either, and they are refused first.
 */
export function fromOlderForm(text: string): string | undefined {
  let open: string | undefined;
  for (let i = 0; i < text.length; ++i) {
    const char = text[i];
    if (char === "\\") {
      if (open === undefined) return undefined;
      ++i;
    } else if (char === "'" || char === '"') {
      if (open === undefined) open = char;
      else if (open === char) open = undefined;
    }
  }
  return open === undefined ? urlSafeToJSON(text) : undefined;
}
