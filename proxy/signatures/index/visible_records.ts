import { open } from "node:fs/promises";
import path from "node:path";
import { contains, type Records } from "../record.js";
import {
  placeBytes,
  sectionOffsets,
  signatureBytes,
} from "../segment/layout.js";
import { segmentsFolder, type IndexSegment } from "./manifest.js";

/** How many records come at once, at most. */
export const recordsAtOnce = 2 ** 16;

/**
 * The records of a segment in its spatial order, without those that are hidden. What is on the disk is taken as it is: see
 * `verifySegment`.
 * @param folder of the index
 * @param from the row to begin at, a multiple of `recordsAtOnce`
 * @returns the records, and the row behind them; there may be no record before a row
 */
export async function* visibleRecords(
  folder: string,
  { name, count, hidden }: IndexSegment,
  from = 0,
): AsyncGenerator<{ records: Records; next: number }> {
  const offsets = sectionOffsets(count);
  const handle = await open(path.join(segmentsFolder(folder), name), "r");
  try {
    for (let row = from; row < count; row += recordsAtOnce) {
      const length = Math.min(recordsAtOnce, count - row);
      const positions = new Uint32Array(3 * length);
      const signatures = new BigUint64Array(length);
      await handle.read(
        new Uint8Array(positions.buffer),
        0,
        length * placeBytes,
        offsets.pagePlaces + row * placeBytes,
      );
      await handle.read(
        new Uint8Array(signatures.buffer),
        0,
        length * signatureBytes,
        offsets.pageSignatures + row * signatureBytes,
      );
      const records = { positions, signatures };
      yield {
        records: hidden.length === 0 ? records : withoutHidden(records, hidden),
        next: row + length,
      };
    }
  } finally {
    await handle.close();
  }
}

function withoutHidden(
  { positions, signatures }: Records,
  hidden: IndexSegment["hidden"],
): Records {
  const rows: number[] = [];
  for (let row = 0; row < signatures.length; row++) {
    const [x, y, z] = positions.subarray(3 * row);
    if (!hidden.some((box) => contains(box, x, y, z))) rows.push(row);
  }
  return {
    positions: Uint32Array.from(
      rows.flatMap((row) => [...positions.subarray(3 * row, 3 * row + 3)]),
    ),
    signatures: BigUint64Array.from(rows, (row) => signatures[row]),
  };
}
