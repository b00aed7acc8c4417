import type { Triple } from "../../../testdata/precomputed/scales.js";
import type { LabelFormat } from "../../../src/clio/model/label_formats.js";
import type { LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";
import { ArrayFile } from "./array_file.js";
import type { LabelSource, SourceBounds } from "./label_source.js";
import { NpzFile } from "./npz_file.js";
import { TiffFile } from "./tiff_file.js";
import { ZarrFile } from "./zarr_file.js";

/** A file that was brought, and what its bringer has said of it. */
export interface BroughtFile {
  readonly file: string;
  readonly format: LabelFormat;
  /** Of a plain array; x, y, z. */
  readonly shape?: Triple;
  readonly dtype?: LabelType;
}

/**
 * Opens a file for reading.
 * @throws LabelsError where it is not what it was said to be, or larger than what is taken
 */
export async function openSource(
  brought: BroughtFile,
  bounds: SourceBounds,
): Promise<LabelSource> {
  const { shape, dtype } = brought;
  const source = await readable(open(brought, bounds));
  if (shape?.some((n, axis) => n !== source.shape[axis])) {
    await source.close();
    throw new LabelsError(
      `shape is ${shape.join(" x ")}, and the file has ${source.shape.join(" x ")} voxels (x, y, z)`,
    );
  }
  if (dtype !== undefined && dtype !== source.type) {
    await source.close();
    throw new LabelsError(
      `dtype is ${dtype}, and the file has voxels of ${source.type}`,
    );
  }
  return source;
}

function open(
  { file, format, shape, dtype }: BroughtFile,
  bounds: SourceBounds,
): Promise<LabelSource> {
  switch (format) {
    case "raw":
      return Promise.resolve(ArrayFile.raw(file, shape, dtype, bounds));
    case "npy":
      return ArrayFile.npy(file, bounds);
    case "npz":
      return NpzFile.open(file, bounds);
    case "zarr":
      return ZarrFile.open(file, bounds);
    case "tiff":
      return TiffFile.open(file, bounds);
  }
}

/** What the readers of formats throw is about the file, in words of their own; what the system says is not. */
export async function readable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asLabelsError(error);
  }
}

/** The same for an error that was caught. */
export function asLabelsError(error: unknown): unknown {
  if (error instanceof LabelsError) return error;
  if (error instanceof Error && "syscall" in error) return error;
  // Of zarrita, which says in which step, and keeps what was wrong there.
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof LabelsError) return cause;
  const why = error instanceof Error ? error.message : String(error);
  return new LabelsError(`the file could not be read: ${why.slice(0, 300)}`);
}
