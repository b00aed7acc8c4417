import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Triple } from "../precomputed/scales.js";
import { InputError } from "./input_error.js";
import { readSidecar } from "./sidecar.js";
import type { Sidecar } from "./sidecar.js";
import { inputBytes, inputVoxels } from "./volume_source.js";
import type { InputType, InputVoxels, VolumeSource } from "./volume_source.js";

/** Voxels in a file of their own, gzip'd where its name ends in `.gz`: little-endian, x fastest, z slowest. */
export class RawVolume implements VolumeSource {
  readonly size: Triple;
  readonly type: InputType;
  readonly resolution?: Triple;

  private constructor(
    readonly path: string,
    private readonly sidecar: Sidecar,
  ) {
    this.size = sidecar.size;
    this.type = sidecar.dtype;
    this.resolution = sidecar.voxel_size_nm_xyz;
  }

  /** @throws InputError where the file that describes it is missing or wrong */
  static async open(path: string): Promise<RawVolume> {
    return new RawVolume(path, await readSidecar(path));
  }

  async *slabs(depth: number): AsyncGenerator<InputVoxels> {
    const section = this.size[0] * this.size[1] * inputBytes(this.type);
    const expected = section * this.size[2];
    const hash = createHash("sha256");
    const slab = new Uint8Array(section * Math.min(depth, this.size[2]));
    let filled = 0;
    let total = 0;
    for await (const bytes of this.bytes()) {
      hash.update(bytes);
      total += bytes.length;
      if (total > expected) break;
      for (let from = 0; from < bytes.length;) {
        const part = bytes.subarray(from, from + slab.length - filled);
        slab.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled < slab.length) continue;
        yield inputVoxels(this.type, slab);
        filled = 0;
      }
    }
    if (total !== expected)
      throw new InputError(
        `${this.path}: ${total > expected ? "more than " : ""}${Math.min(total, expected)} bytes, expected ${expected} ` +
          `for ${this.size.join(" x ")} voxels of ${this.type}`,
      );
    const sum = hash.digest("hex");
    const { sha256_raw } = this.sidecar;
    if (sha256_raw !== undefined && sha256_raw.toLowerCase() !== sum)
      throw new InputError(
        `${this.path}: the SHA-256 of its bytes is ${sum}, expected sha256_raw ${sha256_raw}: the file is damaged or not the one described`,
      );
    if (filled > 0) yield inputVoxels(this.type, slab.subarray(0, filled));
  }

  private async *bytes(): AsyncGenerator<Buffer> {
    const file = createReadStream(this.path, { highWaterMark: 1 << 20 });
    let stream: Readable = file;
    if (this.path.endsWith(".gz")) {
      const gunzip = createGunzip({ chunkSize: 1 << 20 });
      file.on("error", (error) => gunzip.destroy(error));
      stream = file.pipe(gunzip);
    }
    try {
      for await (const bytes of stream) yield bytes as Buffer;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new InputError(`${this.path}: could not be read (${why})`);
    } finally {
      file.destroy();
    }
  }
}
