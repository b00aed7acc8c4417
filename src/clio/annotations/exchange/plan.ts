/** What an import would do, row by row, before anything is done. */
import type { AnnotationRecord } from "../../model/annotation.js";
import {
  anchorsOf,
  boundsOf,
  type MarkGeometry,
} from "../../model/geometry.js";
import type { CoordinateSpace } from "../../model/sandbox.js";
import type { Draft, MarkFields, Reading } from "./draft.js";
import { FreshIds } from "./fresh_ids.js";
import type { Tell } from "../../model/files/progress.js";
import { type Refusal, shownValue } from "../../model/files/refusal.js";

/** One row of a file and what would become of it. */
export type PlannedRow = { readonly line: number } & (
  | {
      readonly would: "add";
      readonly record: AnnotationRecord;
      /** Whether its id was made for it, so that nobody else has put it. */
      readonly isFresh: boolean;
    }
  | { readonly would: "keep"; readonly record: AnnotationRecord }
  | {
      readonly would: "change";
      readonly record: AnnotationRecord;
      /** What would be different, in words: "tags: + soma". */
      readonly differs: readonly string[];
    }
  | { readonly would: "refuse"; readonly refusals: readonly Refusal[] }
);

export interface PlanOptions {
  /** Who is the author where a file names none. */
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Into which set the marks go; undefined leaves that to the file. */
  readonly set?: string;
  /** The volume of the image: what lies outside of it is refused. Undefined takes all. */
  readonly within?: Pick<CoordinateSpace, "lower" | "upper">;
}

/**
 * Compares the rows of a file with the marks that are there. A row is the mark that has its id; where the file gives no ids, one of the
 * same kind at exactly the same place, so that the same file imported twice changes nothing the second time.
 */
export class ImportPlan {
  /** In the order of the file. */
  readonly rows: PlannedRow[] = [];
  private readonly byId = new Map<string, AnnotationRecord>();
  private readonly byPlace = new Map<string, AnnotationRecord[]>();
  private readonly freshIds = new FreshIds();

  constructor(
    private readonly reading: Reading,
    private readonly options: PlanOptions,
  ) {}

  /** Ids and places that rows of the file have: other marks need not be remembered. Made when there are others. */
  private wanted: ReadonlySet<string> | undefined;

  /** Takes in marks that are there, in any order. */
  addExisting(records: readonly AnnotationRecord[]): void {
    if (records.length === 0) return;
    this.wanted ??= new Set(
      this.reading.drafts.map(
        ({ fields, geometry }) => fields.id ?? placeKey(geometry),
      ),
    );
    for (const record of records) {
      if (this.wanted.has(record.id)) this.byId.set(record.id, record);
      const place = placeKey(record);
      if (!this.wanted.has(place)) continue;
      const same = this.byPlace.get(place);
      if (same === undefined) this.byPlace.set(place, [record]);
      else same.push(record);
    }
  }

  /** Decides on every row, once all marks that are there are known. */
  decide(tell?: Tell): void {
    const { drafts, refused } = this.reading;
    const matches = this.match(drafts);
    const seen = new Map<string, number>();
    for (const [i, draft] of drafts.entries()) {
      tell?.(i, drafts.length, "rows compared");
      const refusal = this.refusalOf(draft, seen);
      this.rows.push(
        refusal === undefined
          ? this.planned(draft, matches[i])
          : { line: draft.line, would: "refuse", refusals: [refusal] },
      );
    }
    for (const row of refused) this.rows.push({ ...row, would: "refuse" });
    this.rows.sort((a, b) => a.line - b.line);
  }

  /**
   * The mark that each draft is. Those that are the same in all that the file says are paired first: else, of two marks at one
   * place, both might change into each other.
   */
  private match(drafts: readonly Draft[]): (AnnotationRecord | undefined)[] {
    if (this.byId.size === 0 && this.byPlace.size === 0) return [];
    const left = new Map(
      [...this.byPlace].map(([key, records]) => [key, [...records]]),
    );
    const matches: (AnnotationRecord | undefined)[] = [];
    const pair = (
      i: number,
      fits: (record: AnnotationRecord) => boolean,
    ): void => {
      if (left.size === 0) return;
      const there = left.get(placeKey(drafts[i].geometry));
      const at = there?.findIndex(fits) ?? -1;
      if (at >= 0) matches[i] = there!.splice(at, 1)[0];
    };
    for (const [i, draft] of drafts.entries()) {
      const { id } = draft.fields;
      if (id !== undefined) matches[i] = this.byId.get(id);
      else {
        pair(i, (record) => {
          const next = this.changed(record, draft);
          return differences(record, next).length === 0;
        });
      }
    }
    for (const [i, { fields }] of drafts.entries()) {
      if (matches[i] === undefined && fields.id === undefined) {
        pair(i, () => true);
      }
    }
    return matches;
  }

