/** What a search comes to: terms that a mark has to meet, all of them. Plain data, which goes from the page to the worker. */
import type { AnnotationKind } from "../../model/annotation.js";

/** Numbers from `min` to `max`, where "open" leaves the end itself out. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly minOpen: boolean;
  readonly maxOpen: boolean;
}

/** A text that is compared whole, or by how it begins. Searchable form: see {@link searchable}. */
export interface WordPattern {
  readonly word: string;
  readonly prefix: boolean;
}

/** The states that `is:` knows. */
export const MARK_STATES = [
  "checked",
  "unchecked",
  "tagged",
  "untagged",
  "titled",
  "untitled",
] as const;
export type MarkState = (typeof MARK_STATES)[number];

/** The columns of words that a filter names. */
export const WORD_COLUMNS = ["tag", "type", "set", "user"] as const;
export type WordColumn = (typeof WORD_COLUMNS)[number];

/** What can be measured of a mark: lengths in nm, volumes in nm³. */
export const MEASURES = ["length", "radius", "volume"] as const;
export type Measure = (typeof MEASURES)[number];

/** One thing to be known of a mark. */
export type Condition =
  | { readonly about: "text"; readonly text: string }
  | ({ readonly about: "word"; readonly column: WordColumn } & WordPattern)
  | { readonly about: "kind"; readonly kind: AnnotationKind }
  | { readonly about: "state"; readonly state: MarkState }
  | { readonly about: "segment"; readonly id: string }
  | {
      readonly about: "measure";
      readonly measure: Measure;
      readonly range: NumberRange;
    }
  | {
      readonly about: "field";
      readonly name: string;
      readonly pattern: WordPattern;
      /** Where the value can be read as numbers. */
      readonly range: NumberRange | undefined;
    }
  | { readonly about: "view" }
  /** In one of these sets, by their exact names; "" stands for none. Nothing that is typed comes to it. */
  | { readonly about: "sets"; readonly names: readonly string[] };

export interface Term {
  readonly condition: Condition;
  readonly negated: boolean;
}

/** Whether two searches ask the same. Both were made by the same parser, so equal terms have their keys in the same order. */
export function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A text in the form in which it is searched: case does not count, nor how an accent is written. */
export function searchable(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

export function inRange(
  value: number,
  { min, max, minOpen, maxOpen }: NumberRange,
): boolean {
  return (
    (minOpen ? value > min : value >= min) &&
    (maxOpen ? value < max : value <= max)
  );
}

/** Whether a searchable text is what a pattern asks for. */
export function fits(text: string, { word, prefix }: WordPattern): boolean {
  return prefix ? text.startsWith(word) : text === word;
}
