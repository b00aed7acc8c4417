import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { InputError } from "./input_error.js";

const extent = v.pipe(
  v.number("a whole number above 0"),
  v.integer("a whole number above 0"),
  v.minValue(1, "a whole number above 0"),
);
const length = v.pipe(
  v.number("a length in nm above 0"),
  v.finite("a length in nm above 0"),
  v.gtValue(0, "a length in nm above 0"),
);

const SidecarSchema = v.looseObject({
  size_xyz: v.optional(
    v.tuple([extent, extent, extent], "three whole numbers"),
  ),
  shape_zyx: v.optional(
    v.tuple([extent, extent, extent], "three whole numbers"),
  ),
  dtype: v.picklist(
    ["uint8", "uint16", "uint32", "uint64"],
    "uint8, uint16, uint32 or uint64",
  ),
  byte_order: v.optional(v.literal("little", "little")),
  voxel_size_nm_xyz: v.optional(
    v.tuple([length, length, length], "three lengths in nm"),
  ),
  sha256_raw: v.optional(
    v.pipe(
      v.string("a SHA-256 in hexadecimal"),
      v.regex(/^[0-9a-f]{64}$/i, "a SHA-256 in hexadecimal"),
    ),
  ),
});

/** What the JSON file beside a raw volume says of it. */
export type Sidecar = v.InferOutput<typeof SidecarSchema> & {
  /** In voxels, x,y,z. */
  size: readonly [number, number, number];
};

/** The file that describes a raw volume: `gray.json` for `gray.raw` and for `gray.raw.gz`. */
export const sidecarOf = (raw: string): string =>
  raw.replace(/\.raw(\.gz)?$/, ".json");

/**
 * Reads what describes a raw volume.
 * @throws InputError naming the file, the field, its value and what was expected
 */
export async function readSidecar(raw: string): Promise<Sidecar> {
  const file = sidecarOf(raw);
  if (!existsSync(file))
    throw new InputError(
      `${file}: not found; a raw volume needs this file beside it, which says its size_xyz (or shape_zyx), its dtype and, ` +
        `if it can, its voxel_size_nm_xyz and sha256_raw`,
    );
  const result = v.safeParse(SidecarSchema, await readJson(file));
  if (!result.success) {
    const problems = result.issues.map(
      (issue) =>
        `${v.getDotPath(issue) ?? "the whole"} is ${JSON.stringify(issue.input) ?? "missing"}, expected ${issue.message}`,
    );
    throw new InputError(`${file}: ${problems.join("; ")}`);
  }
  return { ...result.output, size: sizeOf(file, result.output) };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${file}: expected JSON (${why})`);
  }
}

function sizeOf(
  file: string,
  { size_xyz, shape_zyx }: v.InferOutput<typeof SidecarSchema>,
): Sidecar["size"] {
  const reversed: Sidecar["size"] | undefined = shape_zyx && [
    shape_zyx[2],
    shape_zyx[1],
    shape_zyx[0],
  ];
  const size = size_xyz ?? reversed;
  if (!size)
    throw new InputError(
      `${file}: size_xyz and shape_zyx are missing, expected one of them: three whole numbers`,
    );
  if (reversed && size.some((value, axis) => value !== reversed[axis]))
    throw new InputError(
      `${file}: size_xyz is ${JSON.stringify(size_xyz)} and shape_zyx is ${JSON.stringify(shape_zyx)}, expected the same numbers in reverse`,
    );
  return size;
}
