/** Which values have which colours of the palette, by dataset and by what is coloured by: kept on this machine, and in no link. */
import * as v from "valibot";
import { fieldValueSchema } from "../../model/annotation.js";
import type { ColorBy, ColorScheme } from "./color_scheme.js";

type Places = ColorScheme["kept"];

const schema = v.record(
  v.string(),
  v.array(v.union([v.null(), fieldValueSchema])),
);

const keyOf = (dataset: string) => `clio.colors.${dataset}`;

/** The places as they were last kept; none where nothing was or it cannot be read. */
export function keptPlaces(dataset: string, by: ColorBy): Places {
  return allPlaces(dataset)[by] ?? [];
}

/** Keeps places for the next time, where the browser keeps anything. */
export function keepPlaces(dataset: string, by: ColorBy, places: Places): void {
  try {
    const all = { ...allPlaces(dataset), [by]: places };
    localStorage.setItem(keyOf(dataset), JSON.stringify(all));
  } catch {
    // Storage is blocked or full: the colours hold until the page is closed.
  }
}

function allPlaces(dataset: string): Record<string, Places> {
  try {
    const kept = localStorage.getItem(keyOf(dataset));
    if (kept !== null) return v.parse(schema, JSON.parse(kept));
  } catch {
    // Storage is blocked, or another version has written it: nothing that may be missed.
  }
  return {};
}
