/** What the colours of marks mean, as the panel shows it. */
import type { FieldValue } from "../../model/annotation.js";
import type { ColorBy, ColorScheme } from "./color_scheme.js";
import { fieldOf } from "./color_scheme.js";

export const SANDBOX_COLOR_RPC_ID = "clio/SandboxSource.color";
export const SANDBOX_LEGEND_RPC_ID = "clio/SandboxSource.legend";
export const SANDBOX_PLACES_RPC_ID = "clio/SandboxSource.colorPlaces";
export const SANDBOX_COLORS_RPC_ID = "clio/SandboxSource.colorsOf";

/** From the worker to the page: which value has which colour, after each change of that. */
export interface PlacesMessage {
  id: number;
  by: ColorBy;
  places: ColorScheme["kept"];
}

/** From the page to the worker. Not `id`: that is where upstream keeps the number of the request. */
export interface ColorsMessage {
  source: number;
  /** Of the marks, packed: see packed_ids.ts. */
  ids: Uint8Array<ArrayBuffer>;
}

/** By mark, as 0xrrggbb; undefined where one has the layer's colour. */
export type ColorsAnswer = (number | undefined)[];

export interface LegendEntry {
  /** "synapse", "0.2 to 0.4", "No type". */
  readonly label: string;
  /** As 0xrrggbb. */
  readonly color: number;
  /** Marks that have it. */
  readonly count: number;
  /** The words of the search that find those marks. */
  readonly terms: readonly string[];
}

/** What is said of marks that have no value. */
const NONE_LABELS = {
  tag: "No tag",
  type: "No type",
  user: "No author",
  set: "No set",
} as const;

/** How a value is read. */
export function labelOf(by: ColorBy, value: FieldValue): string {
  if (by === "checked") return value === true ? "Checked" : "Unchecked";
  if (value === "polyline" && by === "kind") return "path";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** The words of the search that find the marks with a value. */
export function termOf(by: ColorBy, value: FieldValue): string {
  if (by === "checked") return value === true ? "is:checked" : "is:unchecked";
  const text =
    typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return `${keyOf(by)}:${inQuotes(text)}`;
}

/** What is said of the marks without a value, and the words that find them. */
export function noneOf(by: ColorBy): Pick<LegendEntry, "label" | "terms"> {
  const label = by in NONE_LABELS ? NONE_LABELS[by as "tag"] : "No value";
  return { label, terms: [by === "tag" ? "is:untagged" : `-${anyOf(by)}`] };
}

/** The word that finds the marks that have any value. */
export function anyOf(by: ColorBy): string {
  return by === "tag" ? "is:tagged" : `${keyOf(by)}:*`;
}

/** The words that find the marks with a number from one to before another; undefined is no limit. */
export function stepTerms(
  by: ColorBy,
  from: number | undefined,
  before: number | undefined,
): string[] {
  const key = keyOf(by);
  const terms: string[] = [];
  if (from !== undefined) terms.push(`${key}:>=${from}`);
  if (before !== undefined) terms.push(`${key}:<${before}`);
  return terms.length === 0 ? [anyOf(by)] : terms;
}

function keyOf(by: ColorBy): string {
  const field = fieldOf(by);
  return field === undefined ? by : inQuotes(field);
}

/** A word as the search reads it: in quotes where it has more than letters and digits. */
function inQuotes(word: string): string {
  return /^[\p{L}\p{N}_]+$/u.test(word)
    ? word
    : `"${word.replaceAll(/["\\]/g, "\\$&")}"`;
}
