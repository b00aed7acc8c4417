// @ts-check
// `npm run dataset`: the demo volume, or a person's own volume, as a dataset. See --help.
import { runBundle } from "./commands/bundle.mjs";
import { runCommand } from "./commands/command.mjs";

await runCommand(() => runBundle("dist/server/dataset.js"));
