/** From the bytes of a file to its text. */
import { FileRefused, type Place, placeText } from "./refusal.js";

/** A larger file is refused before it is read: in bytes. A million marks as CSV have about 150 MB. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;

const NEWLINE = 10;

/**
 * Refuses a file that is too large to be read, naming where the first part of it would end that is not.
 * @throws {FileRefused}
 */
export async function checkSize(file: Blob): Promise<void> {
  if (file.size <= MAX_FILE_BYTES) return;
  const place = await placeOfEnd(file.slice(0, MAX_FILE_BYTES));
  throw new FileRefused(
    `It has ${megabytes(file.size)} MB, and at most ${megabytes(MAX_FILE_BYTES)} MB can be read at once, which end in ${placeText(place)}. Split it before that line, and give each part of a table its first line.`,
  );
}

/** The line that bytes of text in UTF-8 end in, and the column of the first character behind them. Reads some of them at a time. */
async function placeOfEnd(text: Blob): Promise<Required<Place>> {
  const reader = text.stream().getReader();
  let line = 1;
  let column = 1;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return { line, column };
    for (const byte of value) {
      if (byte === NEWLINE) {
        line += 1;
        column = 1;
      } else if ((byte & 0xc0) !== 0x80) column += 1;
    }
  }
}

/**
 * The text of a file: UTF-8 with or without a mark at its beginning, or UTF-16 with one.
 * @throws {FileRefused} naming the byte and the line where it is neither
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const { at, line } = firstWrongByte(bytes, encoding);
    const value = bytes[at].toString(16).padStart(2, "0");
    throw new FileRefused(
      `Byte ${at + 1} (${value}), in line ${line}, is not ${encoding.toUpperCase()}, so the file is damaged or in another encoding. Save it as UTF-8.`,
    );
  }
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a === 0x50 && b === 0x4b) {
    throw new FileRefused(
      "It is a zip archive or a workbook of a spreadsheet. Save the sheet as CSV, or take the file out of the archive.",
    );
  }
  if (a === 0x1f && b === 0x8b) {
    throw new FileRefused("It is compressed with gzip. Unpack it first.");
  }
  if (bytes.length > 1 && (a === 0 || b === 0)) {
    throw new FileRefused(
      `Byte ${a === 0 ? 1 : 2} in line 1 is 0: this is no text, or UTF-16 without a mark at its beginning. Save it as UTF-8.`,
    );
  }
  return "utf-8";
}

/**
 * Finds by bisection how many of the first bytes can be decoded, because a decoder says only that there is something wrong; then goes
 * back to where the character begins that is wrong, or that the end of the file cuts.
 */
function firstWrongByte(
  bytes: Uint8Array,
  encoding: string,
): { at: number; line: number } {
  const decoded = (length: number, stream: boolean) => {
    try {
      const decoder = new TextDecoder(encoding, { fatal: true });
      return decoder.decode(bytes.subarray(0, length), { stream });
    } catch {
      return undefined;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decoded(middle, true) === undefined) bad = middle;
    else good = middle;
  }
  let before = decoded(good, false);
  while (before === undefined) before = decoded(--good, false);
  return { at: good, line: before.split("\n").length };
}

function megabytes(bytes: number): string {
  return Math.ceil(bytes / 1024 / 1024).toLocaleString("en");
}
