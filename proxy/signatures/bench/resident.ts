import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// Else what earlier measurements left behind goes while a later one is under way, and counts for it.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What this process holds in memory, its garbage collected, without the system's copies of files. */
export function residentBytes(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}
