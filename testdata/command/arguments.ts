import path from "node:path";
import { parseArgs } from "node:util";
import type { DatasetPlan } from "../dataset/make_dataset.js";
import type { DemoPlan } from "../demo/make_demo.js";
import { InputError } from "../input/input_error.js";
import type { Triple } from "../precomputed/scales.js";

export const HELP = `npm run dataset -- demo --out DIR [options]
  Makes the demo dataset: synthetic neuropil with its true segmentation, in the folder DIR.

  --size X,Y,Z           voxels (512,512,256), each from 64 to 2048
  --seed N               a whole number from 0 to 4294967295 (1); the same seed and size give the same volume

npm run dataset -- make --name NAME --image PATH [options]
  Turns your own volume into the dataset NAME, which the server lists from then on.

  --name NAME            small letters, digits, - and _
  --image PATH           a raw volume (x.raw or x.raw.gz with x.json beside it), a folder of PNG or TIFF slices in the
                         natural order of their names, or a TIFF file of many pages; 8 or 16 bits, grey
  --labels LAYER=PATH    a segmentation of the same size, in the same forms (raw up to 64 bits); may be given several times.
                         The segments of a layer called supervoxels can be merged in the viewer
  --voxel-size X,Y,Z     in nm; where the image has a sidecar that says it, not needed
  --clahe                equalise the contrast of each section (contrast-limited, adaptive); the image becomes 8 bits
  --no-meshes            make no meshes of the segmentations
  --title TEXT           shown in the list of datasets (NAME)
  --description TEXT     shown below it
  --out DIR              the server's data folder (CLIO_DATA, or data)

The JSON beside a raw volume has size_xyz or shape_zyx (voxels), dtype (uint8, uint16, uint32 or uint64; little-endian, x
fastest, z slowest), and where known voxel_size_nm_xyz and sha256_raw (of the bytes before compression), which is checked.

Both
  --replace              put the new dataset in the place of an older one, once it is whole
  --help                 print this text

Sections must be aligned already. A dataset appears when it is whole; nothing is left of one that failed.
`;

/** What the command was asked to do. */
export type Request =
  | { command: "help" }
  | { command: "demo"; plan: DemoPlan }
  | { command: "make"; plan: DatasetPlan };

const NAME = /^[a-z0-9][a-z0-9_-]*$/;
const SMALLEST = 64;
const LARGEST = 2048;

/**
 * Reads the command line.
 * @param args what follows the program's name
 * @param dataFolder where the server keeps its data
 * @throws InputError naming the option, its value and what was expected
 */
export function readArguments(
  args: readonly string[],
  dataFolder: string,
): Request {
  const { values, positionals } = parse(args);
  if (values.help) return { command: "help" };
  const [command, ...others] = positionals;
  if (others.length > 0)
    throw new InputError(
      `${others.join(" ")}: expected nothing after ${command} but options, such as --image PATH`,
    );
  switch (command) {
    case "demo":
      allow(command, values, ["out", "size", "seed", "replace"]);
      return { command, plan: demoPlan(values) };
    case "make":
      refuse(command, values, ["size", "seed"]);
      return { command, plan: datasetPlan(values, dataFolder) };
    default:
      throw new InputError(
        `${command ?? "no command"}: expected demo or make; --help tells more`,
      );
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: "string" },
        size: { type: "string" },
        seed: { type: "string" },
        name: { type: "string" },
        image: { type: "string" },
        labels: { type: "string", multiple: true },
        "voxel-size": { type: "string" },
        clahe: { type: "boolean" },
        "no-meshes": { type: "boolean" },
        title: { type: "string" },
        description: { type: "string" },
        replace: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    // Its messages name the option.
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${why}; --help lists the options`);
  }
}

type Values = ReturnType<typeof parse>["values"];

function allow(
  command: string,
  values: Values,
  options: readonly string[],
): void {
  refuse(
    command,
    values,
    Object.keys(values).filter((option) => !options.includes(option)),
  );
}

function refuse(
  command: string,
  values: Values,
  options: readonly string[],
): void {
  const found = options.find((option) => option in values);
  if (found !== undefined)
    throw new InputError(`--${found}: not an option of ${command}`);
}

function needed(option: string, value: string | undefined): string {
  if (value === undefined || value === "")
    throw new InputError(`--${option}: missing; --help tells more`);
  return value;
}

function demoPlan(values: Values): DemoPlan {
  const { size, seed, replace } = values;
  return {
    out: needed("out", values.out),
    replace,
    ...(size !== undefined && { size: sizeOf(size) }),
    ...(seed !== undefined && { seed: seedOf(seed) }),
  };
}

function datasetPlan(values: Values, dataFolder: string): DatasetPlan {
  const name = needed("name", values.name);
  if (!NAME.test(name))
    throw new InputError(
      `--name ${name}: expected small letters, digits, - and _, beginning with a letter or digit`,
    );
  const voxelSize = values["voxel-size"];
  return {
    out: path.join(values.out ?? dataFolder, "volumes", name),
    replace: values.replace,
    title: values.title,
    description: values.description,
    image: needed("image", values.image),
    labels: labelsOf(values.labels ?? []),
    clahe: values.clahe,
    meshes: !values["no-meshes"],
    ...(voxelSize !== undefined && {
      voxelSize: tripleOf(
        "voxel-size",
        voxelSize,
        "three lengths in nm",
        (n) => n > 0,
      ),
    }),
  };
}

function labelsOf(options: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const option of options) {
    const [name, ...rest] = option.split("=");
    if (rest.length === 0 || rest.join("=") === "")
      throw new InputError(
        `--labels ${option}: expected LAYER=PATH such as bodies=bodies.raw.gz`,
      );
    if (labels.has(name))
      throw new InputError(
        `--labels ${option}: there is a layer ${name} already, expected another name`,
      );
    labels.set(name, rest.join("="));
  }
  return labels;
}

function tripleOf(
  option: string,
  text: string,
  expected: string,
  isRight: (value: number) => boolean,
): Triple {
  const parts = text.split(",");
  const values = parts.map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (
    values.length !== 3 ||
    !values.every((n) => Number.isFinite(n) && isRight(n))
  )
    throw new InputError(`--${option} ${text}: expected ${expected}, as X,Y,Z`);
  return [values[0], values[1], values[2]];
}

const sizeOf = (text: string): Triple =>
  tripleOf(
    "size",
    text,
    `three whole numbers from ${SMALLEST} to ${LARGEST}`,
    (n) => Number.isInteger(n) && n >= SMALLEST && n <= LARGEST,
  );

function seedOf(text: string): number {
  const seed = text.trim() === "" ? NaN : Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new InputError(
      `--seed ${text}: expected a whole number from 0 to 4294967295`,
    );
  return seed;
}
