import type { AnnotationRecord, FieldValue } from "../../model/annotation.js";
import {
  type Field,
  type MarksVocabulary,
  ownValue,
  readFieldValue,
} from "../../model/fields.js";
import { withField } from "../details/edits.js";

/** The field that digits set: the dataset's first choice, else its confidence where that is a number; undefined where it has neither. */
export function digitField({ fields }: MarksVocabulary): Field | undefined {
  return (
    fields.find(({ type }) => type === "choice") ??
    fields.find(
      ({ type, name }) => type === "number" && /confidence/i.test(name),
    )
  );
}

/** What a digit says: the option at its place, or the number itself; undefined where there is no such value. */
export function digitValue(
  field: Field,
  digit: number,
): FieldValue | undefined {
  if (field.type === "choice") return field.options[digit - 1];
  const read = readFieldValue(field, digit);
  return "value" in read ? read.value : undefined;
}

/** The mark with that value; the same digit again takes it away. */
export function withDigit(
  record: AnnotationRecord,
  field: Field,
  value: FieldValue,
): AnnotationRecord {
  const has = ownValue(record.fields, field.name) === value;
  return withField(record, field, has ? undefined : value);
}
