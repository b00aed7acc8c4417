/** Of what a bundler throws where a part of the page did not come: what it was told about the request. */
interface ChunkLoadError extends Error {
  /** "error" and "timeout" for a request that failed, "missing" for an answer that was something else. */
  readonly type?: string;
}

/** Why a part of the page that loads on demand is not there, and what a person can do about it, as the rest of a sentence. */
export function whyNotLoaded(error: unknown): string {
  const { name, type, message } =
    error instanceof Error
      ? (error as ChunkLoadError)
      : { name: "", type: undefined, message: String(error) };
  if (name === "ChunkLoadError") {
    return type === "missing"
      ? "what the server sent is something else. It may have been updated: reload the page."
      : "the server does not answer. See that it runs (npm start), then try again.";
  }
  return `${message.replace(/\.$/, "")}. Reload the page; where it stays so, this is a fault of Clio.`;
}

/** What stands in the place of an editor that could not be loaded. */
export function cannotLoad(editor: string, error: unknown): HTMLElement {
  console.warn(`Clio could not load the ${editor}:`, error);
  const place = document.createElement("div");
  place.textContent = `The ${editor} could not be loaded: ${whyNotLoaded(error)}`;
  return place;
}
