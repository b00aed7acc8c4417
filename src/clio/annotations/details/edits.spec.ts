import fc from "fast-check";
import type { AnnotationRecord } from "../../model/annotation.js";
import { fieldSchema } from "../../model/fields.js";
import { anyRecord, anyText } from "../../model/testing/records.js";
import * as v from "valibot";
import {
  description,
  ownField,
  set,
  type TextEdit,
  title,
  type,
  withChecked,
  withField,
  withoutTag,
  withTag,
} from "./edits.js";

const confidence = v.parse(fieldSchema, {
  name: "confidence",
  title: "Confidence",
  type: "number",
  min: 1,
  max: 5,
  integer: true,
});
const note = v.parse(fieldSchema, { name: "constructor", type: "text" });

function apply(
  edit: TextEdit,
  text: string,
  record: AnnotationRecord,
): AnnotationRecord {
  const reading = edit.read(text);
  if ("expected" in reading) throw new Error(reading.expected);
  return reading.change(record);
}

describe("the fields of a mark", () => {
  it("read back as they were written, whatever the text", () => {
    fc.assert(
      fc.property(anyRecord(), anyText(), (record, text) => {
        expect(description.text(apply(description, text, record))).toBe(text);
        for (const edit of [title, type, set]) {
          expect(edit.text(apply(edit, text, record))).toBe(text.trim());
        }
        const changed = apply(ownField(note), text, record);
        expect(ownField(note).text(changed)).toBe(
          text.trim() === "" ? "" : text,
        );
      }),
    );
  });

  it("leave the record as it is where they say what it says already", () => {
    fc.assert(
      fc.property(anyRecord(), (record) => {
        const known = withTag(withChecked(record, true), "seen");
        expect(withTag(known, " seen ")).toBe(known);
        expect(withTag(known, "  ")).toBe(known);
        expect(withChecked(known, true)).toBe(known);
        expect(withoutTag(known, "not there")).toBe(known);
        expect(apply(description, known.description, known)).toBe(known);
        const sure = withField(known, confidence, 4);
        expect(withField(sure, confidence, 4)).toBe(sure);
      }),
    );
  });

  it("are absent where they are empty", () => {
    fc.assert(
      fc.property(anyRecord(), (record) => {
        const bare = { ...record, title: "a", type: "b", set: "c" };
        let emptied: AnnotationRecord = bare;
        for (const edit of [title, type, set])
          emptied = apply(edit, " ", emptied);
        for (const key of ["title", "type", "set"]) {
          expect(Object.keys(emptied)).not.toContain(key);
        }
        const none = { ...record };
        delete none.fields;
        const one = withField(none, confidence, 3);
        expect(one.fields).toEqual({ confidence: 3 });
        expect(
          Object.keys(withField(one, confidence, undefined)),
        ).not.toContain("fields");
      }),
    );
  });

  it("say what was expected of a value that will not do", () => {
    expect(ownField(confidence).read("9")).toEqual({
      expected: "a whole number from 1 to 5",
    });
    expect(ownField(confidence).read("three")).toEqual({
      expected: "a whole number from 1 to 5",
    });
  });
});
