import { gunzipSync, inflateSync } from "node:zlib";
import { registry } from "zarrita";
import { LabelsError } from "../labels_error.js";

type Load = NonNullable<ReturnType<typeof registry.get>>;
type CodecEntry = Awaited<ReturnType<Load>>;
type ChunkMeta = Parameters<CodecEntry["fromConfig"]>[1];

/** What a compressor may add to the bytes of a chunk: checksums, headers. */
const SLACK = 64 * 1024;

/** The most bytes that a chunk unfolds to. No kind of voxel that is read has more than 8. */
const mostBytes = ({ shape }: ChunkMeta): number =>
  shape.reduce((product, n) => product * n, 8) + SLACK;

/** A codec of our own, which unfolds a chunk up to its size and no further. */
function bounded(
  decode: (bytes: Uint8Array, most: number) => Uint8Array,
): Load {
  return () =>
    Promise.resolve<CodecEntry>({
      kind: "bytes_to_bytes",
      fromConfig: (_config, meta) => ({
        kind: "bytes_to_bytes",
        encode: () => {
          throw new Error("volumes of labels are read and not written");
        },
        decode: (bytes) => decode(bytes, mostBytes(meta)),
      }),
    });
}

/** A codec that makes room for what a chunk says of itself: it is asked first how much that is. */
function checked(
  load: Load,
  name: string,
  sizeOf: (bytes: DataView) => number | undefined,
): Load {
  return async () => {
    const entry = await load();
    return {
      kind: "bytes_to_bytes",
      fromConfig(config, meta) {
        const codec = entry.fromConfig(config, meta);
        return {
          kind: "bytes_to_bytes",
          encode: (bytes) => codec.encode(bytes),
          decode(bytes) {
            const { buffer, byteOffset, length } = bytes;
            const size =
              length < 16
                ? undefined
                : sizeOf(new DataView(buffer, byteOffset, length));
            if (size === undefined || size > mostBytes(meta))
              throw new LabelsError(
                `a chunk unfolds to ${size ?? "an unknown number of"} bytes (${name}), expected at most ${mostBytes(meta)}`,
              );
            return codec.decode(bytes);
          },
        };
      },
    };
  };
}

/** Source: "Frame_Header" of the Zstandard format, RFC 8878. */
function zstdSize(bytes: DataView): number | undefined {
  if (bytes.getUint32(0, true) !== 0xfd2fb528) return undefined;
  const descriptor = bytes.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  const at = 5 + (isSingle ? 0 : 1) + dictionary;
  switch (descriptor >> 6) {
    case 0:
      return isSingle ? bytes.getUint8(at) : undefined;
    case 1:
      return bytes.getUint16(at, true) + 256;
    case 2:
      return bytes.getUint32(at, true);
    default:
      return Number(bytes.getBigUint64(at, true));
  }
}

/**
 * Has zarrita unfold no chunk beyond its size, whatever the chunk says: a gigabyte of zeros is a megabyte. For this thread alone, which
 * reads one volume.
 */
export function boundCodecs(): void {
  const gzip = bounded((bytes, most) =>
    gunzipSync(bytes, { maxOutputLength: most }),
  );
  const zlib = bounded((bytes, most) =>
    inflateSync(bytes, { maxOutputLength: most }),
  );
  // Its header: 4 bytes of versions and flags, then the number of bytes.
  const blosc = checked(registry.get("blosc")!, "blosc", (bytes) =>
    bytes.getUint32(4, true),
  );
  const lz4 = checked(registry.get("lz4")!, "lz4", (bytes) =>
    bytes.getUint32(0, true),
  );
  const zstd = checked(registry.get("zstd")!, "zstd", zstdSize);
  for (const [name, load] of Object.entries({ gzip, zlib, blosc, lz4, zstd })) {
    registry.set(name, load);
    registry.set(`numcodecs.${name}`, load);
  }
}