  private refusalOf(
    { line, fields, geometry }: Draft,
    seen: Map<string, number>,
  ): Refusal | undefined {
    const { id } = fields;
    if (id !== undefined) {
      const first = seen.get(id);
      if (first !== undefined) {
        const expected = `another id than that of line ${first}`;
        return { line, field: "id", value: id, expected };
      }
      seen.set(id, line);
    }
    const { within } = this.options;
    if (within === undefined) return undefined;
    const { lower, upper } =
      geometry.kind === "point"
        ? { lower: geometry.position, upper: geometry.position }
        : boundsOf(geometry);
    for (let axis = 0; axis < 3; ++axis) {
      const [first, end] = [within.lower[axis], within.upper[axis]];
      if (lower[axis] >= first && upper[axis] < end) continue;
      const value = lower[axis] >= first && lower[axis] < end ? upper : lower;
      const expected = `a place in the image, ${Math.ceil(first)} to ${Math.ceil(end) - 1}`;
      return { line, field: "xyz"[axis], value: String(value[axis]), expected };
    }
    return undefined;
  }

  private planned(
    draft: Draft,
    existing: AnnotationRecord | undefined,
  ): PlannedRow {
    const { line } = draft;
    if (existing === undefined) {
      const isFresh = draft.fields.id === undefined;
      return { line, would: "add", record: this.added(draft), isFresh };
    }
    const next = this.changed(existing, draft);
    const differs = differences(existing, next);
    return differs.length === 0
      ? { line, would: "keep", record: existing }
      : { line, would: "change", record: next, differs };
  }

  private added({ geometry, fields }: Draft): AnnotationRecord {
    const { user, now, set } = this.options;
    // The place comes last: to give a copy of it one name after the other takes many times as long, and twice the memory.
    const record: AnnotationRecord = {
      id: fields.id ?? this.freshIds.next(),
      description: "",
      tags: [],
      checked: false,
      user,
      created: now,
      modified: fields.created ?? now,
      ...geometry,
    };
    takeGiven(record, fields);
    if (set !== undefined) record.set = set;
    return record;
  }

  /** What a mark becomes. Where the file does not say all of it, what it leaves open stays, and tags and fields are joined. */
  private changed(existing: AnnotationRecord, draft: Draft): AnnotationRecord {
    const { set, now } = this.options;
    const into = set === undefined ? {} : { set };
    const fields = takeGiven({}, draft.fields);
    if (draft.whole) {
      const base = { ...required(existing), ...fields };
      return { ...base, ...into, ...draft.geometry };
    }
    const own = { ...existing.fields, ...fields.fields };
    const next = {
      ...existing,
      ...fields,
      ...into,
      tags: [...new Set([...existing.tags, ...(fields.tags ?? [])])],
      ...(Object.keys(own).length > 0 ? { fields: own } : {}),
      ...draft.geometry,
      user: existing.user,
      created: existing.created,
      modified: now,
    };
    return next;
  }
}

/**
 * Gives the fields that a draft names to `record`, and returns it. To make an object of them first takes as long as all else in planning
 * a row.
 */
function takeGiven(
  record: Partial<MarkFields>,
  fields: Partial<MarkFields>,
): Partial<MarkFields> {
  const given = record as Record<string, unknown>;
  for (const name in fields) {
    const value = fields[name as keyof MarkFields];
    if (value !== undefined) given[name] = value;
  }
  return record;
}

function required(record: AnnotationRecord): MarkFields {
  const { id, description, tags, checked, user, created, modified } = record;
  return { id, description, tags, checked, user, created, modified };
}

/** The same for marks of one kind at one place. */
function placeKey(geometry: MarkGeometry): string {
  const anchors = anchorsOf(geometry);
  const radii = geometry.kind === "ellipsoid" ? geometry.radii : [];
  return `${geometry.kind} ${anchors.join(" ")} ${radii.join(" ")}`;
}

/** What of a mark would be different, in words; when it was changed is no difference. */
export function differences(
  before: AnnotationRecord,
  after: AnnotationRecord,
): string[] {
  const words: string[] = [];
  if (placeKey(before) !== placeKey(after)) words.push("place");
  for (const name of ["description", "title", "type", "set", "user"] as const) {
    if (before[name] === after[name]) continue;
    words.push(`${name}: ${shownValue(after[name] ?? "(none)")}`);
  }
  if (before.checked !== after.checked) {
    words.push(after.checked ? "checked" : "not checked");
  }
  words.push(...listDifference("tags", before.tags, after.tags));
  const fieldsBefore = new Map(Object.entries(before.fields ?? {}));
  const fieldsAfter = new Map(Object.entries(after.fields ?? {}));
  for (const name of new Set([...fieldsBefore.keys(), ...fieldsAfter.keys()])) {
    const value = fieldsAfter.get(name);
    if (fieldsBefore.get(name) === value) continue;
    words.push(`${name}: ${shownValue(value ?? "(none)")}`);
  }
  if (!sameSegments(before, after)) words.push("segments");
  return words;
}

function listDifference(
  name: string,
  before: readonly string[],
  after: readonly string[],
): string[] {
  const more = after.filter((item) => !before.includes(item));
  const fewer = before.filter((item) => !after.includes(item));
  const words = [
    ...more.map((item) => `+ ${shownValue(item)}`),
    ...fewer.map((item) => `− ${shownValue(item)}`),
  ];
  return words.length === 0 ? [] : [`${name}: ${words.join(", ")}`];
}

function sameSegments(
  { segments: a }: AnnotationRecord,
  { segments: b }: AnnotationRecord,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.source === b.source &&
    a.version === b.version &&
    a.supervoxels.join() === b.supervoxels.join()
  );
}
