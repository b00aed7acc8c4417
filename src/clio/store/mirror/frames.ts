/**
 * Frames: the only thing that is ever written into the files of the second copy. A frame is rows that are put and keys that are deleted
 * together, all or nothing, with checksums, so that one that was cut short, or damaged since, is known for it.
 *
 * A frame is, in this order: sixteen bytes (four numbers of four bytes, the lowest byte first: MAGIC, the length of the head, the length of
 * the body, the CRC-32 of the three numbers and the head), the head, and the body. The head is JSON in UTF-8: a list of operations. The
 * body is the bytes of all rows that are put, one after the other.
 */
import { buf as crc32 } from "crc-32";

/** As much of a FileSystemSyncAccessHandle (https://fs.spec.whatwg.org) as is used; TypeScript has it for workers alone. */
export interface RowFile {
  /** Returns how many bytes there were to read. */
  read(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  /** Returns how many bytes were written. */
  write(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  getSize(): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** Key of a row in its store. */
export type RowKey = number | string | readonly [user: string, dataset: string];

/** What is known of a row without reading it; what that is depends on its store. */
export type RowFact = string | number | null;

/** A row that is put. */
export interface RowPut {
  readonly store: string;
  readonly key: RowKey;
  readonly fact: RowFact;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A row that is deleted. */
export interface RowDeletion {
  readonly store: string;
  readonly key: RowKey;
}

export type RowOperation = RowPut | RowDeletion;

/** Where the bytes of a row are in a file. */
export interface RowPlace {
  readonly at: number;
  readonly length: number;
  /** CRC-32 of the bytes. */
  readonly checksum: number;
}

/** An operation that was read from a file; `place` is absent where the row was deleted. */
export interface FramedOperation {
  readonly store: string;
  readonly key: RowKey;
  readonly fact: RowFact;
  readonly place?: RowPlace;
}

export interface Frame {
  readonly operations: readonly FramedOperation[];
  /** Bytes of the whole frame. */
  readonly length: number;
}

/** One operation in the head of a frame. */
type HeadEntry =
  | [store: string, key: RowKey]
  | [
      store: string,
      key: RowKey,
      fact: RowFact,
      length: number,
      checksum: number,
    ];

/** "ClRF" */
const MAGIC = 0x46526c43;

const PREFIX_BYTES = 16;

/** How much of a file is looked through at a time for the next frame. */
const SEARCH_BYTES = 1 << 20;

export function isPut(operation: RowOperation): operation is RowPut {
  return "bytes" in operation;
}

/** The bytes of one frame. */
export function packFrame(
  operations: readonly RowOperation[],
): Uint8Array<ArrayBuffer> {
  const puts = operations.filter(isPut);
  const entries = operations.map((operation): HeadEntry => {
    const { store, key } = operation;
    if (!isPut(operation)) return [store, key];
    const { fact, bytes } = operation;
    return [store, key, fact, bytes.length, crc32(bytes)];
  });
  const head = new TextEncoder().encode(JSON.stringify(entries));
  const bodyBytes = puts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const frame = new Uint8Array(PREFIX_BYTES + head.length + bodyBytes);
  const prefix = new DataView(frame.buffer);
  prefix.setUint32(0, MAGIC, true);
  prefix.setUint32(4, head.length, true);
  prefix.setUint32(8, bodyBytes, true);
  frame.set(head, PREFIX_BYTES);
  prefix.setInt32(12, headChecksum(frame.subarray(0, 12), head), true);
  let at = PREFIX_BYTES + head.length;
  for (const { bytes } of puts) {
    frame.set(bytes, at);
    at += bytes.length;
  }
  return frame;
}

/** The frame at `at`; undefined where there is none that is whole. The bytes of its rows are not looked at: see `readRow`. */
export function readFrame(file: RowFile, at: number): Frame | undefined {
  const prefix = readBytes(file, at, PREFIX_BYTES);
  if (prefix === undefined) return undefined;
  const view = new DataView(prefix.buffer);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  const headBytes = view.getUint32(4, true);
  const length = PREFIX_BYTES + headBytes + view.getUint32(8, true);
  if (at + length > file.getSize()) return undefined;
  const head = readBytes(file, at + PREFIX_BYTES, headBytes);
  if (head === undefined) return undefined;
  if (headChecksum(prefix.subarray(0, 12), head) !== view.getInt32(12, true)) {
    return undefined;
  }
  const entries = JSON.parse(new TextDecoder().decode(head)) as HeadEntry[];
  let next = at + PREFIX_BYTES + headBytes;
  const operations = entries.map((entry): FramedOperation => {
    const [store, key, fact = null, length, checksum] = entry;
    if (length === undefined || checksum === undefined) {
      return { store, key, fact };
    }
    const place = { at: next, length, checksum };
    next += length;
    return { store, key, fact, place };
  });
  return { operations, length };
}

/** Where the next whole frame at or after `from` begins; undefined where there is none. */
export function findFrame(file: RowFile, from: number): number | undefined {
  const magic = Uint8Array.of(0x43, 0x6c, 0x52, 0x46);
  const size = file.getSize();
  for (let start = from; start < size; start += SEARCH_BYTES) {
    // A little more than what is advanced by, for a frame that begins at the very end.
    const bytes = new Uint8Array(
      Math.min(SEARCH_BYTES + magic.length - 1, size - start),
    );
    file.read(bytes, { at: start });
    for (
      let at = bytes.indexOf(magic[0]);
      at !== -1;
      at = bytes.indexOf(magic[0], at + 1)
    ) {
      const isMagic = magic.every((byte, i) => bytes[at + i] === byte);
      if (isMagic && readFrame(file, start + at) !== undefined) {
        return start + at;
      }
    }
  }
  return undefined;
}

/** The bytes of a row; undefined where they are not what was written. */
export function readRow(
  file: RowFile,
  { at, length, checksum }: RowPlace,
): Uint8Array<ArrayBuffer> | undefined {
  const bytes = readBytes(file, at, length);
  return bytes !== undefined && crc32(bytes) === checksum ? bytes : undefined;
}

function readBytes(
  file: RowFile,
  at: number,
  length: number,
): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  return file.read(bytes, { at }) === length ? bytes : undefined;
}

function headChecksum(numbers: Uint8Array, head: Uint8Array): number {
  return crc32(head, crc32(numbers));
}
