/**
 * What loads a part of the page and has it begin, once, however often it is asked for: a part that does not come is asked for again, and
 * one that threw while it began listens already.
 */
export function beginOnce<Part>(
  load: () => Promise<Part>,
  begin: (part: Part) => void,
): () => Promise<void> {
  let hasBegun = false;
  return async () => {
    const part = await load();
    if (hasBegun) return;
    hasBegun = true;
    begin(part);
  };
}
