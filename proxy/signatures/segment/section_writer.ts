import { createHash, type Hash } from "node:crypto";
import { writeSync } from "node:fs";
import { blockBytes, roundUp, type Section } from "./layout.js";

/** Writes sections of a segment one after the other. */
export class SectionWriter {
  private length = 0;
  private hash: Hash = createHash("sha256");

  /**
   * @param file descriptor of the segment's file, open for writing
   * @param offset where the first section begins, in bytes
   */
  constructor(
    private readonly file: number,
    private offset = blockBytes,
  ) {}

  /** Adds to the section under way. */
  write(bytes: Uint8Array): void {
    this.hash.update(bytes);
    writeAll(this.file, bytes, this.offset + this.length);
    this.length += bytes.length;
  }

  /** Ends the section under way, and begins the next. */
  end(): Section {
    const { offset, length } = this;
    writeAll(
      this.file,
      new Uint8Array(roundUp(length) - length),
      offset + length,
    );
    const section = { offset, length, sha256: this.hash.digest("hex") };
    this.offset += roundUp(length);
    this.length = 0;
    this.hash = createHash("sha256");
    return section;
  }
}

/** Writes all of the bytes: a disk that fills up takes a part of them before it refuses. */
export function writeAll(
  file: number,
  bytes: Uint8Array,
  position: number,
): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
