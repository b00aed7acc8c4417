/** What stands in the place of an editor that could not be loaded. */
export function cannotLoad(editor: string, error: unknown): HTMLElement {
  console.warn(`Clio could not load the ${editor}:`, error);
  const place = document.createElement("div");
  place.textContent =
    `The ${editor} could not be loaded: the server does not answer. ` +
    "See that it runs (npm start), then close this panel and open it again.";
  return place;
}
