// @ts-check
// `npm run signatures`: what can be done with the signature index of a dataset. See --help.
import { runAtHome } from "./commands/bundle.mjs";
import { runCommand } from "./commands/command.mjs";

await runCommand(() => runAtHome("dist/server/signatures.js"));
