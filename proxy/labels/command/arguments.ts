import { parseArgs } from "node:util";
import { datasetIdPattern } from "../../../src/clio/model/dataset.js";
import { LABEL_TYPES, type LabelType } from "../../../src/clio/model/labels.js";

/** What the command can do, as people read it. */
export const HELP = `npm run labels -- <command> --dataset ID

Brings volumes of labels from other programs to a dataset of a server, where they are yours alone until you share them.

  upload <file>           a .npy, .npz, .tif or zipped Zarr, a folder that is a Zarr, or a .raw with --shape and --dtype.
                          Stop it at any moment: the same command goes on where it was.
  list                    the volumes that you see, and what of your quota is taken
  rename <id> <name>      gives a volume another name
  share <id> <group>…     shows it to the members of groups that you are in
  unshare <id> <group>…   and no longer
  delete <id>             deletes a volume

Options of upload
  --name NAME             what it is called; the name of the file where not given
  --offset X,Y,Z          its first voxel, in voxels of the volume from the beginning of the dataset; what the file says, or 0,0,0
  --voxel-size X,Y,Z      in nm; what the file says, or that of the dataset
  --shape X,Y,Z, --dtype TYPE   of a .raw: C order (x fastest), little-endian; ${LABEL_TYPES.join(", ")}

Options
  --server URL            the server (CLIO_SERVER, or http://127.0.0.1:8080)

Variables
  CLIO_TOKEN              a token, which you make under Settings; a server that is yours alone needs none
`;

export type Triple = [number, number, number];

interface Target {
  readonly server: string;
  readonly dataset: string;
}

/** What was asked for. */
export type LabelsRequest =
  | { command: "help" }
  | (Target & {
      command: "upload";
      file: string;
      name?: string;
      offset?: Triple;
      voxelSize?: Triple;
      shape?: Triple;
      dtype?: LabelType;
    })
  | (Target & { command: "list" })
  | (Target & { command: "rename"; id: string; name: string })
  | (Target & { command: "share" | "unshare"; id: string; groups: string[] })
  | (Target & { command: "delete"; id: string });

/** Thrown where the arguments are not those of any command; the message says what was expected. */
export class ArgumentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ArgumentError";
  }
}

const uploadOptions = ["name", "offset", "voxel-size", "shape", "dtype"];

/**
 * Reads what a person typed.
 * @param env of which CLIO_SERVER says where the server is
 * @throws ArgumentError
 */
export function readArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): LabelsRequest {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined) return { command: "help" };
  const foreign = Object.keys(values).find(
    (name) => uploadOptions.includes(name) && command !== "upload",
  );
  if (foreign !== undefined)
    throw new ArgumentError(`--${foreign}: belongs to upload alone`);
  const target: Target = {
    server: serverOf(values.server ?? env.CLIO_SERVER),
    dataset: datasetOf(values.dataset),
  };
  switch (command) {
    case "upload": {
      const [file] = take(command, rest, ["a file"]);
      return {
        ...{ ...target, command, file, name: values.name },
        offset: tripleOf("offset", values.offset, Number.isSafeInteger),
        voxelSize: tripleOf("voxel-size", values["voxel-size"], isLength),
        shape: tripleOf("shape", values.shape, (n) => isWhole(n) && n > 0),
        dtype: typeOf(values.dtype),
      };
    }
    case "list":
      take(command, rest, []);
      return { ...target, command };
    case "rename": {
      const [id, name] = take(command, rest, ["the id of a volume", "a name"]);
      return { ...target, command, id, name };
    }
    case "share":
    case "unshare": {
      const [id, ...groups] = rest;
      if (groups.length === 0)
        throw new ArgumentError(
          `${command}: expected the id of a volume, and groups`,
        );
      return { ...target, command, id, groups };
    }
    case "delete": {
      const [id] = take(command, rest, ["the id of a volume"]);
      return { ...target, command, id };
    }
    default:
      throw new ArgumentError(
        `${command}: expected upload, list, rename, share, unshare or delete; --help tells more`,
      );
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        server: { type: "string" },
        dataset: { type: "string" },
        name: { type: "string" },
        offset: { type: "string" },
        "voxel-size": { type: "string" },
        shape: { type: "string" },
        dtype: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Its messages name the option.
    const why = error instanceof Error ? error.message : String(error);
    throw new ArgumentError(`${why}; --help lists the options`);
  }
}

function take(
  command: string,
  rest: readonly string[],
  expected: readonly string[],
): string[] {
  if (rest.length === expected.length) return [...rest];
  throw new ArgumentError(
    `${command} ${rest.join(" ")}: expected ${expected.join(" and ") || "nothing more"}`,
  );
}

function datasetOf(text: string | undefined): string {
  if (text !== undefined && datasetIdPattern.test(text)) return text;
  throw new ArgumentError(
    `--dataset ${text ?? "is missing"}: expected the id of a dataset, as in the list of datasets`,
  );
}

function serverOf(text = "http://127.0.0.1:8080"): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return new URL(text).origin;
  throw new ArgumentError(
    `--server ${text}: expected the address of a server, such as https://clio.example.org`,
  );
}

const isWhole = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isLength = (n: number): boolean => n > 0;

function tripleOf(
  option: string,
  text: string | undefined,
  isRight: (value: number) => boolean,
): Triple | undefined {
  if (text === undefined) return undefined;
  const values = text.split(",").map((part) => Number(part.trim() || NaN));
  if (
    values.length !== 3 ||
    !values.every((n) => Number.isFinite(n) && isRight(n))
  )
    throw new ArgumentError(
      `--${option} ${text}: expected three numbers, as X,Y,Z`,
    );
  return [values[0], values[1], values[2]];
}

function typeOf(text: string | undefined): LabelType | undefined {
  if (text === undefined) return undefined;
  const found = LABEL_TYPES.find((type) => type === text);
  if (found !== undefined) return found;
  throw new ArgumentError(
    `--dtype ${text}: expected one of ${LABEL_TYPES.join(", ")}`,
  );
}
