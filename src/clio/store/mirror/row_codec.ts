/** Rows as bytes: JSON, and behind it the bytes of a page as they are. */
import type { ClioStoreName } from "../database.js";
import type { RowFact, RowKey } from "./frames.js";
import type { StoredValue } from "./rows.js";

/** Before the JSON: its length, as a number of four bytes. */
const LENGTH_BYTES = 4;

export function encodeRow<S extends ClioStoreName>(
  row: StoredValue<S>,
): Uint8Array<ArrayBuffer> {
  const { bytes = new Uint8Array(), ...rest } = row as { bytes?: Uint8Array };
  const json = new TextEncoder().encode(JSON.stringify(rest));
  const encoded = new Uint8Array(LENGTH_BYTES + json.length + bytes.length);
  new DataView(encoded.buffer).setUint32(0, json.length, true);
  encoded.set(json, LENGTH_BYTES);
  encoded.set(bytes, LENGTH_BYTES + json.length);
  return encoded;
}

export function decodeRow<S extends ClioStoreName>(
  store: S,
  encoded: Uint8Array<ArrayBuffer>,
): StoredValue<S> {
  const end = LENGTH_BYTES + new DataView(encoded.buffer).getUint32(0, true);
  const json = new TextDecoder().decode(encoded.subarray(LENGTH_BYTES, end));
  const hasRanges = store === "manifests" || store === "quarantine";
  const row = JSON.parse(
    json,
    hasRanges ? withEmptyRanges : undefined,
  ) as StoredValue<S>;
  return store === "pages" ? { ...row, bytes: encoded.slice(end) } : row;
}

/** JSON has no infinities: the range of times of a page without records, which has deletions alone, comes back as null. */
function withEmptyRanges(name: string, value: unknown): unknown {
  if (value !== null) return value;
  if (name === "minModified") return Infinity;
  return name === "maxModified" ? -Infinity : value;
}

/** The key that a row has inside. */
export function keyOfRow<S extends ClioStoreName>(
  store: S,
  row: StoredValue<S>,
): RowKey {
  const fields = row as unknown as Record<string, RowKey>;
  switch (store) {
    case "sandboxes":
      return [fields.user as string, fields.dataset as string];
    case "journal":
      return fields.seq;
    case "history":
      return fields.step;
    case "pages":
      return fields.page;
    case "meta":
      return fields.name;
    case "manifests":
    case "cursors":
      return fields.sid;
    default:
      throw new Error(`A row of ${store} does not have its key inside`);
  }
}

/** What is to be known of a row without reading it: whose it is, or up to which change it goes. */
export function factOfRow<S extends ClioStoreName>(
  store: S,
  row: StoredValue<S>,
): RowFact {
  const fields = row as unknown as Record<string, RowFact>;
  switch (store) {
    case "journal":
    case "history":
      return fields.sid;
    case "manifests":
      return fields.advancedTo;
    default:
      return null;
  }
}
