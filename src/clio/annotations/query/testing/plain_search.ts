/** Searching as it is meant, mark by mark and without any haste: what the engine is measured against. */
import type { AnnotationRecord } from "../../../model/annotation.js";
import { centerOf } from "../../../model/geometry.js";
import { measure, type VoxelSize } from "../../../model/measurement.js";
import type { Question, Sort } from "../messages.js";
import { sortKeyOf } from "../sort_keys.js";
import { type Condition, fits, inRange, searchable } from "../terms.js";

/** The records that match a question, in its order. */
export function plainSearch(
  records: Iterable<AnnotationRecord>,
  question: Question,
  voxel: VoxelSize,
): AnnotationRecord[] {
  const matching = [...records].filter((record) =>
    question.terms.every(
      ({ condition, negated }) =>
        meets(record, condition, question, voxel) !== negated,
    ),
  );
  return plainSort(matching, question.sort, voxel);
}

function plainSort(
  records: AnnotationRecord[],
  sort: Sort | undefined,
  voxel: VoxelSize,
): AnnotationRecord[] {
  const key = (sort && sortKeyOf(sort.column, voxel)) ?? (() => undefined);
  const sign = sort?.descending ? -1 : 1;
  return records.sort((one, other) => {
    const a = key(one);
    const b = key(other);
    if (a !== b) {
      if (a === undefined) return 1;
      if (b === undefined) return -1;
      if (typeof a !== typeof b) return typeof a === "number" ? -sign : sign;
      return a < b ? -sign : sign;
    }
    if (one.created !== other.created) return other.created - one.created;
    return one.id < other.id ? 1 : -1;
  });
}

function meets(
  record: AnnotationRecord,
  condition: Condition,
  { view }: Question,
  voxel: VoxelSize,
): boolean {
  const { type, tags, set, user, title } = record;
  const fields = Object.entries(record.fields ?? {});
  switch (condition.about) {
    case "text":
      return [
        ...[record.description, title ?? "", type ?? "", set ?? "", user],
        ...tags,
        ...fields.map(([, value]) => (typeof value === "string" ? value : "")),
      ].some((text) => searchable(text).includes(condition.text));
    case "word": {
      const words = { tag: tags, type: [type], set: [set], user: [user] };
      return words[condition.column].some(
        (word) => word !== undefined && fits(searchable(word), condition),
      );
    }
    case "kind":
      return record.kind === condition.kind;
    case "state":
      return {
        checked: record.checked,
        unchecked: !record.checked,
        tagged: tags.length > 0,
        untagged: tags.length === 0,
        titled: Boolean(title),
        untitled: !title,
      }[condition.state];
    case "sets":
      return condition.names.includes(set ?? "");
    case "segment":
      return record.segments?.supervoxels.includes(condition.id) ?? false;
    case "measure": {
      const value = measure(record, voxel)[condition.measure];
      return value !== undefined && inRange(value, condition.range);
    }
    case "field":
      return fields.some(([name, value]) => {
        if (name !== condition.name) return false;
        const { pattern, range } = condition;
        if (typeof value === "number" && range !== undefined) {
          return inRange(value, range);
        }
        const text =
          typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
        return fits(searchable(text), pattern);
      });
    case "view": {
      const center = centerOf(record);
      return (
        view !== undefined &&
        center.every((at, i) => at >= view.lower[i] && at < view.upper[i])
      );
    }
  }
}
