/** Rows as bytes: JSON, and behind it the bytes that the row has in it, as they are. */
import type { ClioStoreName } from "../database.js";
import type { RowFact, RowKey } from "./frames.js";
import type { StoredValue } from "./rows.js";

/** Before the JSON: its length, as a number of four bytes. */
const LENGTH_BYTES = 4;

/** What stands in the JSON for bytes: where they begin behind it, and how many they are. No field of a row has this name. */
const BYTES = "\u0000bytes";

interface BytesPlace {
  [BYTES]: [at: number, length: number];
}

export function encodeRow<S extends ClioStoreName>(
  row: StoredValue<S>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let partBytes = 0;
  const text = JSON.stringify(row, (_name, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    const place: BytesPlace = { [BYTES]: [partBytes, value.length] };
    parts.push(value);
    partBytes += value.length;
    return place;
  });
  const json = new TextEncoder().encode(text);
  const encoded = new Uint8Array(LENGTH_BYTES + json.length + partBytes);
  new DataView(encoded.buffer).setUint32(0, json.length, true);
  encoded.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + json.length;
  for (const part of parts) {
    encoded.set(part, at);
    at += part.length;
  }
  return encoded;
}

export function decodeRow<S extends ClioStoreName>(
  store: S,
  encoded: Uint8Array<ArrayBuffer>,
): StoredValue<S> {
  const end = LENGTH_BYTES + new DataView(encoded.buffer).getUint32(0, true);
  const json = new TextDecoder().decode(encoded.subarray(LENGTH_BYTES, end));
  const hasRanges = store === "manifests" || store === "quarantine";
  return JSON.parse(json, (name, value: unknown) => {
    if (isBytesPlace(value)) {
      const [at, length] = value[BYTES];
      return encoded.slice(end + at, end + at + length);
    }
    return hasRanges ? withEmptyRange(name, value) : value;
  }) as StoredValue<S>;
}

function isBytesPlace(value: unknown): value is BytesPlace {
  return typeof value === "object" && value !== null && BYTES in value;
}

/** JSON has no infinities: the range of times of a page without records, which has deletions alone, comes back as null. */
function withEmptyRange(name: string, value: unknown): unknown {
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
    case "outbox":
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
    case "outbox":
      return fields.sid;
    case "manifests":
      return fields.advancedTo;
    default:
      return null;
  }
}
