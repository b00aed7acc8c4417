/** Segments that are listed of a type; of more it is told that there are. */
const MOST_LISTED = 8;

/**
 * Which types would be mixed, and what is of each; empty where none would be.
 * @param types the segments of each; those whose type is not known mix with any
 */
export function mixText(types: ReadonlyMap<string, readonly bigint[]>): string {
  if (types.size < 2) return "";
  const parts = [...types].map(
    ([type, ids]) =>
      `${type}: ${ids.slice(0, MOST_LISTED).join(", ")}${ids.length > MOST_LISTED ? " …" : ""}`,
  );
  return `This mixes types. ${parts.join("; ")}`;
}
