import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { VolumeError } from "./volume_error.js";

const gunzip = promisify(zlib.gunzip);

/** The most that a file of a volume may hold once it is decompressed, in bytes. */
const largestFile = 512 * 1024 * 1024;
/** How often a file elsewhere is asked for, and how long the first pause is, in milliseconds; each next one is twice as long. */
const attempts = 5;
const firstPause = 500;
/** How long one attempt may take, in milliseconds. */
export const patience = 60_000;

/** A part of a file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What came of asking for a file: its bytes, undefined where there is none, or why not, and whether it may come later. */
export type Attempt =
  | { readonly bytes: Uint8Array | undefined }
  | { readonly failure: string; readonly mayPass: boolean };

/**
 * Asks for a file, and again where what failed may pass.
 * @param name of the file, for people
 * @throws VolumeError
 */
export async function askAgain(
  name: string,
  ask: () => Promise<Attempt>,
): Promise<Uint8Array | undefined> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    if (!("failure" in answer)) return answer.bytes;
    if (attempt === attempts || !answer.mayPass)
      throw new VolumeError(name, answer.failure);
    await sleep(firstPause * 2 ** (attempt - 1));
  }
}

/** What an answer with this status means, that is not the file. */
export function refusal(status: number): Attempt {
  const mayPass = status === 429 || status >= 500;
  return { failure: `the answer was ${status}`, mayPass };
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

/** That a file ends before a range does. */
export function tooShort(
  name: string,
  { offset, length }: ByteRange,
): VolumeError {
  return new VolumeError(
    name,
    `ends before byte ${offset + length}, expected ${length} bytes from ${offset}`,
  );
}

/** What went wrong, in a few words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch says itself is no more than that it failed.
  return error.cause instanceof Error
    ? `${error.message} (${error.cause.message})`
    : error.message;
}
