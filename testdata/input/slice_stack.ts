import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import type { Metadata, Sharp } from "sharp";
import type { Triple } from "../precomputed/scales.js";
import { InputError } from "./input_error.js";
import { inputBytes, inputVoxels } from "./volume_source.js";
import type { InputVoxels, VolumeSource } from "./volume_source.js";

/** One section: a file, and which of its pages. */
interface Slice {
  readonly file: string;
  readonly page: number;
}

/** What all slices of a stack have in common. */
interface SliceForm {
  readonly width: number;
  readonly height: number;
  readonly type: "uint8" | "uint16";
}

const IMAGE = /\.(png|tiff?)$/i;
const TYPES: Record<string, SliceForm["type"] | undefined> = {
  uchar: "uint8",
  ushort: "uint16",
};

/** A volume as a folder of PNG or TIFF slices, in the natural order of their names, or as one TIFF file of many pages. */
export class SliceStack implements VolumeSource {
  readonly size: Triple;
  readonly type: SliceForm["type"];

  private constructor(
    readonly path: string,
    private readonly slices: readonly Slice[],
    private readonly form: SliceForm,
  ) {
    this.size = [form.width, form.height, slices.length];
    this.type = form.type;
  }

  /** @throws InputError where there are no slices, or the first is not an image that can be a section */
  static async open(where: string): Promise<SliceStack> {
    const slices = await listSlices(where);
    if (slices.length === 0)
      throw new InputError(
        `${where}: no slices, expected files that end in .png, .tif or .tiff`,
      );
    return new SliceStack(where, slices, await formOf(slices[0]));
  }

  async *slabs(depth: number): AsyncGenerator<InputVoxels> {
    const { width, height, type } = this.form;
    const section = width * height * inputBytes(type);
    for (let z = 0; z < this.slices.length; z += depth) {
      const part = this.slices.slice(z, z + depth);
      const slab = new Uint8Array(section * part.length);
      for (const [i, slice] of part.entries())
        slab.set(await this.read(slice), i * section);
      yield inputVoxels(type, slab);
    }
  }

  private async read(slice: Slice): Promise<Uint8Array> {
    const { width, height, type } = this.form;
    const form = await formOf(slice);
    if (form.width !== width || form.height !== height || form.type !== type)
      throw new InputError(
        `${nameOf(slice)}: ${form.width} x ${form.height} ${form.type}, expected ${width} x ${height} ${type} ` +
          `as ${nameOf(this.slices[0])}`,
      );
    // Without the named colour space 16 bits would be brought down to 8.
    return open(slice)
      .toColourspace(type === "uint16" ? "grey16" : "b-w")
      .raw({ depth: type === "uint16" ? "ushort" : "uchar" })
      .toBuffer();
  }
}

const open = ({ file, page }: Slice): Sharp =>
  sharp(file, { page, limitInputPixels: false });

const nameOf = ({ file, page }: Slice): string =>
  page === 0 ? file : `${file} (page ${page + 1})`;

async function listSlices(where: string): Promise<Slice[]> {
  if ((await stat(where)).isDirectory()) {
    const order = new Intl.Collator("en", { numeric: true });
    return (await readdir(where))
      .filter((name) => IMAGE.test(name))
      .sort(order.compare)
      .map((name) => ({ file: path.join(where, name), page: 0 }));
  }
  const { pages } = await metadata({ file: where, page: 0 });
  return Array.from({ length: pages ?? 1 }, (_, page) => ({
    file: where,
    page,
  }));
}

async function metadata(slice: Slice): Promise<Metadata> {
  try {
    return await open(slice).metadata();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `${nameOf(slice)}: expected a PNG or TIFF image (${why})`,
    );
  }
}

async function formOf(slice: Slice): Promise<SliceForm> {
  const { width, height, depth, channels } = await metadata(slice);
  if (channels !== 1)
    throw new InputError(
      `${nameOf(slice)}: ${channels} channels, expected one: a grey image`,
    );
  const type = TYPES[depth];
  if (type === undefined)
    throw new InputError(
      `${nameOf(slice)}: pixels of the kind ${depth}, expected unsigned 8 or 16 bits`,
    );
  return { width, height, type };
}
