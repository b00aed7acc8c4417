/** The fields of a mark that are edited as text: what each says of a record, and what a text makes of one. */
import type { AnnotationRecord, FieldValue } from "../../model/annotation.js";
import { type Field, ownValue, readFieldValue } from "../../model/fields.js";

/** What a text means for a record, or what was expected of it. */
export type Reading =
  | { readonly change: (record: AnnotationRecord) => AnnotationRecord }
  | { readonly expected: string };

/** One field that is edited as text. */
export interface TextEdit {
  /** What people read: "Description". */
  readonly label: string;
  /** Label of the change: "Edit description". */
  readonly act: string;
  text(record: AnnotationRecord): string;
  /** Reads a text as a person writes it. */
  read(text: string): Reading;
}

export const description: TextEdit = {
  label: "Description",
  act: "Edit description",
  text: (record) => record.description,
  read: (text) => ({
    change: (record) =>
      text === record.description ? record : { ...record, description: text },
  }),
};

export const title = optionalText("title", "Title", "Edit title");
export const type = optionalText("type", "Type", "Edit type");
export const set = optionalText("set", "Set", "Edit set");

/** A text that has no space around it, and is absent where it is empty. */
function optionalText(
  key: "title" | "type" | "set",
  label: string,
  act: string,
): TextEdit {
  return {
    label,
    act,
    text: (record) => record[key] ?? "",
    read: (text) => {
      const value = text.trim();
      return {
        change: (record) => {
          if (value === (record[key] ?? "")) return record;
          const changed = { ...record, [key]: value };
          if (value === "") Reflect.deleteProperty(changed, key);
          return changed;
        },
      };
    },
  };
}

/** One of the dataset's own fields, as text. */
export function ownField(field: Field): TextEdit {
  const label = field.title ?? field.name;
  return {
    label,
    act: actOnField(field),
    text: ({ fields }) => {
      const value = ownValue(fields, field.name);
      return value === undefined ? "" : String(value);
    },
    read: (text) => {
      if (text.trim() === "") {
        return { change: (record) => withField(record, field, undefined) };
      }
      const reading = readFieldValue(field, text);
      return "expected" in reading
        ? reading
        : { change: (record) => withField(record, field, reading.value) };
    },
  };
}

/** Label of a change of one of the dataset's own fields: "Edit confidence". */
export function actOnField({ title, name }: Field): string {
  return `Edit ${(title ?? name).toLowerCase()}`;
}

/** The record with another value in one of the dataset's own fields; undefined takes it away. */
export function withField(
  record: AnnotationRecord,
  { name }: Field,
  value: FieldValue | undefined,
): AnnotationRecord {
  if (ownValue(record.fields, name) === value) return record;
  const others = Object.entries(record.fields ?? {}).filter(
    ([key]) => key !== name,
  );
  const entries: [string, FieldValue][] =
    value === undefined ? others : [...others, [name, value]];
  const fields = Object.fromEntries<FieldValue>(entries);
  const changed: AnnotationRecord = { ...record, fields };
  if (entries.length === 0) Reflect.deleteProperty(changed, "fields");
  return changed;
}

/** The record with a tag at the end, once; space around the tag is no part of it. */
export function withTag(
  record: AnnotationRecord,
  tag: string,
): AnnotationRecord {
  const word = tag.trim();
  return word === "" || record.tags.includes(word)
    ? record
    : { ...record, tags: [...record.tags, word] };
}

export function withoutTag(
  record: AnnotationRecord,
  tag: string,
): AnnotationRecord {
  return record.tags.includes(tag)
    ? { ...record, tags: record.tags.filter((other) => other !== tag) }
    : record;
}

export function withChecked(
  record: AnnotationRecord,
  checked: boolean,
): AnnotationRecord {
  return record.checked === checked ? record : { ...record, checked };
}
