import { readFile, rm, writeFile } from "node:fs/promises";

/** Thrown where another process is at work on the same index. */
export class IndexBusyError extends Error {
  constructor(file: string, owner: string) {
    super(
      `process ${owner} is at work on this index; where it is not, remove ${file}`,
    );
    this.name = "IndexBusyError";
  }
}

/**
 * Takes an index for this process alone. A lock whose process was killed counts as none.
 * @param file of the lock, in a folder that exists
 * @returns gives the index back
 * @throws IndexBusyError where another process has it
 */
export async function lockFolder(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = await readFile(file, "utf8").catch(() => "");
    if (isAlive(Number(owner))) throw new IndexBusyError(file, owner);
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
