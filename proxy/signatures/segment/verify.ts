import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { segmentsFolder, type IndexSegment } from "../index/manifest.js";
import {
  blockBytes,
  CorruptSegmentError,
  decodeHeader,
  roundUp,
  sectionLengths,
  sectionNames,
  sectionOffsets,
  segmentBytes,
} from "./layout.js";

const readAtOnce = 2 ** 20;

/**
 * Reads all of a segment and compares it with the checksums of its header, and the header with the manifest.
 * @param folder of the index
 * @param encoder the hash of the encoder whose signatures the index holds
 * @returns what is wrong, one line each; empty where nothing is
 */
export async function verifySegment(
  folder: string,
  segment: IndexSegment,
  encoder: string,
): Promise<string[]> {
  const file = path.join(segmentsFolder(folder), segment.name);
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    return [`it cannot be opened (${(error as NodeJS.ErrnoException).code})`];
  }
  try {
    return await problemsOf(handle, segment, encoder);
  } catch (error) {
    if (!(error instanceof CorruptSegmentError)) throw error;
    return [error.reason];
  } finally {
    await handle.close();
  }
}

async function problemsOf(
  handle: FileHandle,
  { name, count, bounds }: IndexSegment,
  encoder: string,
): Promise<string[]> {
  const { size } = await handle.stat();
  if (size !== segmentBytes(count)) {
    return [`${size} bytes, expected ${segmentBytes(count)}`];
  }
  const block = Buffer.alloc(blockBytes);
  await handle.read(block, 0, blockBytes, 0);
  const header = decodeHeader(name, block);
  const problems: string[] = [];
  if (
    `${createHash("sha256").update(block).digest("hex").slice(0, 32)}.segment` !==
      name ||
    header.encoder !== encoder ||
    header.count !== count ||
    JSON.stringify(header.bounds) !== JSON.stringify(bounds)
  ) {
    problems.push("the header is not the one that the manifest lists");
  }
  const offsets = sectionOffsets(count);
  const lengths = sectionLengths(count);
  for (const section of sectionNames) {
    const begin = offsets[section];
    const end = begin + lengths[section];
    const hash = createHash("sha256");
    for await (const bytes of chunks(handle, begin, end)) hash.update(bytes);
    if (hash.digest("hex") !== header.sections[section].sha256) {
      problems.push(`the checksum of ${section} is wrong`);
    }
    for await (const bytes of chunks(
      handle,
      end,
      begin + roundUp(end - begin),
    )) {
      if (bytes.some((byte) => byte !== 0)) {
        problems.push(`there is something behind ${section}`);
      }
    }
  }
  return problems;
}

async function* chunks(
  handle: FileHandle,
  begin: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(Math.min(readAtOnce, end - begin));
  for (let at = begin; at < end;) {
    const length = Math.min(readAtOnce, end - at);
    const { bytesRead } = await handle.read(buffer, 0, length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
