/**
 * The row log: rows by store and key in two files, of which one is in use. Whatever is written is one frame at the end of that file; where
 * the newest version of each row is, is held in memory. When more of the file is outdated than not, the rows that count are written into
 * the other one, which takes its place (J. Sheehy, D. Smith: "Bitcask. A log-structured hash table for fast key/value data", 2010).
 *
 * Both files are made once and never renamed or deleted: a browser that is killed can leave half a frame at the end, which is recognised
 * and cut off, and nothing else.
 */
import { buf as crc32 } from "crc-32";
import type {
  FramedOperation,
  RowFact,
  RowFile,
  RowKey,
  RowOperation,
  RowPlace,
} from "./frames.js";
import { findFrame, isPut, packFrame, readFrame, readRow } from "./frames.js";

/** A row as the log knows it. */
export interface LoggedRow {
  readonly key: RowKey;
  readonly fact: RowFact;
  readonly place: RowPlace;
}

/** "ClRL" */
const MAGIC = 0x4c526c43;

/** Of the files. Raise it with whatever makes an older program misread them. */
const FORMAT = 1;

/** At the beginning of each file: MAGIC, FORMAT, the version of the rows, the generation, and the CRC-32 of these. */
const HEADER_BYTES = 20;

/** Outdated bytes that a file may have for nothing. */
const GARBAGE_BYTES = 4 << 20;

/** Rows are written into the other file about so many bytes at a time. */
const COPIED_BYTES = 4 << 20;

/**
 * Nobody else may use the files while a method runs; see `FileRows`, which has a lock for that. Others may have written in between:
 * `refresh` takes that in.
 */
export class RowLog {
  private active: RowFile;
  /** Counted up with each change of files; 0 before the first look. */
  private generation = 0;
  /** Where the next frame goes. */
  private end = HEADER_BYTES;
  private liveBytes = 0;
  private stores = new Map<string, Map<string, LoggedRow>>();
  /** Whether something was found in the files that is not what was written. */
  private isDamaged = false;

  /** Outdated bytes that are let be, beside as many as count. */
  private spared = GARBAGE_BYTES;

  /** @param version of the rows, which those of older versions are read as. */
  constructor(
    private readonly files: readonly [RowFile, RowFile],
    private readonly version: number,
  ) {
    [this.active] = files;
  }

  /** Rows were lost that had been written: the log lacks them. */
  get damaged(): boolean {
    return this.isDamaged;
  }

  /**
   * Takes in what others have written.
   * @throws Error where they were of a newer version: then nothing is to be written.
   */
  refresh(): void {
    const headers = this.files.map((file) => readHeader(file));
    const newest = Math.max(...headers.map((found) => found?.generation ?? 0));
    const index = headers.findIndex((found) => found?.generation === newest);
    const header = headers[index];
    if (header === undefined) {
      this.begin(this.files[0], 1);
      return;
    }
    if (header.format > FORMAT || header.version > this.version) {
      throw new Error(
        `The second copy was written by a newer Clio (format ${header.format}, version ${header.version})`,
      );
    }
    if (header.generation !== this.generation) {
      this.active = this.files[index];
      this.forget(header.generation);
    }
    this.scan();
    // From here on an older program is not to write into it.
    if (header.version < this.version) this.compact();
  }

  /** All rows of a store, in no particular order. */
  rows(store: string): Iterable<LoggedRow> {
    return this.stores.get(store)?.values() ?? [];
  }

  has(store: string, key: RowKey): boolean {
    return this.stores.get(store)?.has(textOf(key)) ?? false;
  }

  /** The bytes of a row; undefined where there is none, or where they are not what was written. */
  read(store: string, key: RowKey): Uint8Array<ArrayBuffer> | undefined {
    const row = this.stores.get(store)?.get(textOf(key));
    if (row === undefined) return undefined;
    const bytes = readRow(this.active, row.place);
    if (bytes === undefined) this.isDamaged = true;
    return bytes;
  }

  /**
   * Writes all or nothing. What is in the log already as it is to be is not written again.
   * @throws DOMException where the disk refuses; then the log is as it was.
   */
  write(operations: readonly RowOperation[]): void {
    const wanted = lastOfEach(operations).filter(
      (operation) => !this.holds(operation),
    );
    if (wanted.length === 0) return;
    this.append(wanted);
    if (this.garbageBytes > this.liveBytes + this.spared) this.compact();
  }

  /** Forgets all rows, for them to be written anew. */
  clear(): void {
    this.begin(this.other, this.generation + 1);
  }

  private get other(): RowFile {
    return this.files[0] === this.active ? this.files[1] : this.files[0];
  }

  private get garbageBytes(): number {
    return this.end - HEADER_BYTES - this.liveBytes;
  }

  private append(operations: readonly RowOperation[]): void {
    const frame = packFrame(operations);
    try {
      writeAll(this.active, frame, this.end);
    } catch (error) {
      this.active.truncate(this.end);
      throw error;
    }
    this.scan();
  }

