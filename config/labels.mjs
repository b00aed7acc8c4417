// @ts-check
// `npm run labels`: brings volumes of labels from other programs to a server. See --help.
import { runAtHome } from "./commands/bundle.mjs";
import { runCommand } from "./commands/command.mjs";

await runCommand(() => runAtHome("dist/server/labels.js"));
