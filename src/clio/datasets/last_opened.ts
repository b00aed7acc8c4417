/** Which dataset this browser opened last: a convenience of the chooser, and nothing that may be missed. */
const key = "clio.lastDataset";

/** The id of the dataset that was opened last, or undefined where none was or the browser keeps nothing. */
export function lastOpened(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers it for the next time, where the browser keeps anything. */
export function rememberOpened(id: string): void {
  try {
    localStorage.setItem(key, id);
  } catch {
    // Storage is blocked or full: the chooser then begins at its first entry.
  }
}
