import { createHash } from "node:crypto";
import type { EncoderDescription } from "../index/manifest.js";
import type { Triple } from "../record.js";

/** An encoder of which nothing is known but its name: signatures of one name are taken for those of one encoder. */
export function importedEncoder(
  name: string,
  stride: Triple,
): EncoderDescription {
  return {
    name,
    hash: createHash("sha256").update(`imported ${name}`).digest("hex"),
    patch: stride,
    parameters: null,
  };
}
