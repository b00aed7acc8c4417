import * as v from "valibot";

/**
 * An object of any JSON, every key of it: `v.record` leaves out keys such as `constructor`, takes lists for objects, and what people have
 * written would be lost without a word.
 */
export const jsonObject = v.custom<Record<string, unknown>>(
  (input) =>
    typeof input === "object" && input !== null && !Array.isArray(input),
  "an object",
);
