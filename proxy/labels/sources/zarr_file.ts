import * as zarr from "zarrita";
import type { Triple } from "../../../testdata/precomputed/scales.js";
import { LABEL_TYPES, type LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";
import { shapeOf } from "./array_shape.js";
import type { LabelSource, SourceBounds } from "./label_source.js";
import {
  bytesOfType,
  labelVoxels,
  setVoxels,
  type LabelVoxels,
} from "./label_voxels.js";
import { clioPlace, omeLevel, type StatedPlace } from "./zarr_attributes.js";
import { boundCodecs } from "./zarr_codecs.js";
import { ZarrStore } from "./zarr_store.js";
import { ZipEntries } from "./zip_entries.js";

type ZarrArray = zarr.Array<zarr.DataType, ZarrStore>;

/** An array of a Zarr, of version 2 or 3, in a zip. */
export class ZarrFile implements LabelSource {
  readonly offset?: Triple;
  readonly voxelSize?: Triple;

  private constructor(
    private readonly zip: ZipEntries,
    private readonly array: ZarrArray,
    readonly shape: Triple,
    readonly type: LabelType,
    { offset, voxelSize }: StatedPlace,
  ) {
    this.offset = offset;
    this.voxelSize = voxelSize;
  }

  /** @throws LabelsError */
  static async open(file: string, bounds: SourceBounds): Promise<LabelSource> {
    boundCodecs();
    const zip = await ZipEntries.open(file);
    try {
      const store = new ZarrStore(zip, bounds.bytes);
      const { array, place } = await findArray(store);
      const type = LABEL_TYPES.find((each) => each === array.dtype);
      if (type === undefined)
        throw new LabelsError(
          `the type of the Zarr is ${array.dtype}, expected whole numbers: uint8 to uint64, int8 to int64 or bool`,
        );
      const shape = shapeOf("the Zarr", array.shape, type, bounds);
      requireChunks(array, shape, type, bounds);
      return new ZarrFile(zip, array, shape, type, place);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  async *sections(): AsyncGenerator<LabelVoxels> {
    const [x, y, z] = this.shape;
    const [depth, height, width] = this.array.chunks.slice(-3);
    for (let from = 0; from < z; from += depth) {
      const sections = Math.min(depth, z - from);
      const bytes = new Uint8Array(x * y * sections * bytesOfType(this.type));
      const row = labelVoxels(this.type, bytes, false);
      for (let top = 0; top < y; top += height)
        for (let left = 0; left < x; left += width) {
          const cell = [from / depth, top / height, left / width];
          const chunk = await this.chunk(cell);
          for (let k = 0; k < sections; k++)
            for (let j = 0; j < Math.min(height, y - top); j++) {
              const at = (k * height + j) * width;
              const columns = Math.min(width, x - left);
              setVoxels(
                row,
                chunk.subarray(at, at + columns),
                (k * y + top + j) * x + left,
              );
            }
        }
      yield row;
    }
  }

  /**
   * A whole chunk, x fastest; one that was never written is background.
   * @param cell of the chunk in the grid of chunks, z, y, x
   * @throws LabelsError where it is cut short: the rest of it would be background
   */
  private async chunk(cell: readonly number[]): Promise<LabelVoxels> {
    const before = this.array.shape.slice(0, -3).map(() => 0);
    const { data, shape, stride } = await this.array.getChunk([
      ...before,
      ...cell,
    ]);
    const [, height, width] = shape.slice(-3);
    const wanted = [height * width, width, 1];
    if (stride.slice(-3).some((n, axis) => n !== wanted[axis]))
      throw new LabelsError(
        "the order of the Zarr is F, expected C: z, y, x with x the fastest",
      );
    const voxels =
      this.type === "bool"
        ? // Its view of single bits is none of the typed arrays.
          Uint8Array.from(data as Iterable<boolean>, Number)
        : (data as LabelVoxels);
    const expected = shape.reduce((product, n) => product * n, 1);
    if (voxels.length !== expected)
      throw new LabelsError(
        `chunk ${cell.join(".")} of the Zarr has ${voxels.length} voxels, expected ${expected}`,
      );
    return voxels;
  }

  close(): Promise<void> {
    this.zip.close();
    return Promise.resolve();
  }
}

/** The array of the labels, and what is said of where it lies. */
async function findArray(
  store: ZarrStore,
): Promise<{ array: ZarrArray; place: StatedPlace }> {
  const root = zarr.root(store);
  const node = await zarr.open(root);
  if (node.kind === "array")
    return { array: node, place: clioPlace(node.attrs) };
  const level = omeLevel(node.attrs);
  const path = level?.path ?? onlyArray(store.arrays);
  const array = await zarr.open(root.resolve(path), { kind: "array" });
  const place = {
    ...level,
    ...clioPlace(node.attrs),
    ...clioPlace(array.attrs),
  };
  return { array, place };
}

function onlyArray(paths: readonly string[]): string {
  const arrays = paths.filter((path) => path !== "/");
  const found =
    arrays.length === 1
      ? arrays[0]
      : arrays.find((path) => path.endsWith("/labels"));
  if (found === undefined)
    throw new LabelsError(
      `the Zarr has the arrays ${arrays.join(", ") || "(none)"}, expected one, or one called labels`,
    );
  return found;
}

/** A row of chunks is in memory at once. */
function requireChunks(
  { chunks }: ZarrArray,
  [x, y, z]: Triple,
  type: LabelType,
  { bytes }: SourceBounds,
): void {
  const depth = Math.min(chunks[chunks.length - 3], z);
  const row = Math.max(
    x * y * depth,
    chunks.reduce((product, n) => product * n, 1),
  );
  if (row * bytesOfType(type) > bytes)
    throw new LabelsError(
      `the chunks of the Zarr are ${chunks.join(" x ")}, ${row * bytesOfType(type)} bytes a row, expected at most ${bytes}: store it in chunks of less sections`,
    );
}
