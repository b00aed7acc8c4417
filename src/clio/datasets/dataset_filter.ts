import type { Dataset } from "../model/dataset.js";

/** A dataset of the catalogue under its id. */
export interface Entry {
  readonly id: string;
  readonly dataset: Dataset;
}

/** The datasets that are offered, in the catalogue's order: one may ask to be left out of lists and still open by a link. */
export function listedEntries(
  datasets: ReadonlyMap<string, Dataset>,
): readonly Entry[] {
  return [...datasets]
    .filter(([, dataset]) => dataset.navHide !== true)
    .map(([id, dataset]) => ({ id, dataset }));
}

/** The entries that have every word of `query` in their title, description or id, whatever the case and the accents. */
export function filterEntries(
  entries: readonly Entry[],
  query: string,
): readonly Entry[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return entries.filter(({ id, dataset }) => {
    const text = folded(`${dataset.title} ${dataset.description} ${id}`);
    return words.every((word) => text.includes(word));
  });
}

/** Letters alone: an accent becomes a mark of its own under NFKD, and is left out. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
