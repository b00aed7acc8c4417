import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import yazl from "yazl";

/** The same for all files, so that a folder packed anew is the same bytes, and an upload of it can go on. */
const SOME_DAY = new Date(2020, 0, 1);

/**
 * Packs a folder into one zip file, as it is: chunks are compressed already.
 * @param work gets the file, which goes when it is done
 */
export async function withPacked<T>(
  folder: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const place = await mkdtemp(path.join(tmpdir(), "clio-labels-"));
  try {
    const file = path.join(place, "labels.zip");
    await pack(folder, file);
    return await work(file);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function pack(folder: string, file: string): Promise<void> {
  const entries = await readdir(folder, {
    ...{ recursive: true, withFileTypes: true },
  });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(folder, path.join(entry.parentPath, entry.name)),
    )
    .map((name) => name.split(path.sep).join("/"))
    .sort();
  const zip = new yazl.ZipFile();
  for (const name of names)
    zip.addFile(path.join(folder, name), name, {
      ...{ compress: false, mtime: SOME_DAY, mode: 0o100644 },
    });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
  // As old as the newest in it, by which an upload of it knows that it is the same.
  let newest = 0;
  for (const name of names) {
    const { mtimeMs } = await stat(path.join(folder, name));
    newest = Math.max(newest, mtimeMs);
  }
  await utimes(file, newest / 1000, newest / 1000);
}
