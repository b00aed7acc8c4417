import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { segmentsFolder, type IndexSegment } from "../index/manifest.js";
import type { Box } from "../record.js";
import {
  blockBytes,
  CorruptSegmentError,
  decodeHeader,
  sectionLengths,
  segmentBytes,
  signatureBytes,
} from "./layout.js";

/** A segment as the worker threads see it. Descriptors and shared memory are the process's own: every thread can use them. */
export interface SharedSegment {
  readonly name: string;
  /** The descriptor of its file. */
  readonly file: number;
  readonly count: number;
  readonly bounds: Box;
  readonly hidden: readonly Box[];
  /** Its directory, once a thread has read it: see `SharedSection`. */
  readonly directory: SharedArrayBuffer;
  /** The boxes of its pages likewise. */
  readonly pageBounds: SharedArrayBuffer;
  /** Every `waymarkRows`th signature of lane 0, a u64 each: 0 where none has been needed yet. */
  readonly waymarks: SharedArrayBuffer;
}

/** A segment that is open for reading. Only its header has been read: what the rest takes, it takes when it is first needed. */
export class SegmentFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly shared: SharedSegment,
  ) {}

  /**
   * @param folder of the index
   * @param encoder the hash of the encoder whose signatures the index holds
   * @throws CorruptSegmentError where the file is missing, or is not what the manifest lists
   */
  static async open(
    folder: string,
    segment: IndexSegment,
    encoder: string,
  ): Promise<SegmentFile> {
    const { name, count, bounds, hidden } = segment;
    let handle: FileHandle;
    try {
      handle = await open(path.join(segmentsFolder(folder), name), "r");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CorruptSegmentError(name, `it cannot be opened (${code})`);
    }
    try {
      const { size } = await handle.stat();
      if (size !== segmentBytes(count)) {
        throw new CorruptSegmentError(
          name,
          `${size} bytes, expected ${segmentBytes(count)}`,
        );
      }
      const block = Buffer.alloc(blockBytes);
      await handle.read(block, 0, blockBytes, 0);
      const header = decodeHeader(name, block);
      if (header.count !== count || header.encoder !== encoder) {
        throw new CorruptSegmentError(
          name,
          "it holds other records than the manifest says",
        );
      }
      const lengths = sectionLengths(count);
      return new SegmentFile(handle, {
        name,
        file: handle.fd,
        count,
        bounds,
        hidden,
        directory: sharedSection(lengths.directory),
        pageBounds: sharedSection(lengths.pageBounds),
        waymarks: new SharedArrayBuffer(
          signatureBytes * Math.ceil(count / waymarkRows),
        ),
      });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The memory that the segment takes once it is in use, in bytes. */
  get memory(): number {
    const { directory, pageBounds, waymarks } = this.shared;
    return directory.byteLength + pageBounds.byteLength + waymarks.byteLength;
  }

  /** No thread may be reading it. */
  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** Memory for a section, behind a word that says whether the section is in it. Takes no room until it is written. */
function sharedSection(length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(sharedHeaderBytes + length);
}

/** Before the section in its shared memory: a u32, 1 once the section is there, and nothing. */
export const sharedHeaderBytes = 8;

/** So many signatures are read of lane 0 at least: a page of the system's own. */
export const waymarkRows = 512;
