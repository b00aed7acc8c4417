// @ts-check
// `npm run signatures`: what can be done with the signature index of a dataset. See --help.
import { runBundle } from "./commands/bundle.mjs";
import { runCommand } from "./commands/command.mjs";

await runCommand(() => runBundle("dist/server/signatures.js"));
