import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Triple } from "../../../testdata/precomputed/scales.js";
import type { LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";
import { shapeOf } from "./array_shape.js";
import { sectionsOf, type ArrayForm } from "./array_stream.js";
import type { LabelSource, SourceBounds } from "./label_source.js";
import type { LabelVoxels } from "./label_voxels.js";
import { MOST_HEADER, readNpyHeader } from "./npy_header.js";

/** An array that lies in a file as it is, from some byte on. */
export class ArrayFile implements LabelSource {
  readonly shape: Triple;
  readonly type: LabelType;

  private constructor(
    private readonly file: string,
    private readonly begin: number,
    private readonly form: ArrayForm,
  ) {
    this.shape = form.shape;
    this.type = form.type;
  }

  /**
   * @param shape x, y, z
   * @throws LabelsError
   */
  static raw(
    file: string,
    shape: Triple | undefined,
    type: LabelType | undefined,
    bounds: SourceBounds,
  ): LabelSource {
    if (shape === undefined || type === undefined)
      throw new LabelsError(
        "shape or dtype is missing, expected both of a plain array",
      );
    const [x, y, z] = shape;
    return new ArrayFile(file, 0, {
      name: "the array",
      shape: shapeOf("the array", [z, y, x], type, bounds),
      type,
      bigEndian: false,
    });
  }

  /** @throws LabelsError */
  static async npy(file: string, bounds: SourceBounds): Promise<LabelSource> {
    const name = "the .npy file";
    const { axes, type, bigEndian, begin } = readNpyHeader(
      name,
      await readBegin(file),
    );
    const shape = shapeOf(name, axes, type, bounds);
    return new ArrayFile(file, begin, { name, shape, type, bigEndian });
  }

  sections(): AsyncIterable<LabelVoxels> {
    const bytes = createReadStream(this.file, {
      start: this.begin,
      highWaterMark: 2 ** 20,
    }) as AsyncIterable<Buffer>;
    return sectionsOf(bytes, this.form);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function readBegin(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(MOST_HEADER);
    const { bytesRead } = await handle.read(bytes, 0, MOST_HEADER, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
