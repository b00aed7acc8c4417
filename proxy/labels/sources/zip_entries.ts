import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import yauzl from "yauzl";
import { LabelsError } from "../labels_error.js";

/** The most files in a zip: a volume of that many chunks is better stored in larger ones. */
const MOST_ENTRIES = 500_000;

/** The files in a zip, by name. Each is decompressed up to the size that the zip says of it and no further. */
export class ZipEntries {
  private constructor(
    private readonly zip: yauzl.ZipFile,
    private readonly entries: ReadonlyMap<string, yauzl.Entry>,
  ) {}

  /** @throws LabelsError where it is no zip, or one that was made to swell */
  static async open(file: string): Promise<ZipEntries> {
    const zip = await yauzl.openPromise(file, {
      lazyEntries: true,
      autoClose: false,
    });
    try {
      return new ZipEntries(zip, await list(zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** How many bytes a file has, decompressed; undefined where there is none. */
  sizeOf(name: string): number | undefined {
    return this.entries.get(name)?.uncompressedSize;
  }

  /** The bytes of a file; they end in an error where they are not as many as the zip says. */
  async stream(name: string): Promise<Readable> {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new LabelsError(`${name}: expected such a file in the zip`);
    return this.zip.openReadStreamPromise(entry);
  }

  /**
   * A whole file; undefined where there is none.
   * @throws LabelsError where it has more bytes than `most`
   */
  async read(name: string, most: number): Promise<Buffer | undefined> {
    const size = this.sizeOf(name);
    if (size === undefined) return undefined;
    if (size > most)
      throw new LabelsError(
        `${name}: ${size} bytes, expected at most ${most} in a file of this volume`,
      );
    return buffer(await this.stream(name));
  }

  close(): void {
    this.zip.close();
  }
}

async function list(zip: yauzl.ZipFile): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > MOST_ENTRIES)
    throw new LabelsError(
      `the zip has ${zip.entryCount} files, expected at most ${MOST_ENTRIES}`,
    );
  const entries = new Map<string, yauzl.Entry>();
  let stored = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", resolve);
    zip.on("entry", (entry: yauzl.Entry) => {
      stored += entry.compressedSize;
      if (!entry.fileName.endsWith("/")) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
  // Files that lie over each other are how a small zip unfolds to anything (Fifield, A better zip bomb, 2019).
  if (stored > zip.fileSize)
    throw new LabelsError(
      `the files in the zip take ${stored} bytes, expected no more than its own ${zip.fileSize}`,
    );
  return entries;
}
