/** Queries as they are meant, slowly and by nothing that the server uses: to be compared with. Patterns are those that all engines read alike. */
import type { BodyFields } from "../../../src/clio/model/body.js";

type Json = Record<string, unknown>;

/** Whether a record, its `bodyid` among its fields, is one that a query finds. */
export function isFoundPlainly(
  query: Json | Json[],
  body: bigint,
  fields: BodyFields,
): boolean {
  const record: Json = { ...fields, bodyid: body };
  const list = Array.isArray(query) ? query : [query];
  for (const one of list) {
    let all = true;
    for (const key of Object.keys(one))
      if (!holds(one[key], Object.hasOwn(record, key), record[key]))
        all = false;
    if (all) return true;
  }
  return false;
}

function holds(wanted: unknown, isThere: boolean, value: unknown): boolean {
  if (wanted === "exists/0") return !isThere;
  if (wanted === "exists/1") return isThere;
  if (!isThere) return false;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const choices: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  for (const choice of choices) {
    for (const each of values) {
      if (typeof choice === "string" && choice.startsWith("re/")) {
        if (typeof each === "string" && each.search(choice.slice(3)) >= 0)
          return true;
      } else if (
        typeof choice === "string" || typeof each === "string"
          ? choice === each
          : String(choice) === String(each)
      ) {
        return true;
      }
    }
  }
  return false;
}
