import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const command = "dist/server/signatures.js";

/**
 * Makes the signature index of a dataset in a data folder with the signatures command, unless this very command has made it already.
 * @param stride from one place to the next, in voxels: what is wide makes a small index in little time
 */
export async function ensureIndex(
  data: string,
  dataset: string,
  stride: string,
): Promise<void> {
  const folder = path.join(data, "signatures", dataset);
  const stampFile = path.join(data, `signatures-${dataset}.stamp`);
  const hash = createHash("sha256").update(readFileSync(command));
  const stamp = `${hash.digest("hex")} ${stride}`;
  if (
    existsSync(folder) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, "utf8") === stamp
  )
    return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  await promisify(execFile)(
    process.execPath,
    ["--enable-source-maps", command, "build", dataset, "--stride", stride],
    { env: { ...process.env, CLIO_DATA: data, CLIO_CONFIG: "" } },
  );
  writeFileSync(stampFile, stamp);
}
