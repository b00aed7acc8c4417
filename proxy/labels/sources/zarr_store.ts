import type { AbsolutePath, AsyncReadable, RangeQuery } from "zarrita";
import { LabelsError } from "../labels_error.js";
import type { ZipEntries } from "./zip_entries.js";

/** The files that make a folder a Zarr. */
const MARKS = /^(.*\/)?(\.zarray|\.zgroup|zarr\.json)$/;

/** A Zarr in a zip, whether its folder was packed with its name or without. */
export class ZarrStore implements AsyncReadable {
  private readonly root: string;
  /** What a shard was read from last: its chunks are asked for one after the other. */
  private last?: { name: string; bytes: Buffer | undefined };

  /**
   * @param most bytes of one file
   * @throws LabelsError where the zip holds no Zarr
   */
  constructor(
    private readonly zip: ZipEntries,
    private readonly most: number,
  ) {
    const roots = zip.names
      .map((name) => MARKS.exec(name))
      .filter((match) => match !== null)
      .map((match) => match[1] ?? "")
      .sort((a, b) => a.length - b.length);
    if (roots.length === 0)
      throw new LabelsError(
        "the zip holds no .zarray, .zgroup or zarr.json, expected a Zarr of version 2 or 3",
      );
    this.root = roots[0];
  }

  /** The folders of arrays, from the root, each beginning with `/`. */
  get arrays(): string[] {
    return this.zip.names
      .filter((name) => name.startsWith(this.root) && MARKS.test(name))
      .map((name) => `/${name.slice(this.root.length)}`)
      .filter((name) => !name.endsWith(".zgroup"))
      .map((name) => name.slice(0, name.lastIndexOf("/")) || "/")
      .sort();
  }

  get(key: AbsolutePath): Promise<Uint8Array | undefined> {
    return this.zip.read(this.root + key.slice(1), this.most);
  }

  async getRange(
    key: AbsolutePath,
    range: RangeQuery,
  ): Promise<Uint8Array | undefined> {
    const name = this.root + key.slice(1);
    if (this.last?.name !== name)
      this.last = { name, bytes: await this.zip.read(name, this.most) };
    const { bytes } = this.last;
    if (bytes === undefined) return undefined;
    const begin =
      "suffixLength" in range
        ? bytes.length - range.suffixLength
        : range.offset;
    const end = "suffixLength" in range ? bytes.length : begin + range.length;
    if (begin < 0 || end > bytes.length)
      throw new LabelsError(
        `${name}: a chunk from byte ${begin} to ${end}, expected one inside of its ${bytes.length}`,
      );
    return bytes.subarray(begin, end);
  }
}
