/** Which values of the configuration are paths, and against what they are meant. */
import path from "node:path";
import * as v from "valibot";
import { jsonObject } from "../src/clio/model/json_object.js";

/** Stands for every key of an object. */
const ANY = "*";

/** The keys whose values are paths. */
const pathKeys = [
  ["data"],
  ["datasets"],
  ["viewer"],
  ["identity", "clientSecretFile"],
  ["signatures", "bigquery", "keyFile"],
  ["buckets", ANY, "credentialsFile"],
  ["neuprint", ANY, "tokenFile"],
  ["bodies", ANY, "tokenFile"],
];

/** Resolves the paths of one layer against the folder in which whoever wrote them was. */
export function resolvePaths(
  layer: Record<string, unknown>,
  base: string,
): Record<string, unknown> {
  const resolved = { ...layer };
  for (const key of pathKeys) {
    const [first, ...rest] = key;
    if (first in resolved) {
      resolved[first] = resolvePath(resolved[first], rest, base);
    }
  }
  return resolved;
}

/** What lies at a key inside a value, as a path from the folder; the rest is kept. */
function resolvePath(
  value: unknown,
  [key, ...rest]: readonly string[],
  base: string,
): unknown {
  if (key === undefined) {
    return typeof value === "string" && value !== ""
      ? path.resolve(base, value)
      : value;
  }
  if (!v.is(jsonObject, value)) return value;
  if (key === ANY) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inside]) => [
        name,
        resolvePath(inside, rest, base),
      ]),
    );
  }
  if (!(key in value)) return value;
  return { ...value, [key]: resolvePath(value[key], rest, base) };
}
