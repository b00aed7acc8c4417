import { realpath } from "node:fs/promises";
import path from "node:path";
import { Problem, notFound } from "../problems/problem.js";

/** What a volume's folder may be called. */
export const volumeName = /^[a-z0-9][a-z0-9_-]*$/;

/** The longest name of a file that file systems take, in bytes. */
const longestName = 255;

// No file of a volume has such a name, and terminals and logs mistake them.
const controlCharacter = /\p{Cc}/u;

function isServedName(name: string): boolean {
  return (
    name !== "" &&
    !name.startsWith(".") &&
    !name.includes(".partial") &&
    !/[/\\]/.test(name) &&
    !controlCharacter.test(name) &&
    Buffer.byteLength(name) <= longestName
  );
}

/**
 * Takes the path of a request for a file apart.
 * @param urlPath still percent-encoded, beginning with `/`
 * @returns the names on the way
 * @throws Problem 400 where the encoding is broken, 404 where a name is one that is never served
 */
export function servedNames(urlPath: string): string[] {
  let names: string[];
  try {
    // Decoded after the split, so that an encoded slash stays part of a name, where it is refused.
    names = urlPath.slice(1).split("/").map(decodeURIComponent);
  } catch {
    throw new Problem(
      400,
      "bad-url",
      "The path holds a broken percent-encoding.",
    );
  }
  if (!names.every(isServedName)) {
    throw notFound("There is no such file in a volume.");
  }
  return names;
}

/**
 * The same of a path below `/volumes`.
 * @returns the volume, and what leads to the file in it
 */
export function volumePath(urlPath: string): string[] {
  const names = servedNames(urlPath);
  if (names.length < 2 || !volumeName.test(names[0])) {
    throw notFound("There is no such file in a volume.");
  }
  return names;
}

/** Whether an error of the file system says that there is no such file. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG";
}

/**
 * Follows a path to where it really is.
 * @param folder a real path (one without symbolic links)
 * @returns the real path, or undefined where there is nothing, or what is there lies outside of `folder`
 */
export async function resolveInside(
  folder: string,
  names: readonly string[],
): Promise<string | undefined> {
  try {
    const real = await realpath(path.join(folder, ...names));
    return real.startsWith(folder + path.sep) ? real : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
