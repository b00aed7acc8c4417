import { existsSync } from "node:fs";
import { exportRecords } from "../exchange/export_records.js";
import {
  CommandError,
  needed,
  publishedIndex,
  typedPath,
  wholeOf,
  type Command,
} from "./command.js";
import { withProgress } from "./record_progress.js";
import { problemsOf } from "./verify.js";

/** `export`: an index in the original's form. */
export const exportCommand: Command = {
  usage: "export <dataset> --to FOLDER --block-size N",
  about: `Writes the index of a dataset in the original Clio's form: info.json, and records of 20 bytes in blocks/. Refuses an index in
which something has changed since it was written.

  --to FOLDER             which does not exist yet
  --block-size N          the edge of a block, in voxels: about 10 strides`,
  options: ["to", "block-size"],
  async run({ folder }, options) {
    const target = typedPath(needed(options, "to"));
    const blockSize = wholeOf(
      "block-size",
      needed(options, "block-size"),
      1,
      2 ** 31,
    );
    if (existsSync(target)) {
      throw new CommandError(`--to ${target}: it exists already`);
    }
    const manifest = await publishedIndex(folder);
    const [problem] = await problemsOf(folder, manifest);
    if (problem !== undefined) throw new CommandError(problem);
    await withProgress("Exporting", (tell) =>
      exportRecords(folder, manifest, target, blockSize, tell),
    );
    return true;
  },
};
