import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { BucketStore, type BucketPlace } from "./bucket_store.js";
import {
  askAgain,
  decompress,
  patience,
  reasonOf,
  refusal,
  tooShort,
  type Attempt,
  type ByteRange,
} from "./reading.js";
import { VolumeError } from "./volume_error.js";

/** Where a volume lies. Plain data, so that it can be sent to a worker thread. */
export type Place =
  | { readonly kind: "folder"; readonly folder: string }
  /** Without a slash at its end. */
  | { readonly kind: "web"; readonly url: string }
  | BucketPlace;

/** The files of a volume. */
export interface FileStore {
  /** The name of a file for people. */
  nameOf(file: string): string;
  /**
   * Reads a file, or a part of it.
   * @returns undefined where there is no such file
   * @throws VolumeError where it cannot be read, or is shorter than the range
   */
  read(file: string, range?: ByteRange): Promise<Uint8Array | undefined>;
}

/** Opens the files of a place. */
export function fileStore(place: Place): FileStore {
  switch (place.kind) {
    case "folder":
      return new FolderStore(place.folder);
    case "web":
      return new WebStore(place.url);
    case "bucket":
      return new BucketStore(place);
  }
}

/** A folder, in which a file may be stored as `X.gz` alone. */
class FolderStore implements FileStore {
  constructor(private readonly folder: string) {}

  nameOf(file: string): string {
    return path.join(this.folder, file);
  }

  async read(file: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const name = this.nameOf(file);
    if (range !== undefined) return readRange(name, range);
    const plain = await readWhole(name);
    if (plain !== undefined) return plain;
    const packed = await readWhole(`${name}.gz`);
    return packed && decompress(packed, `${name}.gz`);
  }
}

async function readWhole(name: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(name);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new VolumeError(name, reasonOf(error));
  }
}

async function readRange(
  name: string,
  { offset, length }: ByteRange,
): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(name);
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      if (bytesRead !== length) throw tooShort(name, { offset, length });
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (error instanceof VolumeError) throw error;
    throw new VolumeError(name, reasonOf(error));
  }
}

/** A place on the web; what fails for a while is asked for again. */
class WebStore implements FileStore {
  constructor(private readonly url: string) {}

  nameOf(file: string): string {
    return `${this.url}/${file}`;
  }

  read(file: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const name = this.nameOf(file);
    return askAgain(name, () => this.ask(name, range));
  }

  private async ask(name: string, range?: ByteRange): Promise<Attempt> {
    try {
      const response = await fetch(name, {
        headers: range && {
          range: `bytes=${range.offset}-${range.offset + range.length - 1}`,
        },
        signal: AbortSignal.timeout(patience),
      });
      // Stores that list nothing answer 403 for what is not there, as the viewer knows too.
      if (response.status === 404 || response.status === 403) {
        await response.body?.cancel();
        return { bytes: undefined };
      }
      if (!response.ok) {
        await response.body?.cancel();
        return refusal(response.status);
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (range === undefined) return { bytes };
      // A server that knows no ranges sends the whole.
      const part =
        response.status === 206
          ? bytes
          : bytes.subarray(range.offset, range.offset + range.length);
      if (part.length !== range.length) throw tooShort(name, range);
      return { bytes: part };
    } catch (error) {
      if (error instanceof VolumeError) throw error;
      return { failure: reasonOf(error), mayPass: true };
    }
  }
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
