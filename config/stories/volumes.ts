import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const command = "dist/server/dataset.js";
const cache = path.resolve(".cache/volumes");
/** Half of the demo volume's sides: made in seconds, and with all that the whole one has. */
const demoSize = "256,256,128";

/**
 * The data folder of the stories and benchmarks. What the dataset command makes depends on the command alone, so a volume is made
 * once and kept until the command changes.
 */
export function storyData(): string {
  const key = createHash("sha256")
    .update(readFileSync(command))
    .digest("hex")
    .slice(0, 16);
  const data = path.join(cache, key);
  if (!existsSync(data)) {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(path.join(data, "volumes"), { recursive: true });
  }
  return data;
}

/** The demo volume at a reduced size, as `demo`. */
export function ensureDemo(data: string): Promise<void> {
  return ensureVolume(data, "demo", (draft) => [
    "demo",
    "--size",
    demoSize,
    "--out",
    path.join(draft, "volumes/demo"),
  ]);
}

/**
 * The real volume of the shared test data, as `fibsem-medulla-ts2`, with the layers `image`, `supervoxels` and `bodies`. It has no
 * meshes: they take a minute, and the demo volume has some.
 * @returns whether it is there; where the shared data is missing it is not, and the story is `pending(noSharedData)`
 */
export function ensureMedulla(data: string): Promise<boolean> {
  const labels = { supervoxels: "overseg", bodies: "gt_body" };
  return ensureReal(data, "fibsem-medulla-ts2", "gray", labels);
}

/** The same of the serial sections with hand labels, as `sstem-vnc`, with the layers `image` and `mitochondria`. */
export function ensureSections(data: string): Promise<boolean> {
  const labels = { mitochondria: "stack1_mitochondria" };
  return ensureReal(data, "sstem-vnc", "stack1_gray", labels);
}

/** @param labels files of the volume in the shared test data, by the name of the layer */
async function ensureReal(
  data: string,
  name: string,
  image: string,
  labels: Readonly<Record<string, string>>,
): Promise<boolean> {
  const shared = sharedPath("data", name);
  if (shared === undefined) return false;
  const raw = (file: string) => path.join(shared, `${file}.raw.gz`);
  await ensureVolume(data, name, (draft) => [
    ...["make", "--name", name, "--image", raw(image)],
    ...Object.entries(labels).flatMap(([layer, file]) => [
      "--labels",
      `${layer}=${raw(file)}`,
    ]),
    ...["--no-meshes", "--out", draft],
  ]);
  return true;
}

/**
 * Makes a volume in a data folder with the dataset command, unless it is there.
 * @param args of the command that makes it in a data folder, which is a draft: moved as a whole, so that two runs at the same
 *   time do not meet in it
 */
export async function ensureVolume(
  data: string,
  name: string,
  args: (draft: string) => readonly string[],
): Promise<void> {
  const volume = path.join(data, "volumes", name);
  if (existsSync(volume)) return;
  const draft = mkdtempSync(path.join(data, "draft-"));
  try {
    mkdirSync(path.join(draft, "volumes"));
    await promisify(execFile)(
      process.execPath,
      ["--enable-source-maps", command, ...args(draft)],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    if (!existsSync(volume))
      renameSync(path.join(draft, "volumes", name), volume);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Why a story that needs the shared test data is skipped. */
export const noSharedData =
  "the shared test data is not there: CLIO_SHARED names its folder (../shared)";

/**
 * A file or folder of the shared test data.
 * @returns undefined where it is missing
 */
export function sharedPath(...parts: string[]): string | undefined {
  const place = path.resolve(process.env.CLIO_SHARED ?? "../shared", ...parts);
  return existsSync(place) ? place : undefined;
}
