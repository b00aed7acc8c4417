// @ts-check
// `npm run admin`: accounts, backups and checks of what the server keeps. See --help.
import { runAtHome } from "./commands/bundle.mjs";
import { runCommand } from "./commands/command.mjs";

await runCommand(() => runAtHome("dist/server/admin.js"));
