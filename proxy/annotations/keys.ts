/**
 * The keys of the v2 interface, which are made of where an annotation lies: `Pt1_2_3`, `Ln1_2_3_4_5_6`, `Sp1_2_3_4_5_6`. Records have ids,
 * so several may lie at one place: the oldest has the plain key, and the others' keys go on with `~` and their id.
 */
import type { VoxelPosition } from "../../src/clio/model/annotation.js";
import type { StoredRecord } from "../../src/clio/model/record.js";
import type { PlaceRow } from "../storage/storage.js";

const plainKey = /^(?:Pt(?:-?\d+_){2}|(?:Ln|Sp)(?:-?\d+_){5})-?\d+$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function join(prefix: string, ...positions: VoxelPosition[]): string {
  return prefix + positions.flat().join("_");
}

/** The plain key of a record; undefined for a kind that v2 does not know. */
export function placeOf(record: StoredRecord): string | undefined {
  switch (record.kind) {
    case "point":
      return join("Pt", record.position);
    case "line":
      return join("Ln", ...record.ends);
    case "sphere":
      return join("Sp", ...record.ends);
    case "atlas":
      return join("", record.position);
    default:
      return undefined;
  }
}

/** What a key names: a place, and the id of one of several records there. Undefined where it is no key. */
export function parseKey(
  key: string,
): { place: string; id: string | undefined } | undefined {
  const [place, id, ...more] = key.split("~");
  if (!plainKey.test(place) || more.length > 0) return undefined;
  return id === undefined || uuid.test(id) ? { place, id } : undefined;
}

/**
 * The key of a record among those at its place.
 * @param oldest the id of the oldest of them
 */
export function keyOf(place: string, id: string, oldest: string): string {
  return id === oldest ? place : `${place}~${id}`;
}

/** The keys of a shelf's records that v2 knows, in the order of `rows`, which is that of their age. */
export function keysOf(
  rows: readonly PlaceRow[],
): { row: PlaceRow; key: string }[] {
  const oldest = new Map<string, string>();
  const keyed: { row: PlaceRow; key: string }[] = [];
  for (const row of rows) {
    if (row.place === undefined) continue;
    if (!oldest.has(row.place)) oldest.set(row.place, row.id);
    const key = keyOf(row.place, row.id, oldest.get(row.place)!);
    keyed.push({ row, key });
  }
  return keyed;
}
