import { createHash, randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";

/** Thrown where a file of an index is not what was written, or of a form that this version does not read. */
export class CorruptIndexError extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.name = "CorruptIndexError";
  }
}

/**
 * Puts a JSON object on the disk with a checksum, in the place of the file's former version at once: whatever happens
 * meanwhile, the file is the old one or the new one, whole.
 * @param file in a folder that exists
 */
export async function writeSealed(file: string, value: object): Promise<void> {
  const text = JSON.stringify(value, undefined, 1);
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    const handle = await open(partial, "wx");
    try {
      await handle.writeFile(`${text}\n${sumOf(text)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/**
 * Reads what `writeSealed` wrote.
 * @returns the text of the JSON, and its checksum; undefined where there is no such file
 * @throws CorruptIndexError where a bit of it has changed
 */
export async function readSealed(
  file: string,
): Promise<{ json: unknown; sum: string } | undefined> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const [, text = "", sum = ""] =
    /^(.*)\n([0-9a-f]{64})\n$/s.exec(content) ?? [];
  if (sumOf(text) !== sum) {
    throw new CorruptIndexError(file, "its checksum is wrong");
  }
  return { json: JSON.parse(text), sum };
}

/** Makes what was created, renamed or removed in a folder outlast a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
