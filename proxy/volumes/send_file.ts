import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Request, Response } from "express";
import { notFound } from "../problems/problem.js";
import { contentType } from "./content_type.js";
import { resolveInside } from "./path.js";

const gunzip = promisify(zlib.gunzip);

/** The most that a compressed file may unfold to in memory, in bytes. */
const largestDecompressed = 256 * 1024 * 1024;

/** Sends a file, whole or in the range asked for, or says that the client has it already. */
function sendFile(
  response: Response,
  file: string,
  options: { acceptRanges: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    response.sendFile(
      file,
      // The path was checked name by name; the folder that the data live in may well have a dot of its own.
      { ...options, dotfiles: "allow", cacheControl: false },
      (error?: Error & { code?: string }) => {
        // The client went away: there is nobody left to tell.
        if (error && error.code !== "ECONNABORTED") reject(error);
        else resolve();
      },
    );
  });
}

/**
 * Decompresses for the rare client that does not read gzip. In memory, because what is stored compressed is a chunk or
 * a fragment, and so that a broken file is found before half an answer is out.
 */
async function sendDecompressed(
  response: Response,
  file: string,
): Promise<void> {
  const bytes = await gunzip(await readFile(file), {
    maxOutputLength: largestDecompressed,
  });
  response.send(bytes);
}

/** Sends `file`, which is a gzip stream, as what it holds. */
async function sendCompressed(
  request: Request,
  response: Response,
  file: string,
): Promise<void> {
  response.vary("Accept-Encoding");
  if (request.acceptsEncodings("gzip") === false) {
    await sendDecompressed(response, file);
    return;
  }
  response.set("Content-Encoding", "gzip");
  // A range would be one of the compressed bytes, which nobody can decompress: the answer is whole.
  await sendFile(response, file, { acceptRanges: false });
}

/**
 * Sends a file of a volume. One that is stored as `X.gz` alone is sent as `X`. A missing file is an ordinary answer: the viewer takes the
 * 404 of a chunk for an empty one.
 * @param folder a real path, which the file does not leave
 * @param names what leads to the file in it, as `servedNames` gives them
 */
export async function sendVolumeFile(
  request: Request,
  response: Response,
  folder: string,
  names: readonly string[],
): Promise<void> {
  const last = names[names.length - 1];
  response.setHeader("Content-Type", contentType(last));
  // Volumes are made anew under the same name, so each chunk is asked for again, which costs a 304.
  response.setHeader("Cache-Control", "no-cache");
  const plain = await resolveInside(folder, names);
  if (plain !== undefined) {
    if (!(await stat(plain)).isFile()) {
      throw notFound("This is a folder, and folders are not listed.");
    }
    await sendFile(response, plain, { acceptRanges: true });
    return;
  }
  const compressed = await resolveInside(folder, [
    ...names.slice(0, -1),
    `${last}.gz`,
  ]);
  if (compressed === undefined) {
    throw notFound(
      `There is no ${path.posix.join(...names)} among the volumes.`,
    );
  }
  await sendCompressed(request, response, compressed);
}
