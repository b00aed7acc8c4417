/** Changes as they are delivered: with what the person had seen, and a large one in parts. */
import type { Edit } from "../../model/change.js";
import type { StoredRecord } from "../../model/record.js";
import type { DeliveredChange, DeliveredEdit } from "../../model/sync.js";
import { MOST_CHANGES } from "../../model/sync.js";
import type { WaitingChange } from "../../store/outbox.js";
import { unpackEdits } from "../../store/packed_edits.js";

/** Edits of one request: about a megabyte or two. */
const REQUEST_EDITS = 5000;

/** What is read of the outbox at a time. */
export const DELIVERY = { changes: MOST_CHANGES, edits: REQUEST_EDITS };

/**
 * A change as it is delivered, in as many parts as it takes. Each has an id that is always the same, so that a part which is delivered
 * again is applied once.
 * @param device which browser it comes from
 */
export async function deliveredParts(
  { change, key, base }: WaitingChange,
  device: string,
): Promise<DeliveredChange[]> {
  const { id, at, label } = change;
  const edits = unpackEdits(change.edits);
  const parts: DeliveredChange[] = [];
  for (let from = 0; from === 0 || from < edits.length; from += REQUEST_EDITS) {
    parts.push({
      id: await partId(id, parts.length),
      device,
      dataset: key.dataset,
      at,
      label,
      edits: edits
        .slice(from, from + REQUEST_EDITS)
        .map((edit) => deliveredEdit(edit, base)),
    });
  }
  return parts;
}

function deliveredEdit(edit: Edit<StoredRecord>, base: number): DeliveredEdit {
  return { ...edit, base };
}

/** Groups changes, in their order, into requests. */
export function requestsOf(
  changes: readonly DeliveredChange[],
): DeliveredChange[][] {
  const requests: DeliveredChange[][] = [];
  let edits = Infinity;
  for (const change of changes) {
    const last = requests.at(-1);
    edits += change.edits.length;
    if (
      last === undefined ||
      last.length >= MOST_CHANGES ||
      edits > REQUEST_EDITS
    ) {
      requests.push([change]);
      edits = change.edits.length;
    } else last.push(change);
  }
  return requests;
}

/** The first part has the id of its change; those of the others are made of it (as RFC 9562, section 5.8, leaves to us). */
async function partId(id: string, part: number): Promise<string> {
  if (part === 0) return id;
  const text = new TextEncoder().encode(`${id}/${part}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  // Version 8, and the variant of all such ids.
  hash[6] = (hash[6] & 0x0f) | 0x80;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  const hex = [...hash.slice(0, 16)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
