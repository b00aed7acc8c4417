/**
 * Pages: a few thousand rows packed into bytes with a checksum, written once and never changed. One request reads them all, which
 * is some ten times faster than a request a record. The bytes are JSON, one row a line, so that a person or a later program can
 * still take the good lines out of a damaged page.
 */
import { buf as crc32 } from "crc-32";
import type { StoredRecord } from "../model/record.js";
import type { PageDescriptor } from "./database.js";

/** A record as of the change `seq`, or only its id where that change deleted it (a tombstone). */
export type Row = readonly [seq: number, content: StoredRecord | string];

export function rowId([, content]: Row): string {
  return typeof content === "string" ? content : content.id;
}

export function isTombstone(row: Row): row is readonly [number, string] {
  return typeof row[1] === "string";
}

/** A page has at most so many rows: a thousandth of a second a thousand rows to read one record of it. */
export const PAGE_ROWS = 4096;

/** A page is closed when it has grown past so many characters, so that long descriptions do not make a page of many megabytes. */
const PAGE_CHARACTERS = 1 << 20;

export interface PackedPage {
  descriptor: PageDescriptor;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Collects rows of ascending id and packs them into the pages of one run. */
export class PagePacker {
  private lines: string[] = [];
  private characters = 0;
  private descriptor: PageDescriptor;

  /** @param run number of the run that the pages belong to. */
  constructor(private readonly run: number) {
    this.descriptor = emptyPage(run);
  }

  /** Adds a row whose id comes after that of the row before; returns a page when one is full. */
  add(row: Row): PackedPage | undefined {
    const [seq, content] = row;
    const id = rowId(row);
    const line = JSON.stringify(row);
    const { descriptor } = this;
    if (descriptor.count === 0) descriptor.minId = id;
    descriptor.maxId = id;
    descriptor.count += 1;
    descriptor.minSeq = Math.min(descriptor.minSeq, seq);
    descriptor.maxSeq = Math.max(descriptor.maxSeq, seq);
    if (typeof content === "string") {
      descriptor.tombstones += 1;
    } else {
      const { modified } = content;
      descriptor.minModified = Math.min(descriptor.minModified, modified);
      descriptor.maxModified = Math.max(descriptor.maxModified, modified);
    }
    this.lines.push(line);
    this.characters += line.length;
    const full =
      descriptor.count >= PAGE_ROWS || this.characters >= PAGE_CHARACTERS;
    return full ? this.flush() : undefined;
  }

  /** The page of the rows that are left, if any are. */
  flush(): PackedPage | undefined {
    if (this.lines.length === 0) return undefined;
    const bytes = new TextEncoder().encode(`[\n${this.lines.join(",\n")}\n]`);
    const descriptor = {
      ...this.descriptor,
      page: crypto.randomUUID(),
      bytes: bytes.length,
      checksum: crc32(bytes),
    };
    this.lines = [];
    this.characters = 0;
    this.descriptor = emptyPage(this.run);
    return { descriptor, bytes };
  }
}

function emptyPage(run: number): PageDescriptor {
  return {
    page: "",
    run,
    count: 0,
    tombstones: 0,
    bytes: 0,
    checksum: 0,
    minId: "",
    maxId: "",
    minSeq: Infinity,
    maxSeq: 0,
    minModified: Infinity,
    maxModified: 0,
  };
}

/**
 * The rows of a page, in ascending order of id. They are taken as they were written and not parsed by the schema: the checksum
 * already says that they are what this program wrote.
 * @throws Error where the bytes are not those that `descriptor` was made for.
 */
export function unpackPage(
  descriptor: PageDescriptor,
  bytes: Uint8Array,
): Row[] {
  if (bytes.length !== descriptor.bytes) {
    throw new Error(
      `its length is ${bytes.length} bytes, expected ${descriptor.bytes}`,
    );
  }
  const checksum = crc32(bytes);
  if (checksum !== descriptor.checksum) {
    throw new Error(
      `its checksum is ${checksum}, expected ${descriptor.checksum}`,
    );
  }
  return JSON.parse(new TextDecoder().decode(bytes)) as Row[];
}

/** The rows of those lines of a damaged page that are still JSON. What they say is unproven. */
export function salvageRows(bytes: Uint8Array): unknown[] {
  const rows: unknown[] = [];
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    try {
      rows.push(JSON.parse(line.replace(/,$/, "")));
    } catch {
      // A damaged line, or the bracket that opens or closes the page.
    }
  }
  return rows;
}
