import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { InputError } from "./input_error.js";
import { openVolume } from "./open_volume.js";

describe("A stack of slices", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-slices-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const width = 13;
  const height = 7;
  const pixels = (
    type: "uint8" | "uint16",
    z: number,
    w = width,
    h = height,
  ) => {
    const values = { length: w * h };
    const value = (_: unknown, i: number) => i * 211 + z * 5003;
    return type === "uint8"
      ? Uint8Array.from(values, value)
      : Uint16Array.from(values, value);
  };
  const picture = (data: Uint8Array | Uint16Array, w = width, h = height) =>
    sharp(data, { raw: { width: w, height: h, channels: 1 } }).toColourspace(
      data instanceof Uint16Array ? "grey16" : "b-w",
    );

  async function readAll(where: string) {
    const volume = await openVolume(where);
    const voxels: (number | bigint)[] = [];
    for await (const slab of volume.slabs(2)) voxels.push(...slab);
    return { volume, voxels };
  }

  async function refusal(where: string): Promise<string> {
    try {
      await readAll(where);
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    return "none";
  }

  for (const type of ["uint8", "uint16"] as const)
    for (const format of ["png", "tiff"] as const)
      it(`of ${type} in ${format} files is read in the natural order of their names`, async () => {
        // In the order of plain text, 10 would come before 9.
        for (const z of [10, 9, 8])
          await picture(pixels(type, z))
            .toFormat(format, format === "tiff" ? { compression: "lzw" } : {})
            .toFile(path.join(folder, `section ${z}.${format}`));
        writeFileSync(path.join(folder, "notes.txt"), "not a slice");
        const { volume, voxels } = await readAll(folder);
        expect(volume.type).toBe(type);
        expect(volume.size).toEqual([width, height, 3]);
        expect(volume.resolution).toBeUndefined();
        expect(voxels).toEqual([8, 9, 10].flatMap((z) => [...pixels(type, z)]));
      });

  for (const type of ["uint8", "uint16"] as const)
    it(`of ${type} in one TIFF file is read page by page`, async () => {
      const pages = [0, 1, 2].flatMap((z) => [...pixels(type, z)]);
      const data =
        type === "uint8" ? Uint8Array.from(pages) : Uint16Array.from(pages);
      const file = path.join(folder, "stack.tif");
      await sharp(data, {
        raw: { width, height: height * 3, channels: 1, pageHeight: height },
      })
        .toColourspace(type === "uint16" ? "grey16" : "b-w")
        .tiff({ compression: "deflate" })
        .toFile(file);
      const { volume, voxels } = await readAll(file);
      expect(volume.size).toEqual([width, height, 3]);
      expect(voxels).toEqual(pages);
    });

  it("with a slice of another size is refused by the slice's name", async () => {
    await picture(pixels("uint8", 0)).toFile(path.join(folder, "a.png"));
    await picture(pixels("uint8", 0, 12, 7), 12, 7).toFile(
      path.join(folder, "b.png"),
    );
    expect(await refusal(folder)).toMatch(
      /b\.png: 12 x 7 uint8, expected 13 x 7 uint8 as .*a\.png/,
    );
  });

  it("with a slice of other bits is refused by the slice's name", async () => {
    await picture(pixels("uint8", 0)).toFile(path.join(folder, "a.png"));
    await picture(pixels("uint16", 0)).toFile(path.join(folder, "b.png"));
    expect(await refusal(folder)).toMatch(
      /b\.png: 13 x 7 uint16, expected 13 x 7 uint8/,
    );
  });

  it("in colour is refused", async () => {
    await sharp({
      create: { width: 4, height: 4, channels: 3, background: "red" },
    }).toFile(path.join(folder, "a.png"));
    expect(await refusal(folder)).toMatch(
      /a\.png: 3 channels, expected one: a grey image/,
    );
  });

  it("with a damaged slice is refused by the slice's name", async () => {
    await picture(pixels("uint8", 0)).toFile(path.join(folder, "a.png"));
    writeFileSync(path.join(folder, "b.png"), "not a picture");
    expect(await refusal(folder)).toMatch(
      /b\.png: expected a PNG or TIFF image \(/,
    );
  });

  it("of no slices is refused", async () => {
    expect(await refusal(folder)).toMatch(
      /no slices, expected files that end in \.png, \.tif or \.tiff/,
    );
  });
});
