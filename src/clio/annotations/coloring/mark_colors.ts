import type { AnnotationRecord, FieldValue } from "../../model/annotation.js";
import type { MarkTable } from "../query/mark_table.js";
import { type ColorBy, type ColorScheme, valuesOf } from "./color_scheme.js";
import {
  anyOf,
  labelOf,
  type LegendEntry,
  noneOf,
  stepTerms,
  termOf,
} from "./legend.js";
import { cutsBetween, stepOf } from "./number_steps.js";
import { CATEGORY_COLORS, NEUTRAL_COLOR, rampColor } from "./palette.js";
import { keyOfValue, valueGroups } from "./value_groups.js";

/** A way to give marks their colours by one thing. */
export interface MarkColors {
  /** The colour of a mark as 0xrrggbb. */
  colorOf(record: AnnotationRecord): number;
  /** Takes note of a mark that is new or another than before. Returns whether the colours of other marks have changed with it. */
  see(record: AnnotationRecord): boolean;
  /** What the colours mean, and how many marks have each. */
  legend(): LegendEntry[];
  /** Which value has which place among the colours, null where one is free: another list once that changes. Undefined for numbers. */
  readonly places: ColorScheme["kept"] | undefined;
}

/** Colours for the marks of a table, as a scheme has it. */
export function markColors(scheme: ColorScheme, table: MarkTable): MarkColors {
  const numbers = numbersOf(scheme, table);
  return numbers === undefined
    ? new CategoryColors(scheme, table)
    : new NumberColors(scheme.by, numbers, table);
}

/** The numbers to colour by; undefined where the values are none. */
function numbersOf(
  { by, numbers }: ColorScheme,
  table: MarkTable,
): Limits | undefined {
  const limits = new Limits(numbers?.min, numbers?.max);
  let isNumber = numbers !== undefined;
  for (const { values } of valueGroups(table, by)) {
    for (const value of values) {
      // A field that is not declared is a number where all its values are.
      if (typeof value !== "number" && numbers === undefined) return undefined;
      if (typeof value !== "number") continue;
      limits.see(value);
      isNumber = true;
    }
  }
  return isNumber ? limits : undefined;
}

/** The least and the greatest number: as declared, or else those that there are. */
class Limits {
  min: number;
  max: number;
  /** 1 while all numbers are whole, else 0. */
  private unit: 0 | 1 = 1;

  constructor(
    private readonly declaredMin: number | undefined,
    private readonly declaredMax: number | undefined,
  ) {
    this.min = declaredMin ?? Infinity;
    this.max = declaredMax ?? -Infinity;
  }

  see(value: number): void {
    if (!Number.isInteger(value)) this.unit = 0;
    if (this.declaredMin === undefined) this.min = Math.min(this.min, value);
    if (this.declaredMax === undefined) this.max = Math.max(this.max, value);
  }

  cuts(): number[] {
    return cutsBetween(this.min, this.max, this.unit);
  }

  /** What is called a step from one number to before another. */
  label(from: number | undefined, before: number | undefined): string {
    const low = from ?? this.min;
    const high = before === undefined ? this.max : before - this.unit;
    return low === high ? `${low}` : `${low} to ${high}`;
  }
}

/**
 * Each value has a colour of its own, as long as there are any: first those that the dataset names; then those that had one before and
 * have marks still, so that no colour changes its meaning from one day to the next; then the others, and what is new. A mark with
 * several tags has the colour of the first that has one.
 */
class CategoryColors implements MarkColors {
  places: ColorScheme["kept"] = CATEGORY_COLORS.map(() => null);
  /** By key of the value: its place among the colours, and how it is written. */
  private readonly placed = new Map<
    string,
    { place: number; value: FieldValue }
  >();
  private readonly by: ColorBy;

