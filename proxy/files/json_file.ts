import { readFile, stat } from "node:fs/promises";
import { isSafeNumber, parse } from "lossless-json";

/** The largest JSON file that a person is expected to have written, in bytes. */
const largestFile = 4 * 1024 * 1024;

/** Thrown where a JSON file cannot be read. The message names the file, the place in it and what was expected. */
export class JsonFileError extends Error {
  constructor(file: string, detail: string) {
    super(`${file}: ${detail}`);
    this.name = "JsonFileError";
  }
}

/** What the system's error codes mean to the person who named the file. */
const meaning: Partial<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "the file may not be read by this user",
  EISDIR: "this is a folder, expected a file",
  ENOTDIR: "a part of the path is a file, expected a folder",
};

/** The text for a failed access to a path, without the path, which the caller knows. */
export function systemErrorText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return meaning[code] ?? `the system refused it (${code || String(error)})`;
}

/** A whole number beyond 2^53 is a segment id, which a `number` would round: it becomes its decimal text. */
function parseNumber(text: string): number | string {
  const whole = /^-?\d+$/.test(text);
  return whole && !isSafeNumber(text) ? text : Number(text);
}

/** The 1-based line and column of a character offset. */
function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

/**
 * Reads JSON that a person wrote. Whole numbers beyond 2^53 come back as decimal strings.
 * @throws JsonFileError where the file is missing, too large or not JSON (with line and column)
 */
export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > largestFile) {
      throw new JsonFileError(
        file,
        `${size} bytes, expected at most ${largestFile}`,
      );
    }
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof JsonFileError) throw error;
    throw new JsonFileError(file, systemErrorText(error));
  }
  // Some editors begin a file with a byte order mark, which is no part of JSON.
  text = text.replace(/^\uFEFF/, "");
  try {
    return parse(text, undefined, parseNumber);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const [, what, offset] = /^(.*?) at position (\d+)$/s.exec(reason) ?? [];
    throw new JsonFileError(
      file,
      offset === undefined
        ? `not JSON: ${reason}`
        : `not JSON at ${place(text, Number(offset))}: ${what}`,
    );
  }
}
