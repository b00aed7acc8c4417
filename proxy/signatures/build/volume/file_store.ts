import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { VolumeError } from "./volume_error.js";

const gunzip = promisify(zlib.gunzip);

/** The most that a file of a volume may hold once it is decompressed, in bytes. */
const largestFile = 512 * 1024 * 1024;
/** How often a file on the web is asked for, and how long the first pause is, in milliseconds; each next one is twice as long. */
const attempts = 5;
const firstPause = 500;
/** How long one attempt may take, in milliseconds. */
const patience = 60_000;

/** Where a volume lies. Plain data, so that it can be sent to a worker thread. */
export type Place =
  | { readonly kind: "folder"; readonly folder: string }
  /** Without a slash at its end. */
  | { readonly kind: "web"; readonly url: string };

/** A part of a file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

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
  return place.kind === "folder"
    ? new FolderStore(place.folder)
    : new WebStore(place.url);
}

/** Decompresses gzip. @throws VolumeError naming `place` where it is broken or too large */
export async function decompress(
  bytes: Uint8Array,
  place: string,
): Promise<Uint8Array> {
  try {
    return await gunzip(bytes, { maxOutputLength: largestFile });
  } catch (error) {
    throw new VolumeError(place, `broken gzip: ${reasonOf(error)}`);
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

  async read(file: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const name = this.nameOf(file);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.ask(name, range);
      if (!("failure" in answer)) return answer.bytes;
      if (attempt === attempts || !answer.mayPass)
        throw new VolumeError(name, answer.failure);
      await sleep(firstPause * 2 ** (attempt - 1));
    }
  }

  private async ask(
    name: string,
    range?: ByteRange,
  ): Promise<
    { bytes: Uint8Array | undefined } | { failure: string; mayPass: boolean }
  > {
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
        const mayPass = response.status === 429 || response.status >= 500;
        return { failure: `the answer was ${response.status}`, mayPass };
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

function tooShort(name: string, { offset, length }: ByteRange): VolumeError {
  return new VolumeError(
    name,
    `ends before byte ${offset + length}, expected ${length} bytes from ${offset}`,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch says itself is no more than that it failed.
  return error.cause instanceof Error
    ? `${error.message} (${error.cause.message})`
    : error.message;
}
