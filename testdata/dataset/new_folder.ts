import { existsSync, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../input/input_error.js";

/** Begins with a dot, so that nobody takes it for a dataset, and ends with the process that writes it. */
const prefixOf = (place: string): string =>
  `.${path.basename(place)}.unfinished-`;

/** Follows when it is the older dataset, on its way out. */
const REPLACED = "-replaced";

/**
 * Makes a folder that is there whole or not at all: it is filled under another name beside its place and renamed at the
 * end. Where the work fails or the process is told to end, nothing is left; what a killed process left is cleared away the
 * next time.
 * @param replace whether an older folder of the name may go; it stays until the new one is whole
 * @param fill writes into the folder it is given, and no more once its promise is settled
 * @throws InputError where the folder exists and may not be replaced
 */
export async function makeFolder(
  target: string,
  replace: boolean,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const place = path.resolve(target);
  await mkdir(path.dirname(place), { recursive: true });
  await clearLeftovers(place);
  if (!replace) await refuseExisting(place);
  const folder = path.join(
    path.dirname(place),
    `${prefixOf(place)}${process.pid}`,
  );
  const clear = (): void => {
    // Threads that still write into it when a signal comes make for a second try.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    clear();
    stopListening();
    process.kill(process.pid, signal);
  };
  const stopListening = (): void => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
  await mkdir(folder);
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    await fill(folder);
    await swap(folder, place);
  } catch (error) {
    clear();
    throw error;
  } finally {
    stopListening();
  }
}

async function refuseExisting(place: string): Promise<void> {
  // An empty folder is not worth a refusal.
  if (!existsSync(place) || (await readdir(place)).length === 0) return;
  throw new InputError(
    `${place}: exists already; give --replace to put the new dataset in its place, or another name`,
  );
}

async function swap(folder: string, place: string): Promise<void> {
  const old = `${folder}${REPLACED}`;
  if (existsSync(place)) await rename(place, old);
  await rename(folder, place);
  await rm(old, { recursive: true, force: true });
}

/** Removes what killed processes have left of this folder; what was on its way out comes back where nothing came instead. */
async function clearLeftovers(place: string): Promise<void> {
  const parent = path.dirname(place);
  const prefix = prefixOf(place);
  for (const name of await readdir(parent)) {
    if (
      !name.startsWith(prefix) ||
      isRunning(Number.parseInt(name.slice(prefix.length)))
    )
      continue;
    const leftover = path.join(parent, name);
    if (name.endsWith(REPLACED) && !existsSync(place))
      await rename(leftover, place);
    else await rm(leftover, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another person's cannot be signalled, but is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
