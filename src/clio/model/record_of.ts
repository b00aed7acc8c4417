import * as v from "valibot";
import { jsonObject } from "./json_object.js";

/**
 * An object from names that people give to values of one schema. `v.record` leaves out names such as `constructor`, and what people have
 * written under them would be lost without a word.
 */
export function recordOf<Value extends v.GenericSchema>(value: Value) {
  type Values = Record<string, v.InferOutput<Value>>;
  return v.pipe(
    jsonObject,
    v.rawTransform<Record<string, unknown>, Values>(
      ({ dataset: { value: input }, addIssue, NEVER }) => {
        const entries: [string, v.InferOutput<Value>][] = [];
        let good = true;
        for (const [key, each] of Object.entries(input)) {
          const result = v.safeParse(value, each);
          if (result.success) {
            entries.push([key, result.output]);
            continue;
          }
          good = false;
          for (const { message, expected, input: wrong, path } of result.issues)
            addIssue({
              message,
              expected: expected ?? undefined,
              input: wrong,
              path: [
                { type: "unknown", origin: "value", input, key, value: each },
                ...(path ?? []),
              ],
            });
        }
        // Which makes a property of every name, where an assignment to `__proto__` would make it the prototype.
        return good ? Object.fromEntries(entries) : NEVER;
      },
    ),
  );
}
