/** Parameters as addresses have them. */
import * as v from "valibot";

/** `true` or `false`. */
export const flag = v.pipe(
  v.picklist(["true", "false"], "true or false"),
  v.transform((text) => text === "true"),
);

/** A text in one line: control characters are in no name of ours, and no database looks for all of them. */
export const plainText = (expected: string) =>
  v.pipe(
    v.string(expected),
    v.regex(/^\P{Cc}*$/u, `${expected}, without control characters`),
  );

/** Names with commas between; empty where there are none. */
export const commaList = v.pipe(
  v.optional(v.string("names with commas between"), ""),
  v.transform((text) => text.split(",").filter((name) => name !== "")),
);

/** A whole number. */
export const wholeNumber = v.pipe(
  v.string("a whole number"),
  v.regex(/^-?\d{1,15}$/, "a whole number"),
  v.transform(Number),
);
