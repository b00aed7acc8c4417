import { inflateSync } from "node:zlib";
import {
  addDecoder,
  BaseDecoder,
  fromFile,
  getDecoder,
  type GeoTIFF,
  type GeoTIFFImage,
} from "geotiff";
import type { Triple } from "../../../testdata/precomputed/scales.js";
import type { LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";
import { shapeOf } from "./array_shape.js";
import type { LabelSource, SourceBounds } from "./label_source.js";
import { bytesOfType, labelVoxels, type LabelVoxels } from "./label_voxels.js";

/** The most pages: a file whose list of pages leads back to its beginning has no end. */
const MOST_PAGES = 65_536;

/** What a compressor may add to the bytes of a strip or tile. */
const SLACK = 64 * 1024;

const TYPES: Readonly<Partial<Record<string, LabelType>>> = {
  ...{ "1 8": "uint8", "1 16": "uint16", "1 32": "uint32", "1 64": "uint64" },
  ...{ "2 8": "int8", "2 16": "int16", "2 32": "int32", "2 64": "int64" },
};

/** The compressions that are read, by their number in the file. */
const COMPRESSIONS: ReadonlyMap<number, string> = new Map([
  [1, "none"],
  [5, "LZW"],
  [8, "Deflate"],
  [32946, "Deflate"],
  [32773, "PackBits"],
]);

/** Unfolds no strip beyond its size, whatever its stream says. */
class BoundedDeflate extends BaseDecoder {
  override decodeBlock(buffer: ArrayBufferLike): ArrayBufferLike {
    const { tileWidth, tileHeight, bitsPerSample } = this.parameters;
    const bits = Number(bitsPerSample);
    const bytes = inflateSync(new Uint8Array(buffer), {
      maxOutputLength: (tileWidth * tileHeight * bits) / 8 + SLACK,
    });
    return new Uint8Array(bytes).buffer;
  }
}

/** A page, and what all pages have in common. */
interface Page {
  readonly image: GeoTIFFImage;
  readonly width: number;
  readonly height: number;
  readonly type: LabelType;
}

/** A TIFF of many pages, a section each. */
export class TiffFile implements LabelSource {
  private constructor(
    private readonly tiff: GeoTIFF,
    private readonly pages: readonly GeoTIFFImage[],
    readonly shape: Triple,
    readonly type: LabelType,
    private readonly bounds: SourceBounds,
  ) {}

  /** @throws LabelsError */
  static async open(file: string, bounds: SourceBounds): Promise<LabelSource> {
    addDecoder([8, 32946], () => Promise.resolve(BoundedDeflate));
    const tiff = await fromFile(file);
    try {
      const pages = await pagesOf(tiff);
      const { width, height, type } = pageOf(pages[0], 0);
      const axes = [pages.length, height, width];
      const shape = shapeOf("the TIFF", axes, type, bounds);
      return new TiffFile(tiff, pages, shape, type, bounds);
    } catch (error) {
      await tiff.close();
      throw error;
    }
  }

  async *sections(): AsyncGenerator<LabelVoxels> {
    const [width, height] = this.shape;
    for (const [index, image] of this.pages.entries()) {
      const page = pageOf(image, index);
      if (
        page.width !== width ||
        page.height !== height ||
        page.type !== this.type
      )
        throw new LabelsError(
          `page ${index + 1} of the TIFF is ${page.width} x ${page.height} of ${page.type}, expected ${width} x ${height} of ${this.type} as the first`,
        );
      const bytes = await readPage(page, index, this.bounds.bytes);
      yield labelVoxels(this.type, bytes, !image.littleEndian);
    }
  }

  async close(): Promise<void> {
    await this.tiff.close();
  }
}

async function pagesOf(tiff: GeoTIFF): Promise<GeoTIFFImage[]> {
  const pages = [await tiff.getImage(0)];
  while (pages[pages.length - 1].fileDirectory.nextIFDByteOffset !== 0) {
    if (pages.length === MOST_PAGES)
      throw new LabelsError(
        `the TIFF has more than ${MOST_PAGES} pages, expected at most as many`,
      );
    pages.push(await tiff.getImage(pages.length));
  }
  return pages;
}

function pageOf(image: GeoTIFFImage, index: number): Page {
  const samples = image.getSamplesPerPixel();
  const kind = `${image.getSampleFormat()} ${image.getBitsPerSample()}`;
  const type = TYPES[kind];
  if (samples !== 1 || type === undefined)
    throw new LabelsError(
      `page ${index + 1} of the TIFF has ${samples} channels of ${image.getBitsPerSample()} bits${image.getSampleFormat() === 3 ? " (fractions)" : ""}, expected one of whole numbers of 8, 16, 32 or 64 bits`,
    );
  return { image, width: image.getWidth(), height: image.getHeight(), type };
}

/** @param most bytes of a strip or tile, which says itself how large it is, and may be larger than the page */
async function readPage(
  page: Page,
  index: number,
  most: number,
): Promise<Uint8Array> {
  const { image, width, height, type } = page;
  const directory = image.fileDirectory;
  const size = bytesOfType(type);
  const blockWidth = image.getTileWidth();
  // One strip for all rows may say that it has 2^32 - 1 of them.
  const blockHeight = image.isTiled
    ? image.getTileHeight()
    : Math.min(image.getTileHeight(), height);
  const full = blockWidth * blockHeight * size;
  if (!(full > 0 && full <= most))
    throw new LabelsError(
      `page ${index + 1} of the TIFF has tiles or strips of ${blockWidth} x ${blockHeight} voxels, ${full} bytes, expected at most ${most}`,
    );
  const compression = Number((await directory.loadValue("Compression")) ?? 1);
  const predictor = Number((await directory.loadValue("Predictor")) ?? 1);
  if (!COMPRESSIONS.has(compression) || predictor > 2)
    throw new LabelsError(
      `page ${index + 1} of the TIFF is compressed by method ${compression} with predictor ${predictor}, expected ${[...new Set(COMPRESSIONS.values())].join(", ")}`,
    );
  if (predictor === 2 && (size === 8 || (size > 1 && !image.littleEndian)))
    throw new LabelsError(
      `page ${index + 1} of the TIFF has predictor 2 for ${8 * size} bits, expected none`,
    );
  const decoder = await getDecoder(compression, {
    tileWidth: blockWidth,
    tileHeight: blockHeight,
    predictor,
    bitsPerSample: [8 * size],
    planarConfiguration: 1,
  });
  const [offsets, counts] = image.isTiled
    ? ["TileOffsets", "TileByteCounts"]
    : ["StripOffsets", "StripByteCounts"];
  const out = new Uint8Array(width * height * size);
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) {
      const at = row * across + column;
      const offset = Number(await directory.loadValueIndexed(offsets, at));
      const length = Number(await directory.loadValueIndexed(counts, at));
      // Nothing stored stands for background.
      if (length === 0) continue;
      if (!(length <= full + full / 8 + SLACK))
        throw new LabelsError(
          `page ${index + 1} of the TIFF has a strip of ${length} bytes, expected at most about ${full}`,
        );
      const [stored] = await image.source.fetch([{ offset, length }]);
      const block = new Uint8Array(await decoder.decode(stored));
      const rows = Math.min(blockHeight, height - row * blockHeight);
      const columns = Math.min(blockWidth, width - column * blockWidth);
      if (block.length < ((rows - 1) * blockWidth + columns) * size)
        throw new LabelsError(
          `page ${index + 1} of the TIFF is cut short: a strip of ${block.length} bytes, expected ${full}`,
        );
      for (let y = 0; y < rows; y++)
        out.set(
          block.subarray(
            y * blockWidth * size,
            (y * blockWidth + columns) * size,
          ),
          ((row * blockHeight + y) * width + column * blockWidth) * size,
        );
    }
  return out;
}
