import type { PublishedManifest } from "../index/manifest.js";
import { verifySegment } from "../segment/verify.js";
import { publishedIndex, type Command } from "./command.js";
import { withProgress } from "./record_progress.js";

/** What in an index is not as it was written, one line each. */
export function problemsOf(
  folder: string,
  { segments, encoder }: PublishedManifest,
): Promise<string[]> {
  return withProgress("Verifying", async (tell) => {
    const problems: string[] = [];
    for (const [done, segment] of segments.entries()) {
      tell(done, segments.length);
      const found = await verifySegment(folder, segment, encoder.hash);
      problems.push(...found.map((problem) => `${segment.name}: ${problem}`));
    }
    return problems;
  });
}

/** `verify`: reads all of an index. */
export const verifyCommand: Command = {
  usage: "verify <dataset>",
  about: `Reads all of the index of a dataset, and names each part in which a bit has changed. The exit code is 1 where one has.`,
  options: [],
  async run({ folder }) {
    const manifest = await publishedIndex(folder);
    const problems = await problemsOf(folder, manifest);
    for (const problem of problems) console.log(problem);
    if (problems.length === 0) {
      console.log(
        `${manifest.segments.length} segments, all as they were written`,
      );
    }
    return problems.length === 0;
  },
};
