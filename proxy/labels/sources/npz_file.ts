import type { Triple } from "../../../testdata/precomputed/scales.js";
import type { LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";
import { shapeOf } from "./array_shape.js";
import { sectionsOf, type ArrayForm } from "./array_stream.js";
import type { LabelSource, SourceBounds } from "./label_source.js";
import type { LabelVoxels } from "./label_voxels.js";
import { MOST_HEADER, readNpyHeader } from "./npy_header.js";
import { ZipEntries } from "./zip_entries.js";

/** The names that the array of labels may have among others. */
const USUAL_NAMES = ["labels.npy", "arr_0.npy"];

/** An array in a file of numpy.savez or numpy.savez_compressed. */
export class NpzFile implements LabelSource {
  readonly shape: Triple;
  readonly type: LabelType;

  private constructor(
    private readonly zip: ZipEntries,
    private readonly begin: number,
    private readonly form: ArrayForm,
  ) {
    this.shape = form.shape;
    this.type = form.type;
  }

  /** @throws LabelsError */
  static async open(file: string, bounds: SourceBounds): Promise<LabelSource> {
    const zip = await ZipEntries.open(file);
    try {
      const name = arrayIn(zip.names);
      const { axes, type, bigEndian, begin } = readNpyHeader(
        name,
        await beginOf(zip, name),
      );
      const shape = shapeOf(name, axes, type, bounds);
      return new NpzFile(zip, begin, { name, shape, type, bigEndian });
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  async *sections(): AsyncGenerator<LabelVoxels> {
    const stream = await this.zip.stream(this.form.name);
    yield* sectionsOf(without(stream, this.begin), this.form);
  }

  close(): Promise<void> {
    this.zip.close();
    return Promise.resolve();
  }
}

function arrayIn(names: readonly string[]): string {
  const arrays = names.filter((name) => name.endsWith(".npy"));
  const usual = USUAL_NAMES.find((name) => arrays.includes(name));
  const found = arrays.length === 1 ? arrays[0] : usual;
  if (found === undefined)
    throw new LabelsError(
      `the .npz file has the arrays ${arrays.join(", ") || "(none)"}, expected one, or one called labels`,
    );
  return found;
}

async function beginOf(zip: ZipEntries, name: string): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of (await zip.stream(name)) as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= MOST_HEADER) break;
  }
  return Buffer.concat(parts).subarray(0, MOST_HEADER);
}

/** All bytes but the first. */
async function* without(
  bytes: AsyncIterable<Buffer>,
  count: number,
): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const part of bytes) {
    const rest = part.subarray(Math.min(left, part.length));
    left -= part.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}
