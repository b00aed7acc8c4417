import { mergeSegments } from "../exchange/merge_segments.js";
import { largestSorted } from "../segment/layout.js";
import { publishedIndex, wholeOf, type Command } from "./command.js";
import { withProgress } from "./record_progress.js";

/** `merge`: an index in fewer segments. */
export const mergeCommand: Command = {
  usage: "merge <dataset> [--segment-records N]",
  about: `Writes the index of a dataset anew in as few segments as may be, which makes searches faster where regions were made anew. Goes
on where an interrupted merge came to.

  --segment-records N     how many records are sorted at once (16777216); each takes 20 bytes of memory, and 56 while it is sorted`,
  options: ["segment-records"],
  async run({ folder }, options) {
    const records = options["segment-records"];
    const segmentRecords =
      typeof records === "string"
        ? wholeOf("segment-records", records, 2 ** 16, largestSorted)
        : undefined;
    const manifest = await publishedIndex(folder);
    await withProgress("Merging", (tell) =>
      mergeSegments(folder, manifest, segmentRecords, tell),
    );
    return true;
  },
};
