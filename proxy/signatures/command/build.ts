import { ProgressBars } from "../../../testdata/command/progress_bars.js";
import type { Config } from "../../config.js";
import { makeLog } from "../../log/log.js";
import { buildIndex, discardBuild } from "../build/build_index.js";
import { imageOf } from "../build/dataset_image.js";
import { largestSorted } from "../segment/layout.js";
import type { Box, Triple } from "../record.js";
import {
  CommandError,
  datasetOf,
  targetOf,
  tripleOf,
  wholeOf,
  type Command,
  type Options,
} from "./command.js";

/** The largest coordinate of a place. */
const mostVoxels = 2 ** 32 - 1;

function wholeOption(
  options: Options,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = options[name];
  return typeof text === "string"
    ? wholeOf(name, text, least, most)
    : undefined;
}

function strideOf({ stride }: Options): Triple | undefined {
  return typeof stride === "string" ? tripleOf("stride", stride) : undefined;
}

function regionOf({ region }: Options): Box | undefined {
  if (typeof region !== "string") return undefined;
  const corners = region
    .split(":")
    .map((corner) => corner.split(",").map((part) => part.trim()));
  const isWhole = (part: string) =>
    /^\d+$/.test(part) && Number(part) <= mostVoxels;
  if (
    corners.length !== 2 ||
    !corners.every((corner) => corner.length === 3 && corner.every(isWhole)) ||
    !corners[0].every((part, axis) => Number(part) < Number(corners[1][axis]))
  )
    throw new CommandError(
      `--region ${region}: expected two voxels, the second beyond the first along each axis, as X,Y,Z:X,Y,Z`,
    );
  const [min, max] = corners.map(([x, y, z]): Triple => [
    Number(x),
    Number(y),
    Number(z),
  ]);
  return { min, max };
}

/** The folder of the index whose encoder is to be used. */
function encoderFolder(config: Config, options: Options): string | undefined {
  const other = options["encoder-of"];
  return typeof other === "string"
    ? targetOf(config, datasetOf(other)).folder
    : undefined;
}

/** `build`: an index from the image of a dataset. */
export const buildCommand: Command = {
  usage: "build <dataset>",
  about: `Makes the index of a dataset: learns from its image what tells places apart, and makes a signature of the surroundings of each
place on a grid. Places at which there is nothing to see (black, saturated, or of one grey value) are left out. Stopped at any moment,
the same command goes on where it was. The former index answers until the new one is whole.

  --scale N               the scale of the image that is read, 0 for the finest (the coarsest of up to 10 nm)
  --stride X,Y,Z          from one place to the next, in voxels of the finest scale (16 along x and y, and as far along z)
  --region X,Y,Z:X,Y,Z    make this part of an index anew, from the first voxel up to the second, which is outside
  --encoder-of DATASET    make the signatures with the encoder of that dataset's index instead of a new one: datasets that share
                          one can be searched together; their voxels must be about as large
  --seed N                a whole number from 0 to 4294967295 (1); the same seed gives the same index
  --threads N             how many threads work (one a core)
  --segment-records N     the most signatures that are lost by an interruption, and that are sorted at once (262144 to
                          16777216, by the size of the volume)
  --restart               forget what an interrupted import or build has left, and begin anew`,
  options: [
    "scale",
    "stride",
    "region",
    "encoder-of",
    "seed",
    "threads",
    "segment-records",
  ],
  switches: ["restart"],
  async run({ dataset, folder, config }, options) {
    const plan = {
      scale: wholeOption(options, "scale", 0, 99),
      stride: strideOf(options),
      region: regionOf(options),
      encoderFrom: encoderFolder(config, options),
      seed: wholeOption(options, "seed", 0, 0xffff_ffff) ?? 1,
      threads: wholeOption(options, "threads", 1, 1024),
      segmentRecords: wholeOption(
        options,
        "segment-records",
        2 ** 10,
        largestSorted,
      ),
    };
    const log = makeLog(config.log.level);
    const place = await imageOf(config, dataset, log);
    if (options.restart) await discardBuild(folder);
    const bars = new ProgressBars(process.stderr);
    try {
      const { signatures, blank } = await buildIndex({
        ...plan,
        place,
        folder,
        onProgress: bars.tell,
      });
      console.log(
        `${signatures} signatures; ${blank} places with nothing to see were left out`,
      );
    } finally {
      bars.stop();
    }
    return true;
  },
};
