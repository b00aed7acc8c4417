import { importRecords } from "../exchange/import_records.js";
import { importedEncoder } from "../exchange/imported_encoder.js";
import { IndexWriter, type IndexPlan } from "../index/index_writer.js";
import { largestSorted } from "../segment/layout.js";
import {
  needed,
  tripleOf,
  typedPath,
  wholeOf,
  type Command,
  type Options,
} from "./command.js";
import { withProgress } from "./record_progress.js";

function planOf(options: Options): IndexPlan {
  const name = needed(options, "encoder");
  const stride = tripleOf("stride", needed(options, "stride"));
  const records = options["segment-records"];
  return {
    encoder: importedEncoder(name, stride),
    voxelSize: tripleOf("voxel-size", needed(options, "voxel-size")),
    stride,
    segmentRecords:
      typeof records === "string"
        ? wholeOf("segment-records", records, 2 ** 16, largestSorted)
        : undefined,
  };
}

/** `import`: an index from the original's records. */
export const importCommand: Command = {
  usage:
    "import <dataset> --from PATH --encoder NAME --voxel-size X,Y,Z --stride X,Y,Z",
  about: `Makes the index of a dataset from the original Clio's records: a folder with info.json and blocks/, or one file of
records of 20 bytes. Goes on where an interrupted import came to. The former index answers until the new one is whole.

  --from PATH             the folder or the file
  --encoder NAME          what made the signatures; those of different encoders are never compared
  --voxel-size X,Y,Z      in nm
  --stride X,Y,Z          from one signature to the next, in voxels
  --segment-records N     how many records are sorted at once (16777216); each takes 20 bytes of memory, and 56 while it is sorted
  --restart               forget what an interrupted import or build has left, and begin anew`,
  options: ["from", "encoder", "voxel-size", "stride", "segment-records"],
  switches: ["restart"],
  async run({ folder }, options) {
    const plan = planOf(options);
    const source = typedPath(needed(options, "from"));
    if (options.restart) await IndexWriter.discard(folder);
    const writer = await IndexWriter.open(folder, plan);
    try {
      await withProgress("Importing", (tell) =>
        importRecords(source, writer, tell),
      );
    } catch (error) {
      await writer.close();
      throw error;
    }
    await writer.publish();
    return true;
  },
};
