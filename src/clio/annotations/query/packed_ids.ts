/** Ids as 16 bytes each, so that a million of them go from the worker to the page without being copied. */

/** Bytes of an id. */
export const ID_BYTES = 16;

const HEX = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** Where a byte's two digits stand in a uuid. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** Writes a lower-case uuid as the `index`th of `packed`. */
export function packId(packed: Uint8Array, index: number, id: string): void {
  const at = index * ID_BYTES;
  for (let i = 0; i < ID_BYTES; ++i) {
    const digit = DIGITS[i];
    packed[at + i] = (digitAt(id, digit) << 4) | digitAt(id, digit + 1);
  }
}

function digitAt(id: string, at: number): number {
  const code = id.charCodeAt(at);
  // "0" to "9" are 48 to 57, "a" to "f" are 97 to 102.
  return code < 58 ? code - 48 : code - 87;
}

export function packIds(ids: readonly string[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(ids.length * ID_BYTES);
  ids.forEach((id, index) => packId(packed, index, id));
  return packed;
}

/** The `index`th id of `packed`. */
export function unpackId(packed: Uint8Array, index: number): string {
  const at = index * ID_BYTES;
  let id = "";
  for (let i = 0; i < ID_BYTES; ++i) {
    if (i === 4 || i === 6 || i === 8 || i === 10) id += "-";
    id += HEX[packed[at + i]];
  }
  return id;
}
