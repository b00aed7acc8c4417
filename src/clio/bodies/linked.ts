/** What a link says of bodies beside where the panel stands. */
import * as v from "valibot";
import { parseLossless, stringifyLossless } from "../model/lossless.js";

/** A longer query is in no link. */
const LONGEST_QUERY = 2000;

const schema = v.object({
  /** What was asked for, as JSON: its numbers may have more digits than the viewer's state keeps. */
  query: v.optional(v.string()),
  /** Id of the set that is shown and kept in this browser (see kept_sets.ts). */
  kept: v.optional(v.string()),
});
export type Linked = v.InferOutput<typeof schema>;

/** What a link says, of any shape; what it does not say right is not there. */
export function linkedOf(asked: unknown): Linked {
  const result = v.safeParse(schema, asked);
  return result.success ? result.output : {};
}

/** `linked` with another query, where that is short enough for a link. */
export function withQuery(linked: Linked, query: unknown): Linked {
  const { kept } = linked;
  const text = query === undefined ? undefined : stringifyLossless(query);
  return {
    ...(text !== undefined && text.length <= LONGEST_QUERY && { query: text }),
    ...(kept !== undefined && { kept }),
  };
}

/** The query of a link; undefined where it has none. Whether it is one the server says. */
export function linkedQuery({ query }: Linked): unknown {
  if (query === undefined) return undefined;
  try {
    return parseLossless(query);
  } catch {
    return undefined;
  }
}