  /** Takes in the frames after those that are known, and cuts off what a kill has left of another. */
  private scan(): void {
    const size = this.active.getSize();
    while (this.end < size) {
      const frame = readFrame(this.active, this.end);
      if (frame !== undefined) {
        for (const operation of frame.operations) this.apply(operation);
        this.end += frame.length;
        continue;
      }
      const next = findFrame(this.active, this.end + 1);
      if (next === undefined) {
        this.active.truncate(this.end);
        return;
      }
      // Frames that come after it were written behind it: it was whole once.
      this.isDamaged = true;
      this.end = next;
    }
  }

  private apply({ store, key, fact, place }: FramedOperation): void {
    let rows = this.stores.get(store);
    if (rows === undefined) {
      rows = new Map();
      this.stores.set(store, rows);
    }
    const text = textOf(key);
    this.liveBytes -= rows.get(text)?.place.length ?? 0;
    if (place === undefined) rows.delete(text);
    else {
      rows.set(text, { key, fact, place });
      this.liveBytes += place.length;
    }
  }

  private holds(operation: RowOperation): boolean {
    const { store, key } = operation;
    const row = this.stores.get(store)?.get(textOf(key));
    if (!isPut(operation)) return row === undefined;
    const { bytes, fact } = operation;
    if (row?.fact !== fact || row.place.length !== bytes.length) return false;
    if (row.place.checksum !== crc32(bytes)) return false;
    const held = readRow(this.active, row.place);
    return held?.every((byte, i) => byte === bytes[i]) ?? false;
  }

  /** Writes the rows that count into the other file, which takes the place of this one when it has them all. */
  private compact(): void {
    const { other, active, stores } = this;
    other.truncate(0);
    let at = HEADER_BYTES;
    let batch: RowOperation[] = [];
    let batchBytes = 0;
    const flushBatch = () => {
      const frame = packFrame(batch);
      writeAll(other, frame, at);
      at += frame.length;
      batch = [];
      batchBytes = 0;
    };
    try {
      for (const [store, rows] of stores) {
        for (const { key, fact, place } of rows.values()) {
          const bytes = readRow(active, place);
          if (bytes === undefined) {
            this.isDamaged = true;
            continue;
          }
          batch.push({ store, key, fact, bytes });
          batchBytes += bytes.length;
          if (batchBytes > COPIED_BYTES) flushBatch();
        }
      }
      if (batch.length > 0) flushBatch();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      // The disk has no room for both files: the log goes on in the one that it has, and tries again when it has grown by half.
      other.truncate(0);
      this.spared = this.garbageBytes;
      return;
    }
    this.spared = GARBAGE_BYTES;
    this.switchTo(other, this.generation + 1);
    this.scan();
  }

  private begin(file: RowFile, generation: number): void {
    file.truncate(0);
    this.switchTo(file, generation);
    this.isDamaged = false;
  }

  /** Has `file`, which holds all rows but no header, take the place of the other one. */
  private switchTo(file: RowFile, generation: number): void {
    // The rows before what says that they count.
    file.flush();
    writeHeader(file, { format: FORMAT, version: this.version, generation });
    file.flush();
    this.active = file;
    this.other.truncate(0);
    this.forget(generation);
  }

  private forget(generation: number): void {
    this.generation = generation;
    this.end = HEADER_BYTES;
    this.liveBytes = 0;
    this.stores = new Map();
  }
}

/** Of several operations on one row the last, which is what it comes to. */
function lastOfEach(operations: readonly RowOperation[]): RowOperation[] {
  const last = new Map<string, RowOperation>();
  for (const operation of operations) {
    const { store, key } = operation;
    last.set(JSON.stringify([store, key]), operation);
  }
  return [...last.values()];
}

interface Header {
  format: number;
  version: number;
  generation: number;
}

/** Undefined where there is none, or where it was not written to its end. */
function readHeader(file: RowFile): Header | undefined {
  const bytes = new Uint8Array(HEADER_BYTES);
  if (file.read(bytes, { at: 0 }) !== HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer);
  const isSound =
    view.getUint32(0, true) === MAGIC &&
    view.getInt32(16, true) === crc32(bytes.subarray(0, 16));
  if (!isSound) return undefined;
  return {
    format: view.getUint32(4, true),
    version: view.getUint32(8, true),
    generation: view.getUint32(12, true),
  };
}

function writeHeader(
  file: RowFile,
  { format, version, generation }: Header,
): void {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  [MAGIC, format, version, generation].forEach((number, i) =>
    view.setUint32(4 * i, number, true),
  );
  view.setInt32(16, crc32(bytes.subarray(0, 16)), true);
  writeAll(file, bytes, 0);
}

function writeAll(file: RowFile, bytes: Uint8Array<ArrayBuffer>, at: number) {
  const written = file.write(bytes, { at });
  if (written === bytes.length) return;
  throw new DOMException(
    `Of ${bytes.length} bytes the disk took ${written}`,
    "QuotaExceededError",
  );
}

function textOf(key: RowKey): string {
  return JSON.stringify(key);
}