  constructor(
    { by, first, kept }: ColorScheme,
    private readonly table: MarkTable,
  ) {
    this.by = by;
    first.forEach((value, place) => this.put(value, place));
    const counts = this.counts();
    kept.forEach((value, place) => {
      if (value !== null && counts.has(keyOfValue(value))) {
        this.put(value, place);
      }
    });
    // Which of too many have colours goes by how many marks they have, and which colour that is does not.
    const rest = [...counts]
      .filter(([key]) => !this.placed.has(key))
      .sort(([a, { count: many }], [b, { count: more }]) =>
        many === more ? (a < b ? -1 : 1) : more - many,
      )
      .slice(0, CATEGORY_COLORS.length - this.placed.size)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, { value }] of rest) this.give(value);
  }

  colorOf(record: AnnotationRecord): number {
    for (const value of valuesOf(record, this.by)) {
      const found = this.placed.get(keyOfValue(value));
      if (found !== undefined) return CATEGORY_COLORS[found.place];
    }
    return NEUTRAL_COLOR;
  }

  see(record: AnnotationRecord): boolean {
    for (const value of valuesOf(record, this.by)) this.give(value);
    // What had no colour before had no mark either.
    return false;
  }

  legend(): LegendEntry[] {
    const { by } = this;
    const counts = this.counts();
    const placed = [...this.placed].sort(([, a], [, b]) => a.place - b.place);
    const entries = placed.flatMap(([key, { place, value }]): LegendEntry[] => {
      const count = counts.get(key)?.count ?? 0;
      if (count === 0) return [];
      const color = CATEGORY_COLORS[place];
      const label = labelOf(by, value);
      return [{ label, color, count, terms: [termOf(by, value)] }];
    });
    let none = 0;
    let others = 0;
    for (const { values, count } of valueGroups(this.table, by)) {
      if (values.length === 0) none += count;
      else if (!values.some((value) => this.placed.has(keyOfValue(value)))) {
        others += count;
      }
    }
    if (others > 0) {
      entries.push({
        label: "Others",
        color: NEUTRAL_COLOR,
        count: others,
        terms: [
          anyOf(by),
          ...placed.map(([, { value }]) => `-${termOf(by, value)}`),
        ],
      });
    }
    if (none > 0) {
      entries.push({ ...noneOf(by), color: NEUTRAL_COLOR, count: none });
    }
    return entries;
  }

  /** Marks that have each value, by its key. */
  private counts(): Map<string, { value: FieldValue; count: number }> {
    const counts = new Map<string, { value: FieldValue; count: number }>();
    for (const { values, count } of valueGroups(this.table, this.by)) {
      // A mark with two tags that are written alike is one mark.
      const keys = new Map(values.map((value) => [keyOfValue(value), value]));
      for (const [key, value] of keys) {
        const known = counts.get(key);
        if (known === undefined) counts.set(key, { value, count });
        else known.count += count;
      }
    }
    return counts;
  }

  /** Gives a value the first colour that is free. */
  private give(value: FieldValue): void {
    const place = this.places.indexOf(null);
    if (place >= 0) this.put(value, place);
  }

  /** Gives a value a colour, unless it has one or somebody else has that. */
  private put(value: FieldValue, place: number): void {
    const key = keyOfValue(value);
    if (this.placed.has(key) || this.places[place] !== null) return;
    this.placed.set(key, { place, value });
    this.places = this.places.with(place, value);
  }
}

/** The greater a number, the lighter its colour, in some steps. */
class NumberColors implements MarkColors {
  readonly places = undefined;
  private cuts: readonly number[];

  constructor(
    private readonly by: ColorBy,
    private readonly limits: Limits,
    private readonly table: MarkTable,
  ) {
    this.cuts = limits.cuts();
  }

  colorOf(record: AnnotationRecord): number {
    const [value] = valuesOf(record, this.by);
    return typeof value === "number"
      ? this.stepColor(stepOf(value, this.cuts))
      : NEUTRAL_COLOR;
  }

  see(record: AnnotationRecord): boolean {
    const { limits, cuts } = this;
    const [value] = valuesOf(record, this.by);
    if (typeof value !== "number") return false;
    limits.see(value);
    this.cuts = limits.cuts();
    return this.cuts.join() !== cuts.join();
  }

  legend(): LegendEntry[] {
    const { by, cuts, limits } = this;
    const counts = new Array<number>(cuts.length + 1).fill(0);
    let none = 0;
    let others = 0;
    for (const { values, count } of valueGroups(this.table, by)) {
      const [value] = values;
      if (value === undefined) none += count;
      else if (typeof value === "number") counts[stepOf(value, cuts)] += count;
      else others += count;
    }
    const entries =
      limits.min > limits.max
        ? []
        : counts.map((count, step): LegendEntry => ({
            label: limits.label(cuts[step - 1], cuts[step]),
            color: this.stepColor(step),
            count,
            terms: stepTerms(by, cuts[step - 1], cuts[step]),
          }));
    if (others > 0) {
      // Where there is one step alone the search cannot tell its numbers from texts.
      const steps =
        cuts.length === 0 ? [] : entries.flatMap(({ terms }) => terms);
      entries.push({
        label: "No number",
        color: NEUTRAL_COLOR,
        count: others,
        terms: [anyOf(by), ...steps.map((term) => `-${term}`)],
      });
    }
    if (none > 0) {
      entries.push({ ...noneOf(by), color: NEUTRAL_COLOR, count: none });
    }
    return entries;
  }

  private stepColor(step: number): number {
    const { length } = this.cuts;
    return rampColor(length === 0 ? 1 : step / length);
  }
}
