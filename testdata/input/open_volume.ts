import { existsSync, statSync } from "node:fs";
import { InputError } from "./input_error.js";
import { RawVolume } from "./raw_volume.js";
import { SliceStack } from "./slice_stack.js";
import type { VolumeSource } from "./volume_source.js";

/**
 * Opens a volume for reading: a `.raw` or `.raw.gz` file with its sidecar, a folder of slices, or a TIFF file.
 * @throws InputError where there is no such thing
 */
export function openVolume(path: string): Promise<VolumeSource> {
  if (!existsSync(path)) throw new InputError(`${path}: not found`);
  if (/\.raw(\.gz)?$/.test(path)) return RawVolume.open(path);
  if (statSync(path).isDirectory() || /\.(tiff?|png)$/i.test(path))
    return SliceStack.open(path);
  throw new InputError(
    `${path}: expected a .raw or .raw.gz file with a .json beside it, a folder of PNG or TIFF slices, or a TIFF file`,
  );
}
